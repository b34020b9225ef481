"""What letters need to say: moments and sentences in the letter's own language."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template

from okibi.kernel.sentence import Sentence
from okibi.policy import wording

WITHIN = wording.DAY._replace(one="дня", few="дней")  # the genitive

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
    return wording.named_moment(value.astimezone(zone), value.astimezone(zone).year)


@register.filter
def on_moment(value: datetime, zone: ZoneInfo) -> Sentence:
    """When something happens: «в понедельник, 23 ноября, 8:26», "on Monday, 23 November, 8:26"."""
    return wording.on_moment(value.astimezone(zone), value.astimezone(zone).year)


@register.filter
def brief(value: datetime, zone: ZoneInfo) -> Sentence:
    """A moment as short as an SMS wants it, with its zone: «27.11 20:00 (МСК)»."""
    at = value.astimezone(zone)
    home = Sentence("МСК", "MSK") if at.tzname() == "MSK" else Sentence(at.tzname() or "", at.tzname() or "")
    return Sentence(f"{at:%d.%m %H:%M} ({home.ru})", f"{at:%d %b %H:%M} ({home.en})")


@register.filter
def days(value: int) -> Sentence:
    """So many days: «14 дней», "14 days"."""
    return wording.counted(value, wording.DAY)


@register.filter
def within_days(value: int) -> Sentence:
    """So many days, as they stand after «в течение» and "within": «21 дня», "21 days"."""
    return wording.counted(value, WITHIN)


@register.filter
def quoted(value: str) -> str:
    """A text quoted line by line."""
    return "\n".join(f"> {line}".rstrip() for line in value.strip().splitlines())
