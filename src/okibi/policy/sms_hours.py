"""Quiet hours: no SMS at 4:40 in the morning of whoever gets it."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone

Quiet = tuple[time, time]  # from, until; across midnight where from is the later
_DAYS = 3  # hours that move may push a moment into the next day; three are more than enough


def zone_of(e164: str, home: tzinfo) -> tzinfo:
    """The zone in which a number's owner lives, where the numbering plan knows exactly one; else ``home``.

    Russian mobile numbers belong to no region any more (number portability), so they live at ``home``.
    """
    try:
        found = timezone.time_zones_for_number(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return home
    return ZoneInfo(found[0]) if len(found) == 1 and found[0] != "Etc/Unknown" else home


def is_quiet(moment: datetime, quiet: Quiet | None, zone: tzinfo) -> bool:
    """Whether ``moment`` (aware) lies in quiet hours; their beginning does, their end does not."""
    if quiet is None or quiet[0] == quiet[1]:
        return False
    clock, (begin, end) = moment.astimezone(zone).time(), quiet
    return begin <= clock < end if begin < end else clock >= begin or clock < end


def not_before(moment: datetime, quiet: Quiet | None, zone: tzinfo) -> datetime:
    """The first moment, ``moment`` or later, that is not quiet; aware, in UTC's terms equal to what ``zone`` shows."""
    if quiet is None or not is_quiet(moment, quiet, zone):
        return moment
    day = moment.astimezone(zone).date()
    for ahead in range(_DAYS):
        end = datetime.combine(day + timedelta(days=ahead), quiet[1], tzinfo=zone)
        if end > moment and not is_quiet(end, quiet, zone):
            return end.astimezone(moment.tzinfo)
    return moment


def first_open(moment: datetime, closed: Sequence[Quiet], zone: tzinfo) -> datetime:
    """The first moment, ``moment`` or later, that lies in none of the closed hours; ``moment`` where there is none."""
    found = moment
    for _ in range(_DAYS * max(1, len(closed))):
        later = found
        for each in closed:
            later = not_before(later, each, zone)
        if later == found:
            return found
        found = later
    return moment


def is_ever_open(closed: Sequence[Quiet]) -> bool:
    """Whether a day has a minute that lies in none of the closed hours."""
    day = datetime(2026, 1, 1, tzinfo=UTC)
    minutes = (day + timedelta(minutes=minute) for minute in range(24 * 60))
    return any(not any(is_quiet(minute, each, UTC) for each in closed) for minute in minutes)
