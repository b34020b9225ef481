"""Texts kept for again: made, changed, taken away."""

from collections.abc import Sequence

from django.db import transaction

from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.policy.sms_text import lines_of_one
from okibi.sms.campaigns import NO_TEXT, CampaignError, check_places
from okibi.sms.models import SmsTemplate

GONE = Sentence("Такого шаблона нет.", "There is no such template.")
NO_NAME = Sentence("Назовите шаблон.", "Give the template a name.")
TAKEN = Sentence("Шаблон с таким названием уже есть.", "There is a template of that name already.")


def all_templates() -> Sequence[SmsTemplate]:
    """By name."""
    return list(SmsTemplate.objects.order_by("name", "pk"))


def by_id(template_id: int) -> SmsTemplate:
    """Raises NotAllowedError."""
    found = SmsTemplate.objects.filter(pk=template_id).first()
    if found is None:
        raise NotAllowedError(GONE)
    return found


@transaction.atomic
def save(template_id: int | None, name: str, ru: str, en: str, actor: Actor) -> SmsTemplate:
    """Keep a text; None makes a new one. Raises CampaignError (its field named), NotAllowedError."""
    name, ru, en = name.strip()[:120], lines_of_one(ru).strip(), lines_of_one(en).strip()
    if not name:
        raise CampaignError("name", NO_NAME)
    if not ru and not en:
        raise CampaignError("text_ru", NO_TEXT)
    check_places(ru, en)
    row = by_id(template_id) if template_id is not None else SmsTemplate()
    if SmsTemplate.objects.filter(name=name).exclude(pk=row.pk).exists():
        raise CampaignError("name", TAKEN)
    row.name, row.text_ru, row.text_en, row.changed_at, row.changed_by = name, ru, en, now(), actor.name
    row.save()
    record("sms.template_saved", ("sms_template", row.pk), actor, {"name": name})
    return row


@transaction.atomic
def delete(template_id: int, actor: Actor) -> None:
    """Raises NotAllowedError."""
    row = by_id(template_id)
    record("sms.template_deleted", ("sms_template", row.pk), actor, {"name": row.name})
    row.delete()
