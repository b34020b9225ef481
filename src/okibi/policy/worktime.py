"""Working time as an exact value: which moments are open, adding working time, measuring it.

Source: scheme.md §4 (the hours) and "How the terms are counted". Intervals are half-open ``[start, end)`` on the wall
clock of the calendar's zone; lengths are real elapsed time, so a day on which the clocks change is as long as it really
was. Moments are aware datetimes of any zone; answers come back in the calendar's zone. Nothing is rounded.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence

ZERO = timedelta(0)
ONE_DAY = timedelta(days=1)
MIDNIGHT = time(0)
# A calendar without a working minute for this long is a mistake, not a calendar.
LONGEST_SEARCH_YEARS = 30
WORKING = Sentence("рабочий день", "working day")
WEEKEND = Sentence("выходной", "weekend")

Hours = tuple[tuple[time, time], ...]
"""Opening hours of one day: pairs of wall-clock times in order; an end of 00:00 is the midnight that ends the day."""


class NoWorkingTimeError(InputError):
    """The calendar has no working time where the answer would have to lie."""

    code = "no_working_time"


class DayKind(StrEnum):
    """What a day is in a production calendar."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MOVED_OFF = "moved_off"  # a day off that was moved here from another date
    MOVED_WORKING = "moved_working"  # a Saturday or Sunday that was made a working day
    SHORTENED = "shortened"  # a working day before a public holiday


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One day of a calendar: its opening hours, what kind of day it is, and the sentence that says why.

    ``shortened`` is true for a SHORTENED day and for a MOVED_WORKING one that takes the length of a shortened day.
    ``provisional``: counted by the Labour Code's article 112, because the year's decree was not known.
    """

    date: date
    intervals: Hours
    kind: DayKind
    source: Sentence
    provisional: bool = False
    shortened: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """A half-open stretch of time ``[start, end)``, both aware."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """Real elapsed time, also across a change of the clocks."""
        return self.end.astimezone(UTC) - self.start.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Overlaid:
    """Years of another calendar with single days replaced: a corrected calendar laid over a computed one."""

    base: "Years"
    days: tuple[DayPlan, ...]

    def __call__(self, year: int) -> Mapping[date, DayPlan]:
        return {**self.base(year), **{plan.date: plan for plan in self.days if plan.date.year == year}}


Years = Callable[[int], Mapping[date, DayPlan]]
"""Gives the plan of every day of a calendar year. Must be pure: equal years give equal plans."""


@dataclass(slots=True)
class _Year:
    """What is worked out once per year, so that questions are look-ups. Moments are UTC."""

    plans: Mapping[date, DayPlan]
    starts: list[datetime] = field(default_factory=list)
    ends: list[datetime] = field(default_factory=list)
    before: list[timedelta] = field(default_factory=list)  # working time of the year before each interval
    through: list[timedelta] = field(default_factory=list)  # … and up to its end
    total: timedelta = ZERO
    working: list[int] = field(default_factory=list)  # ordinals of the working days
    closings: dict[int, datetime] = field(default_factory=dict)  # by ordinal, in the calendar's zone


@dataclass(frozen=True)
class WorkCalendar:
    """Which time is working time, in one zone. An immutable value: equal when zone and years are equal.

    ``years`` gives the day plans of a year and is asked once per year; what is worked out from it is kept.
    """

    zone: ZoneInfo
    years: Years
    _known: dict[int, _Year] = field(default_factory=dict, init=False, repr=False, compare=False, hash=False)

    def with_days(self, plans: Mapping[date, DayPlan]) -> "WorkCalendar":
        """The same calendar with some days replaced; this one is left as it is."""
        return WorkCalendar(self.zone, Overlaid(self.years, tuple(plans[when] for when in sorted(plans))))

    def local(self, moment: datetime) -> datetime:
        """The same instant on the calendar's own clock. Raises ValueError for a naive datetime."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return moment.astimezone(self.zone)

    def day(self, when: date) -> DayPlan:
        """The plan of a date. Raises NoWorkingTimeError where the calendar does not cover its year."""
        return self._year(when.year).plans[when]

    def intervals(self, when: date) -> tuple[Interval, ...]:
        """The open stretches of a date, in order, in the calendar's zone."""
        return tuple(Interval(start, end) for start, end in _stretches(self.day(when), self.zone))

    def is_working_day(self, when: date) -> bool:
        return when.toordinal() in self._year(when.year).closings

    def is_open(self, moment: datetime) -> bool:
        """Whether the moment lies in working time; the closing moment itself does not."""
        utc, year = self._place(moment)
        index = bisect_right(year.starts, utc) - 1
        return index >= 0 and utc < year.ends[index]

    def closing(self, when: date) -> datetime:
        """When working time ends on a working day. Raises NoWorkingTimeError for any other day."""
        try:
            return self._year(when.year).closings[when.toordinal()]
        except KeyError:
            raise _nothing_in(when.year) from None

    def working_day_from(self, when: date) -> date:
        """The date itself where it is a working day, else the next one (Civil Code, art. 193)."""
        return self.nth_working_day(when - ONE_DAY, 1)

    def nth_working_day(self, after: date, count: int) -> date:
        """The ``count``-th working day after a date (``count`` ≥ 1)."""
        number, left = after.year, count
        year = self._year(number)
        index = bisect_right(year.working, after.toordinal())
        while index + left > len(year.working):
            left -= len(year.working) - index
            number, index = number + 1, 0
            self._guard(number, after.year)
            year = self._year(number)
        return date.fromordinal(year.working[index + left - 1])

    def next_opening(self, moment: datetime) -> datetime:
        """The moment itself where it is open, else the start of the next open interval."""
        utc, year = self._place(moment)
        index = bisect_right(year.ends, utc)
        first = number = self.local(moment).year
        while index == len(year.starts):
            number, index = number + 1, 0
            self._guard(number, first)
            year = self._year(number)
        return max(utc, year.starts[index]).astimezone(self.zone)

    def add(self, moment: datetime, amount: timedelta) -> datetime:
        """The moment that lies ``amount`` of working time later; a negative amount goes back.

        Half-open: an amount that fills an interval lands on its end (19:00 + 1 h = 20:00), not on the next opening;
        going back it lands on its start. Nothing added to an open moment or to a closing one changes nothing; added to
        any other, it gives the next opening.
        """
        if amount <= ZERO:
            return self._back(moment, -amount)
        local = self.local(moment)
        number = local.year
        year = self._year(number)
        utc = moment.astimezone(UTC)
        index = bisect_right(year.starts, utc) - 1
        target = amount
        if index >= 0:
            end = year.ends[index]
            target += year.through[index] if utc >= end else year.before[index] + (utc - year.starts[index])
        while target > year.total:
            target -= year.total
            number += 1
            self._guard(number, local.year)
            year = self._year(number)
        index = bisect_left(year.through, target)
        return (year.starts[index] + (target - year.before[index])).astimezone(self.zone)

    def measure(self, begin: datetime, end: datetime) -> timedelta:
        """The working time between two moments; negative where ``end`` is the earlier one."""
        if end < begin:
            return -self.measure(end, begin)
        first, last = self.local(begin).year, self.local(end).year
        length = self._position(end) - self._position(begin)
        for number in range(first, last):
            length += self._year(number).total
        return length

    def _back(self, moment: datetime, amount: timedelta) -> datetime:
        utc, year = self._place(moment)
        if not amount:
            index = bisect_left(year.ends, utc)
            inside = index < len(year.ends) and year.starts[index] <= utc
            return self.local(moment) if inside else self.next_opening(moment)
        number = first = self.local(moment).year
        target = self._position(moment) - amount
        while target < ZERO:
            number -= 1
            self._guard(number, first)
            year = self._year(number)
            target += year.total
        index = bisect_right(year.before, target) - 1
        return (year.starts[index] + (target - year.before[index])).astimezone(self.zone)

    def _place(self, moment: datetime) -> tuple[datetime, _Year]:
        return moment.astimezone(UTC), self._year(self.local(moment).year)

    def _position(self, moment: datetime) -> timedelta:
        """Working time from the start of the moment's year up to it."""
        utc, year = self._place(moment)
        index = bisect_right(year.starts, utc) - 1
        if index < 0:
            return ZERO
        return year.before[index] + (min(utc, year.ends[index]) - year.starts[index])

    def _year(self, number: int) -> _Year:
        year = self._known.get(number)
        if year is None:
            # Two threads may both work it out; both get the same, so no lock is needed.
            year = self._known[number] = self._worked_out(self.years(number))
        return year

    def _worked_out(self, plans: Mapping[date, DayPlan]) -> _Year:
        year = _Year(plans)
        for when in sorted(plans):
            stretches = _stretches(plans[when], self.zone)
            for start, end in stretches:
                start_utc, end_utc = start.astimezone(UTC), end.astimezone(UTC)
                year.starts.append(start_utc)
                year.ends.append(end_utc)
                year.before.append(year.total)
                year.total += end_utc - start_utc
                year.through.append(year.total)
            if stretches:
                year.working.append(when.toordinal())
                year.closings[when.toordinal()] = stretches[-1][1]
        return year

    def _guard(self, number: int, first: int) -> None:
        if abs(number - first) > LONGEST_SEARCH_YEARS and not any(year.total for year in self._known.values()):
            raise _nothing_in(number)


def _nothing_in(year: int) -> NoWorkingTimeError:
    return NoWorkingTimeError(
        Sentence(
            f"в календаре {year} года здесь нет рабочего времени", f"the calendar of {year} has no working time here"
        ),
        year=year,
    )


def _stretches(plan: DayPlan, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """A day's hours as instants; one that the clocks jump over entirely is left out."""
    pairs = []
    for start, end in plan.intervals:
        first = instant(plan.date, start, zone)
        last = instant(plan.date + ONE_DAY if end == MIDNIGHT else plan.date, end, zone)
        if first.astimezone(UTC) < last.astimezone(UTC):
            pairs.append((first, last))
    return pairs


def instant(when: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant at which a zone's wall clock shows a time on a date.

    A time that the clocks show twice means the first; one that they jump over means the moment of the jump.
    """
    wall = datetime.combine(when, at, zone)
    if wall.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return wall
    return _jump(wall, zone)


def _jump(wall: datetime, zone: ZoneInfo) -> datetime:
    """The change of the clocks that skips a wall time, found to the second between the two readings of it."""
    early = wall.replace(fold=1).astimezone(UTC)
    late = wall.replace(fold=0).astimezone(UTC)
    after = late.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0) if middle.replace(microsecond=0) > early else middle
        if middle.astimezone(zone).utcoffset() == after:
            late = middle
        else:
            early = middle
    return late.replace(microsecond=0).astimezone(zone)
