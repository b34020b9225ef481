"""Taking values out of an exchange's fields: whatever is there, a value of the asked kind comes out. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from okibi.channels.messenger.reading import text
from okibi.channels.telephone.numbers import e164_of, is_hidden

_COMPACT = re.compile(r"\d{8}T\d{6}Z")
KEY = 120  # characters of a call's id; longer ones are no exchange's


def first(value: object) -> str:
    """A text, a number's digits, or the first of a list (several telephones ring)."""
    if isinstance(value, list):
        return text(value[0]).strip() if value else ""
    return text(value).strip()


def names(value: object) -> str:
    """Several names in one line."""
    if isinstance(value, list):
        return ", ".join(part for part in (text(item).strip() for item in value) if part)[:120]
    return text(value).strip()[:120]


def number(value: object) -> dict[str, Any]:
    """The fields ``said``, ``e164`` and ``hidden`` of an event."""
    said = first(value)[:60]
    if value is None:  # nothing was said of it
        return {"said": "", "e164": "", "hidden": False}
    if is_hidden(said):
        return {"said": "", "e164": "", "hidden": True}
    return {"said": said, "e164": e164_of(said), "hidden": False}


def whole(value: object) -> int | None:
    """A number that comes as one or as its digits; None for anything else."""
    said = text(value).strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 15 else None


def seconds(value: object) -> int | None:
    """A length of at most a week."""
    found = whole(value)
    return found if found is not None and found <= 7 * 86400 else None


def unix(value: object) -> datetime | None:
    """Unix seconds as an aware moment; 0 and what is no moment give None."""
    found = whole(value)
    if not found or found > 253_402_300_799:
        return None
    return datetime.fromtimestamp(found, UTC)


def compact(value: object) -> datetime | None:
    """An aware moment out of 20261123T071500Z."""
    found = _COMPACT.fullmatch(text(value).strip())
    try:
        return datetime.strptime(found[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def wall(value: object, zone: ZoneInfo) -> datetime | None:
    """An aware moment in UTC out of 2026-11-22 16:00:00 on the exchange's wall clock."""
    try:
        found = datetime.strptime(text(value).strip(), "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007  the zone follows
        return found.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def key(value: object) -> str:
    """The id of a call."""
    return first(value)[:KEY]


def inner(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object within the fields, or an empty one."""
    found = fields.get(name)
    return found if isinstance(found, dict) else {}
