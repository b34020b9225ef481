"""The calendars that the tests of promises share."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from okibi.policy.russian_calendar import RussianYears
from okibi.policy.scheme_values import WeekYears
from okibi.policy.worktime import WorkCalendar

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")

DESK = WorkCalendar(MOSCOW, RussianYears(((time(8), time(20)),)))
WITH_LUNCH = ((time(9), time(13)), (time(14), time(18)))
BERLIN_OFFICE = WorkCalendar(BERLIN, WeekYears((WITH_LUNCH,) * 5 + ((), ())))
# Open over the hours at which the clocks change, every day of the week.
NEW_YORK_NIGHTS = WorkCalendar(NEW_YORK, WeekYears((((time(0, 30), time(6)), (time(20), time(0))),) * 7))
BERLIN_AROUND_THE_CLOCK = WorkCalendar(BERLIN, WeekYears((((time(0), time(0)),),) * 7))
CALENDARS = (DESK, BERLIN_OFFICE, NEW_YORK_NIGHTS, BERLIN_AROUND_THE_CLOCK)


def at(text: str, zone: ZoneInfo = MOSCOW) -> datetime:
    """A moment on a zone's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)
