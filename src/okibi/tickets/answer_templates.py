"""Ready answers: which there are, writing them, and filling their fields in.

Fields stand in braces, in Russian or in English: {имя} {номер} {срок} {специалист} {версия} {ссылка}, or {name}
{number} {due} {specialist} {version} {link}.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from okibi.journal.services import Actor, record
from okibi.kernel.errors import InputError, NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.tickets.models import AnswerTemplate

FIELDS: Mapping[str, str] = {  # as written in Russian → as written in English
    "имя": "name",
    "номер": "number",
    "срок": "due",
    "специалист": "specialist",
    "версия": "version",
    "ссылка": "link",
}
_FIELD = re.compile(r"\{\s*([\w-]+)\s*\}")
GONE = Sentence(ru="Такого шаблона нет.", en="There is no such template.")
SAME_TITLE = Sentence(ru="Шаблон с таким названием уже есть.", en="There is a template of this name already.")


@dataclass(frozen=True, slots=True)
class Written:
    """A template as somebody wrote it."""

    title: str
    text_ru: str
    text_en: str
    kinds: Sequence[str]


class TemplateError(InputError):
    """A template that can't be kept; ``field`` is where the mistake stands."""

    code = "answer_template"

    def __init__(self, field: str, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.field = field


def all_templates() -> list[AnswerTemplate]:
    """All, by title."""
    return list(AnswerTemplate.objects.order_by("title"))


def of_class(kind: str) -> list[AnswerTemplate]:
    """Those for requests of a class, by title."""
    return [template for template in all_templates() if not template.kinds or kind in template.kinds]


def find(template_id: int) -> AnswerTemplate:
    """One of them. Raises NotAllowedError."""
    found = AnswerTemplate.objects.filter(pk=template_id).first()
    if found is None:
        raise NotAllowedError(GONE)
    return found


@transaction.atomic
def save(template: AnswerTemplate | None, written: Written, actor: Actor) -> AnswerTemplate:
    """Keep a new template (None) or change one. Raises TemplateError."""
    for field, text in (("text_ru", written.text_ru), ("text_en", written.text_en)):
        if unknown := unknown_fields(text):
            names = ", ".join(f"{{{name}}}" for name in unknown)
            raise TemplateError(field, Sentence(f"Таких полей нет: {names}.", f"There are no such fields: {names}."))
    template = template or AnswerTemplate()
    if AnswerTemplate.objects.filter(title__iexact=written.title.strip()).exclude(pk=template.pk).exists():
        raise TemplateError("title", SAME_TITLE)
    template.title, template.text_ru = written.title.strip(), written.text_ru.strip()
    template.text_en, template.kinds = written.text_en.strip(), list(written.kinds)
    template.save()
    record("template.saved", ("template", template.pk), actor, {"title": template.title})
    return template


@transaction.atomic
def delete(template: AnswerTemplate, actor: Actor) -> None:
    """Remove a template; answers written with it stay."""
    record("template.deleted", ("template", template.pk), actor, {"title": template.title})
    template.delete()


def unknown_fields(text: str) -> list[str]:
    """The fields in braces that nothing fills in."""
    known = {*FIELDS, *FIELDS.values()}
    return [name for name in dict.fromkeys(_FIELD.findall(text)) if name.lower() not in known]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields, ``values`` keyed in English; what is not known yet stands as «…»."""

    def value(match: re.Match[str]) -> str:
        name = match[1].lower()
        return values.get(FIELDS.get(name, name), "") or "…"

    return _FIELD.sub(value, text)
