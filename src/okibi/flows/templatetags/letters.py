"""What letters need to say: moments and sentences in the letter's own language."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template

from okibi.kernel.sentence import Sentence
from okibi.policy.wording import named_moment

register = template.Library()


@register.filter
def ru(value: Sentence | None) -> str:
    """A sentence in Russian."""
    return value.ru if value else ""


@register.filter
def en(value: Sentence | None) -> str:
    """A sentence in English."""
    return value.en if value else ""


@register.filter
def moment(value: datetime, zone: ZoneInfo) -> Sentence:
    """A moment as people write it, in the scheme's zone."""
    return named_moment(value.astimezone(zone), value.astimezone(zone).year)


@register.filter
def brief(value: datetime, zone: ZoneInfo) -> Sentence:
    """A moment as short as an SMS wants it, with its zone: «27.11 20:00 (МСК)»."""
    at = value.astimezone(zone)
    home = Sentence("МСК", "MSK") if at.tzname() == "MSK" else Sentence(at.tzname() or "", at.tzname() or "")
    return Sentence(f"{at:%d.%m %H:%M} ({home.ru})", f"{at:%d %b %H:%M} ({home.en})")


@register.filter
def quoted(value: str) -> str:
    """A text quoted line by line."""
    return "\n".join(f"> {line}".rstrip() for line in value.strip().splitlines())
