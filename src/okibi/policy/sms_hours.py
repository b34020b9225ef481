"""Quiet hours: no SMS at 4:40 in the morning of whoever gets it."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone
from phonenumbers.tzdata import TIMEZONE_DATA

Quiet = tuple[time, time]  # from, until; across midnight where from is the later
FURTHEST = timedelta(hours=6)  # between the zones of one country: a day of 12 open hours keeps half of them
_DAYS = 3  # hours that move may push a moment into the next day; three are more than enough


def zones_of(e164: str, home: ZoneInfo) -> tuple[ZoneInfo, ...]:
    """Where a number's owner may live: ``home``, another zone, or the two outermost of several: both must be awake.

    The numbering plan says it (libphonenumber's data). ``home`` is taken where it is one of the possible zones: Russian
    mobile numbers belong to no region any more (number portability). It stands in, too, where nothing is known, and
    where the zones lie so far apart that hardly an hour of the day would be left.
    """
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return (home,)
    found = set(timezone.time_zones_for_number(number))
    found = found & _zones_of_region(number.country_code, phonenumbers.region_code_for_number(number)) or found
    if not found or timezone.UNKNOWN_TIMEZONE in found or str(home) in found:
        return (home,)
    west, east = (ZoneInfo(name) for name in (min(found, key=_least_offset), max(found, key=_most_offset)))
    if _offsets(str(east))[1] - _offsets(str(west))[0] > FURTHEST:
        return (home,)
    return (west,) if _offsets(str(west)) == _offsets(str(east)) else (west, east)


@lru_cache(maxsize=64)
def _zones_of_region(country_code: int, region: str | None) -> frozenset[str]:
    """The zones of one country where several share a code: +7 is Russia and Kazakhstan."""
    regions = phonenumbers.region_codes_for_country_code(country_code)
    if region is None or len(regions) == 1:
        return frozenset()
    code, zones = str(country_code), set[str]()
    for prefix, names in TIMEZONE_DATA.items():
        if prefix.startswith(code) and prefix != code:
            national = int(prefix.removeprefix(code).ljust(10, "0"))
            one = phonenumbers.PhoneNumber(country_code=country_code, national_number=national)
            if phonenumbers.region_code_for_number(one) == region:
                zones.update(names)
    return frozenset(zones)


def _offsets(zone: str) -> tuple[timedelta, timedelta]:
    """The least and the most that its clocks are ahead of UTC in a year."""
    two = [datetime(2026, month, 1, tzinfo=ZoneInfo(zone)).utcoffset() or timedelta() for month in (1, 7)]
    return min(two), max(two)


def _least_offset(zone: str) -> tuple[timedelta, str]:
    return _offsets(zone)[0], zone


def _most_offset(zone: str) -> tuple[timedelta, str]:
    return _offsets(zone)[1], zone


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


def first_open(moment: datetime, closed: Sequence[Quiet], zones: Sequence[tzinfo]) -> datetime:
    """The first moment, ``moment`` or later, that lies in none of the closed hours of any of these zones; ``moment``
    where there is none.
    """
    found = moment
    for _ in range(_DAYS * max(1, len(closed) * len(zones))):
        later = found
        for each in closed:
            for zone in zones:
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
