"""Moments, spans, sizes and telephone numbers as people read them, in Russian and in English.

Plain functions of values: the moment "now", the zone and the language are arguments. Pages use them through the
filters of ``okibi_ui``; letters may call them directly.
"""

from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

import phonenumbers

_WEEKDAYS = {
    "ru": ("пн", "вт", "ср", "чт", "пт", "сб", "вс"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_WEEKDAYS_LONG = {
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "ru": (
        "января", "февраля", "марта", "апреля", "мая", "июня",
        "июля", "августа", "сентября", "октября", "ноября", "декабря",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_MONTHS_SHORT = {
    "ru": ("янв", "февр", "марта", "апр", "мая", "июня", "июля", "авг", "сент", "окт", "нояб", "дек"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"),
}
_NEAR_DAYS = {
    "ru": {-1: "вчера", 0: "сегодня", 1: "завтра"},
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
}
_HOUR_MINUTE = {"ru": ("ч", "мин"), "en": ("h", "min")}
_SIZES = {"ru": ("Б", "КБ", "МБ", "ГБ", "ТБ"), "en": ("B", "KB", "MB", "GB", "TB")}
_MINUS = "\N{MINUS SIGN}"
_KILO = 1024


class Form(StrEnum):
    """How much of a moment is written: the whole, a list's narrow column, the clock time alone, the date alone,
    the ends of a track.
    """

    FULL = "full"
    SHORT = "short"
    TIME = "time"
    DATE = "date"
    WEEKDAY = "weekday"


def spoken(language: str | None) -> str:
    """The table key of a language code: ``ru`` for ``ru`` and ``ru-RU``, ``en`` for everything else."""
    return "ru" if (language or "").lower().startswith("ru") else "en"


def moment_text(at: datetime, *, now: datetime, zone: tzinfo, language: str | None, form: Form = Form.FULL) -> str:
    """An aware moment as read in ``zone`` beside ``now`` (aware): «сегодня 12:41», «вт 24 ноября, 20:00».

    ``WEEKDAY`` is «пт 12:41» within six days either way. ``SHORT`` fits a list: «завтра 20:00», «вт 20:00» within
    six days ahead, else «27 нояб». The year is written only where it is not the year of ``now`` (``DATE`` always
    writes it).
    """
    tongue = spoken(language)
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    clock = f"{local:%H:%M}"
    month, day = local.month - 1, local.day
    if form is Form.TIME:
        return clock
    if form is Form.DATE:
        return f"{day} {_MONTHS[tongue][month]} {local.year}"
    away = (local.date() - today).days
    if form is Form.WEEKDAY and abs(away) < 7:
        return f"{_WEEKDAYS[tongue][local.weekday()]} {clock}"
    near = _NEAR_DAYS[tongue].get(away)
    if near and form is not Form.WEEKDAY:
        return f"{near} {clock}"
    weekday = _WEEKDAYS[tongue][local.weekday()]
    year = "" if local.year == today.year else f" {local.year}"
    if form in (Form.SHORT, Form.WEEKDAY):
        return f"{weekday} {clock}" if 1 < away < 7 else f"{day} {_MONTHS_SHORT[tongue][month]}{year}"
    return f"{weekday} {day} {_MONTHS[tongue][month]}{year}, {clock}"


def exact_text(at: datetime, *, zone: tzinfo, language: str | None) -> str:
    """The whole moment with seconds and zone, for a tooltip: «вторник, 24 ноября 2026, 20:00:00 МСК (UTC+3)»."""
    tongue = spoken(language)
    local = at.astimezone(zone)
    name = local.tzname() or ""
    if tongue == "ru" and name == "MSK":
        name = "МСК"
    offset = _offset(local)
    label = f"{name} ({offset})" if name and name != "UTC" and name[0].isalpha() else offset
    weekday = _WEEKDAYS_LONG[tongue][local.weekday()]
    return f"{weekday}, {local.day} {_MONTHS[tongue][local.month - 1]} {local.year}, {local:%H:%M:%S} {label}"


def _offset(local: datetime) -> str:
    span = local.utcoffset() or timedelta()
    sign = "+" if span >= timedelta() else _MINUS
    hours, minutes = divmod(int(abs(span).total_seconds()) // 60, 60)
    if not hours and not minutes:
        return "UTC"
    return f"UTC{sign}{hours}:{minutes:02d}" if minutes else f"UTC{sign}{hours}"


def duration_text(span: timedelta, language: str | None) -> str:
    """A span in hours and whole minutes, cut towards zero: «2 ч 48 мин», «39 мин», late «−1 ч 05 мин».

    Days are never made of hours: fourteen working hours are not a day that a reader knows.
    """
    hour, minute = _HOUR_MINUTE[spoken(language)]
    whole = int(abs(span).total_seconds()) // 60
    sign = _MINUS if span < timedelta() and whole else ""
    hours, minutes = divmod(whole, 60)
    if not hours:
        return f"{sign}{minutes} {minute}"
    return f"{sign}{hours} {hour} {minutes:02d} {minute}" if minutes else f"{sign}{hours} {hour}"


def size_text(size: int, language: str | None) -> str:
    """A number of bytes in binary units, one decimal from the megabyte on: «84 КБ», «1,2 МБ»."""
    tongue = spoken(language)
    value, unit = float(max(size, 0)), 0
    while round(value, 1 if unit > 1 else 0) >= _KILO and unit < len(_SIZES[tongue]) - 1:
        value, unit = value / _KILO, unit + 1
    text = f"{value:.1f}".removesuffix(".0") if unit > 1 else f"{value:.0f}"
    return f"{text.replace('.', ',') if tongue == 'ru' else text} {_SIZES[tongue][unit]}"


def phone_text(number: str) -> str:
    """A number in E.164 (or with its plus sign) grouped for reading: ``+7 900 000-00-17``; others stay as they are."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
