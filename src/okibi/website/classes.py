"""The classes of the scheme in a customer's words, with what is promised for each."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from okibi.policy.scheme_values import RequestClass, Scheme

WORDS = {
    "incident": _("Something is broken or shows an error"),
    "suggestion": _("I have an idea how to make it better"),
    "question": _("I have a question: how to do something"),
    "update": _("Please update the software by yourselves"),
    "mailing": _("I want new mobile versions by e-mail"),
}


def class_words(kind: RequestClass) -> str:
    """The class as a customer would say it; a class of a later scheme by its own title."""
    said = WORDS.get(kind.code)
    return str(said) if said else kind.title.in_language(get_language() or "ru").capitalize()


def term_words(kind: RequestClass) -> str:
    """«от 2 часов до 2 рабочих дней» in the reader's language."""
    aim, due = kind.aim.sentence, kind.due.sentence
    return str(_("from %(aim)s to %(due)s")) % {
        "aim": genitive(aim.ru) if _russian() else aim.en,
        "due": genitive(due.ru) if _russian() else due.en,
    }


def genitive(count: str) -> str:
    """«2 часа» → «2 часов», «2 рабочих дня» → «2 рабочих дней»: what Russian asks for after «от» and «до»."""
    number, _space, noun = count.partition(" ")
    one = number.endswith("1") and not number.endswith("11")
    singular = {"час": "часа", "день": "дня", "рабочий день": "рабочего дня", "месяц": "месяца"}
    plural = {"часа": "часов", "дня": "дней", "рабочих дня": "рабочих дней", "месяца": "месяцев"}
    return f"{number} {(singular if one else plural).get(noun, noun)}"


def class_choices(scheme: Scheme) -> list[tuple[str, SafeString]]:
    """The radio buttons of the request form."""
    return [(code, _choice(kind)) for code, kind in scheme.classes.items()]


def _choice(kind: RequestClass) -> SafeString:
    if not kind.promised:
        return format_html("<span>{}</span>", class_words(kind))
    promise = _("average reaction %(term)s") % {"term": term_words(kind)}
    return format_html("<span>{}<small>{}</small></span>", class_words(kind), promise)


def _russian() -> bool:
    return (get_language() or "ru").startswith("ru")
