"""The Date header in all the ways that programs write it (RFC 5322, ISO 8601, Russian months, two-digit years)."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from okibi.channels.email.defects import Defects

_MONTHS = {
    "янв": "Jan",
    "фев": "Feb",
    "мар": "Mar",
    "апр": "Apr",
    "мая": "May",
    "май": "May",
    "июн": "Jun",
    "июл": "Jul",
    "авг": "Aug",
    "сен": "Sep",
    "окт": "Oct",
    "ноя": "Nov",
    "дек": "Dec",
}
_RUSSIAN_MONTH = re.compile(r"\b(янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек)[а-я]*\.?", re.IGNORECASE)
_NOISE = re.compile(r"\bг\.?(?=\s|,|$)|\bв\b|[^\x00-\x7f]+\.?,?")
_NUMBERS = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})[,\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([+-]\d{2}:?\d{2})?")
_ZONE_COLON = re.compile(r"([+-]\d{2}):(\d{2})\b")
_DOUBLE_SIGN = re.compile(r"([+-])[+-]+(\d{4})")
_HOURS_DOTS = re.compile(r"\b(\d{1,2})\.(\d{2})\.(\d{2})\b(?=\s*(?:[+-]\d{4}|$))")
_FARTHEST = 18 * 3600
_HAS_ZONE = re.compile(r"[+-]\d{4}\b|\b(?:UTC?|GMT|Z|[ECMP][SD]T)\b")
# Zone names that the standard library takes for UTC; hours ahead of it.
_ZONE_NAMES = {"MSK": 3, "MSD": 4, "SAMT": 4, "YEKT": 5, "OMST": 6, "NOVT": 7, "KRAT": 7, "IRKT": 8, "YAKT": 9}
_ZONE_NAMES |= {"VLAT": 10, "MAGT": 11, "CET": 1, "CEST": 2, "MET": 1, "MEST": 2, "EET": 2, "EEST": 3, "BST": 1}
_ZONE_NAME = re.compile(r"(?<=\d )(" + "|".join(_ZONE_NAMES) + r")\b")


def read_date(value: str, defects: Defects) -> datetime | None:
    """The aware moment, or None with a defect. A date without a zone is taken for UTC, with a defect."""
    if not value.strip():
        defects.add("no_date")
        return None
    text = " ".join(value.split())[:200]
    moment = _rfc(text, defects) or _iso(text, defects) or _numbers(text, defects)
    if moment is None:
        defects.add("bad_date", text)
    return moment


def _rfc(text: str, defects: Defects) -> datetime | None:
    text = _RUSSIAN_MONTH.sub(lambda match: _MONTHS[match[1].lower()], text)
    text = _NOISE.sub(" ", text) if not text.isascii() else text
    text = _ZONE_COLON.sub(r"\1\2", _DOUBLE_SIGN.sub(r"\1\2", text)).strip(" ,")
    text = _HOURS_DOTS.sub(r"\1:\2:\3", text)
    text = _ZONE_NAME.sub(lambda match: f"+{_ZONE_NAMES[match[1]]:02d}00", text)
    try:
        parts = parsedate_tz(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if parts is None or parts[1] == 0:
        return None
    return _moment(list(parts[:6]), parts[9] if _HAS_ZONE.search(text) else None, defects)


def _moment(parts: list[int], offset: int | None, defects: Defects) -> datetime | None:
    if offset is None:
        defects.add("date_no_zone")
    if offset is not None and abs(offset) > _FARTHEST:
        defects.add("bad_date", "zone")
        offset = 0
    year, month, day, hour, minute, second = parts
    try:
        zone = timezone(timedelta(seconds=offset)) if offset else UTC
        # A leap second is a moment too; datetime has none.
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
    except (ValueError, OverflowError):
        return None


def _iso(text: str, defects: Defects) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        defects.add("date_no_zone")
        return moment.replace(tzinfo=UTC)
    return moment


def _numbers(text: str, defects: Defects) -> datetime | None:
    match = _NUMBERS.search(text)
    if match is None:
        return None
    day, month, year, hour, minute = (int(match[n]) for n in range(1, 6))
    offset = None
    if match[7]:
        digits = match[7].replace(":", "")
        offset = int(digits[0] + "1") * (int(digits[1:3]) * 3600 + int(digits[3:]) * 60)
    return _moment([year, month, day, hour, minute, int(match[6] or 0)], offset, defects)
