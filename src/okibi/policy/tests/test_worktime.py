"""Working time: scheme.md §4 and the line of "How the terms are counted" on hours. Half-open, exact, any zone."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okibi.kernel.sentence import Sentence
from okibi.policy.scheme_values import WeekYears
from okibi.policy.tests.calendars_for_tests import (
    BERLIN,
    BERLIN_AROUND_THE_CLOCK,
    BERLIN_OFFICE,
    CALENDARS,
    DESK,
    MOSCOW,
    NEW_YORK,
    NEW_YORK_NIGHTS,
    at,
)
from okibi.policy.worktime import DayKind, DayPlan, NoWorkingTimeError, WorkCalendar, instant

moments = st.datetimes(datetime(2023, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
lengths = st.timedeltas(timedelta(0), timedelta(days=40))
calendars = st.sampled_from(CALENDARS)

ADDED = {
    "an hour inside a day": ("2026-11-20T12:41", timedelta(hours=1), "2026-11-20T13:41"),
    "an hour that fills the day lands on the closing": ("2026-11-20T19:00", timedelta(hours=1), "2026-11-20T20:00"),
    "one second more goes over the weekend": ("2026-11-20T19:00", timedelta(hours=1, seconds=1), "2026-11-23T08:00:01"),
    "seconds count": ("2026-11-20T19:59:30", timedelta(minutes=1), "2026-11-23T08:00:30"),
    "microseconds count": ("2026-11-20T19:59:59.999999", timedelta(microseconds=2), "2026-11-23T08:00:00.000001"),
    "from before the opening": ("2026-11-20T03:00", timedelta(hours=2), "2026-11-20T10:00"),
    "from the closing": ("2026-11-20T20:00", timedelta(hours=2), "2026-11-23T10:00"),
    "from a Saturday": ("2026-11-21T15:00", timedelta(hours=2), "2026-11-23T10:00"),
    "a whole working day": ("2026-11-19T08:00", timedelta(hours=12), "2026-11-19T20:00"),
    "over the New Year": ("2025-12-30T19:00", timedelta(hours=2), "2026-01-12T09:00"),
    "nothing at an open moment": ("2026-11-20T12:41", timedelta(0), "2026-11-20T12:41"),
    "nothing at the closing": ("2026-11-20T20:00", timedelta(0), "2026-11-20T20:00"),
    "nothing at night waits for the opening": ("2026-11-20T20:00:01", timedelta(0), "2026-11-23T08:00"),
    "back inside a day": ("2026-11-20T12:41", timedelta(hours=-2), "2026-11-20T10:41"),
    "back to the opening stays there": ("2026-11-23T10:00", timedelta(hours=-2), "2026-11-23T08:00"),
    "back over a weekend": ("2026-11-23T09:00", timedelta(hours=-2), "2026-11-20T19:00"),
    "back over the New Year": ("2026-01-12T09:00", timedelta(hours=-2), "2025-12-30T19:00"),
}


@pytest.mark.parametrize(("start", "amount", "expected"), ADDED.values(), ids=ADDED)
def test_adding_working_time(start, amount, expected):
    assert DESK.add(at(start), amount) == at(expected)


MEASURED = {
    "inside a day": ("2026-11-20T12:00", "2026-11-20T12:41:07", timedelta(minutes=41, seconds=7)),
    "over a weekend": ("2026-11-20T19:30", "2026-11-23T09:30", timedelta(hours=2)),
    "a night has none": ("2026-11-20T20:00", "2026-11-23T08:00", timedelta(0)),
    "a working Saturday counts": ("2025-11-01T00:00", "2025-11-02T00:00", timedelta(hours=12)),
    "the New Year holidays do not": ("2025-12-31T00:00", "2026-01-12T08:00", timedelta(0)),
    "backwards it is negative": ("2026-11-20T13:00", "2026-11-20T12:00", timedelta(hours=-1)),
    "a year of 247 working days": ("2026-01-01T00:00", "2027-01-01T00:00", timedelta(hours=12 * 247)),
}


@pytest.mark.parametrize(("begin", "end", "expected"), MEASURED.values(), ids=MEASURED)
def test_measuring_working_time(begin, end, expected):
    assert DESK.measure(at(begin), at(end)) == expected


def test_the_closing_moment_is_no_longer_open_and_the_opening_one_is():
    assert DESK.is_open(at("2026-11-20T08:00"))
    assert DESK.is_open(at("2026-11-20T19:59:59.999999"))
    assert not DESK.is_open(at("2026-11-20T20:00"))
    assert not DESK.is_open(at("2026-11-21T12:00"))


def test_next_opening_of_an_open_moment_is_the_moment_itself():
    assert DESK.next_opening(at("2026-11-20T12:41")) == at("2026-11-20T12:41")
    assert DESK.next_opening(at("2026-11-20T20:00")) == at("2026-11-23T08:00")
    assert DESK.next_opening(at("2025-12-31T12:00")) == at("2026-01-12T08:00")


def test_a_day_has_its_intervals_and_a_day_off_has_none():
    (interval,) = DESK.intervals(date(2026, 11, 20))
    assert (interval.start, interval.end) == (at("2026-11-20T08:00"), at("2026-11-20T20:00"))
    assert DESK.intervals(date(2026, 11, 21)) == ()
    assert DESK.closing(date(2026, 11, 20)) == at("2026-11-20T20:00")
    with pytest.raises(NoWorkingTimeError):
        DESK.closing(date(2026, 11, 21))


def test_a_moment_of_another_zone_is_the_same_moment():
    assert DESK.add(datetime(2026, 11, 20, 9, 41, tzinfo=UTC), timedelta(hours=2)) == at("2026-11-20T14:41")
    assert DESK.add(datetime(2026, 11, 20, 9, 41, tzinfo=UTC), timedelta(hours=2)).tzinfo is MOSCOW


def test_a_naive_moment_is_refused():
    for ask in (DESK.next_opening, DESK.is_open, lambda moment: DESK.add(moment, timedelta(hours=1))):
        with pytest.raises(ValueError):
            ask(datetime(2026, 11, 20))


def test_a_corrected_day_lies_over_the_computed_one_and_leaves_the_calendar_as_it_was():
    reason = Sentence("переезд", "moving house")
    closed = DESK.with_days({date(2026, 11, 20): DayPlan(date(2026, 11, 20), (), DayKind.HOLIDAY, reason)})
    assert closed.add(at("2026-11-19T19:00"), timedelta(hours=2)) == at("2026-11-23T09:00")
    assert DESK.add(at("2026-11-19T19:00"), timedelta(hours=2)) == at("2026-11-20T09:00")
    assert closed != DESK


def test_calendars_with_equal_zone_and_years_are_equal():
    week = WeekYears((((time(9), time(18)),),) * 7)
    assert WorkCalendar(MOSCOW, week) == WorkCalendar(MOSCOW, WeekYears((((time(9), time(18)),),) * 7))
    assert WorkCalendar(MOSCOW, week) != WorkCalendar(BERLIN, week)


def test_a_calendar_without_working_time_says_so_instead_of_searching_for_ever():
    never = WorkCalendar(MOSCOW, WeekYears(((),) * 7))
    for ask in (
        never.next_opening,
        lambda moment: never.add(moment, timedelta(hours=1)),
        lambda moment: never.add(moment, timedelta(hours=-1)),
        lambda moment: never.working_day_from(moment.date()),
    ):
        with pytest.raises(NoWorkingTimeError):
            ask(at("2026-11-20T12:00"))


CLOCK_CHANGES = {
    # zone, night, opening hours, their real length
    "spring takes an hour": (BERLIN, date(2026, 3, 29), ((time(0), time(6)),), timedelta(hours=5)),
    "autumn gives one": (BERLIN, date(2026, 10, 25), ((time(0), time(6)),), timedelta(hours=7)),
    "a whole day of 23 hours": (NEW_YORK, date(2026, 3, 8), ((time(0), time(0)),), timedelta(hours=23)),
    "hours that do not exist": (BERLIN, date(2026, 3, 29), ((time(2, 15), time(2, 45)),), timedelta(0)),
    "an end that does not exist": (BERLIN, date(2026, 3, 29), ((time(1), time(2, 30)),), timedelta(hours=1)),
    "a start that does not exist": (BERLIN, date(2026, 3, 29), ((time(2, 30), time(4)),), timedelta(hours=1)),
}


@pytest.mark.parametrize(("zone", "day", "hours", "length"), CLOCK_CHANGES.values(), ids=CLOCK_CHANGES)
def test_a_day_on_which_the_clocks_change_is_as_long_as_it_really_was(zone, day, hours, length):
    calendar = WorkCalendar(zone, WeekYears((hours,) * 7))
    assert sum((interval.length for interval in calendar.intervals(day)), timedelta(0)) == length
    midnight = datetime.combine(day, time(0), zone)
    assert calendar.measure(midnight, datetime.combine(day + timedelta(days=1), time(0), zone)) == length


def test_a_wall_time_that_is_skipped_means_the_moment_of_the_jump():
    assert instant(date(2026, 3, 29), time(2, 30), BERLIN) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert instant(date(2026, 3, 29), time(2, 0, 0, 1), BERLIN) == datetime(2026, 3, 29, 1, tzinfo=UTC)


@given(calendars, moments, lengths)
def test_adding_then_measuring_gives_the_length_back(calendar, start, length):
    assert calendar.measure(start, calendar.add(start, length)) == length


@given(calendars, moments, lengths, lengths)
def test_adding_twice_is_adding_the_sum(calendar, start, first, second):
    once = calendar.add(start, first + second)
    twice = calendar.add(calendar.add(start, first), second)
    assert calendar.measure(start, once) == calendar.measure(start, twice)
    assert once == twice or not (first and second)


@given(calendars, moments, lengths)
def test_what_is_added_ends_inside_working_time_or_at_a_closing(calendar, start, length):
    end = calendar.add(start, length)
    assert end >= start
    assert calendar.is_open(end) or calendar.is_open(end - timedelta(microseconds=1))


@given(calendars, moments, moments, lengths)
def test_a_later_start_never_ends_earlier(calendar, one, other, length):
    first, second = sorted((one, other))
    assert calendar.add(first, length) <= calendar.add(second, length)


@given(calendars, moments, st.timedeltas(timedelta(microseconds=1), timedelta(days=40)))
def test_going_back_undoes_going_forward(calendar, start, length):
    there = calendar.add(start, length)
    assert calendar.measure(calendar.add(there, -length), there) == length


@given(calendars, moments, moments, moments)
def test_measuring_is_additive(calendar, one, two, three):
    assert calendar.measure(one, two) + calendar.measure(two, three) == calendar.measure(one, three)


@settings(max_examples=40)
@given(calendars, moments, st.timedeltas(timedelta(0), timedelta(days=12)))
def test_measuring_agrees_with_the_sum_of_the_days_intervals(calendar, start, length):
    end = (start + length).astimezone(UTC)
    day, last, total = calendar.local(start).date(), calendar.local(end).date(), timedelta(0)
    while day <= last:
        for interval in calendar.intervals(day):
            begin, finish = max(interval.start.astimezone(UTC), start), min(interval.end.astimezone(UTC), end)
            total += max(finish - begin, timedelta(0))
        day += timedelta(days=1)
    assert calendar.measure(start, end) == total


def test_the_lunch_break_is_not_working_time():
    assert BERLIN_OFFICE.add(at("2026-11-20T12:30", BERLIN), timedelta(hours=1)) == at("2026-11-20T14:30", BERLIN)
    assert BERLIN_OFFICE.add(at("2026-11-20T12:00", BERLIN), timedelta(hours=1)) == at("2026-11-20T13:00", BERLIN)


def test_hours_run_through_the_night_on_which_the_clocks_go_back():
    start = datetime(2026, 11, 1, 0, 30, tzinfo=NEW_YORK)
    assert NEW_YORK_NIGHTS.add(start, timedelta(hours=6, minutes=30)) == datetime(2026, 11, 1, 6, tzinfo=NEW_YORK)
    begin = datetime(2026, 10, 25, tzinfo=BERLIN)
    assert BERLIN_AROUND_THE_CLOCK.add(begin, timedelta(hours=25)) == datetime(2026, 10, 26, tzinfo=BERLIN)
