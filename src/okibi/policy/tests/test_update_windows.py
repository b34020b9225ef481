"""The hours agreed on for updates: scheme.md §3. Half-open, over midnight, in any zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.update_windows import DAYS, WindowError, parse_windows

MOSCOW, BERLIN = "Europe/Moscow", "Europe/Berlin"
NIGHTS = {"mon": ["22:00-06:00"], "tue": ["22:00-06:00"]}  # 23 November 2026 is a Monday
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


@st.composite
def spans(draw):
    start = draw(st.integers(0, 1439))
    end = draw(st.integers(0, 1440).filter(lambda minutes: minutes != start))
    return f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"


weeks = st.dictionaries(st.sampled_from(DAYS), spans().map(lambda text: [text]), min_size=1)
zones = st.sampled_from([MOSCOW, BERLIN, "Asia/Kamchatka", "America/St_Johns", "UTC"])


def at(text, zone=MOSCOW):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZoneInfo(zone))


OPEN = {
    "in the evening of the day": (NIGHTS, "11-23T22:00", True),
    "a second before it opens": (NIGHTS, "11-23T21:59:59", False),
    "after midnight": (NIGHTS, "11-24T03:00", True),
    "the end does not belong to it": (NIGHTS, "11-24T06:00", False),
    "the night after the last day": (NIGHTS, "11-25T05:59:59", True),
    "a day that is not named": (NIGHTS, "11-26T23:00", False),
    "Monday morning, when Sunday's night began": ({"sun": ["23:00-04:00"]}, "11-23T03:00", True),
    "the whole day, at its midnight": ({"sat": ["00:00-24:00"]}, "11-28T00:00", True),
    "the whole day is over": ({"sat": ["00:00-24:00"]}, "11-29T00:00", False),
    "the second window of a day": ({"mon": ["06:00-07:00", "12:00-13:00"]}, "11-23T12:30", True),
    "no windows at all": ({}, "11-25T12:00", True),
}


@pytest.mark.parametrize(("week", "moment", "is_open"), OPEN.values(), ids=OPEN)
def test_whether_a_moment_lies_in_a_window(week, moment, is_open):
    assert parse_windows(week, MOSCOW).is_open(at(moment)) is is_open


NEXT = {
    "later that day": (NIGHTS, "11-23T12:00", "11-23T22:00"),
    "now": (NIGHTS, "11-23T23:00", "11-23T23:00"),
    "next week": (NIGHTS, "11-25T06:00", "11-30T22:00"),
    "in another zone the same moment": (NIGHTS, "11-23T12:00", "11-23T22:00"),
    "at any time": ({}, "11-25T12:00", "11-25T12:00"),
}


@pytest.mark.parametrize(("week", "moment", "opens"), NEXT.values(), ids=NEXT)
def test_when_it_opens_next(week, moment, opens):
    assert parse_windows(week, MOSCOW).next_opening(at(moment)) == at(opens)


ENDS = {
    "tomorrow morning": (NIGHTS, "11-23T23:00", "11-24T06:00"),
    "windows that touch are one": ({"mon": ["22:00-24:00"], "tue": ["00:00-05:00"]}, "11-23T23:00", "11-24T05:00"),
    "closed": (NIGHTS, "11-23T12:00", None),
    "at any time": ({}, "11-23T12:00", None),
    "all days long": ({day: ["00:00-24:00"] for day in DAYS}, "11-23T12:00", None),
}


@pytest.mark.parametrize(("week", "moment", "ends"), ENDS.values(), ids=ENDS)
def test_when_it_closes(week, moment, ends):
    assert parse_windows(week, MOSCOW).end_of(at(moment)) == (ends and at(ends))


def test_the_clock_is_the_customers():
    kamchatka = parse_windows({"mon": ["22:00-23:00"]}, "Asia/Kamchatka")
    assert kamchatka.is_open(at("11-23T22:30", "Asia/Kamchatka"))
    assert not kamchatka.is_open(at("11-23T22:30"))


def test_the_night_in_which_an_hour_comes_twice_has_it_once():
    berlin = parse_windows({"sun": ["02:00-02:30"]}, BERLIN)  # 25 October 2026: 3:00 becomes 2:00
    first = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    assert berlin.is_open(first)
    assert not berlin.is_open(first + timedelta(hours=1))


def test_the_night_that_has_no_such_hour_opens_right_after_it():
    berlin = parse_windows({"sun": ["02:00-02:30"]}, BERLIN)  # 29 March 2026: 2:00 becomes 3:00
    assert berlin.next_opening(at("03-28T12:00", BERLIN)) == at("03-29T03:00", BERLIN)


@given(weeks, zones, moments)
def test_what_opens_next_is_open_and_nothing_before_it_is(week, zone, moment):
    windows = parse_windows(week, zone)
    opens = windows.next_opening(moment)
    assert opens >= moment
    assert windows.is_open(opens)
    assert opens == moment or not windows.is_open(opens - timedelta(seconds=1))


@given(weeks, zones, moments)
def test_it_is_open_up_to_its_end_and_no_longer(week, zone, moment):
    windows = parse_windows(week, zone)
    end = windows.end_of(moment)
    assert end is None or windows.is_open(end - timedelta(seconds=1))
    assert end is None or not windows.is_open(end)


@given(weeks, zones)
def test_what_is_stored_reads_as_what_it_was(week, zone):
    windows = parse_windows(week, zone)
    assert parse_windows(windows.as_json(), zone) == windows


@given(weeks)
def test_the_bars_of_a_week_are_as_long_as_its_windows_where_none_overlaps(week):
    windows = parse_windows(week, "UTC")
    drawn = sum(end - start for day in DAYS for start, end in windows.parts_of_day(day))
    open_minutes = sum(span.end - span.start for spans_of_day in windows.week for span in spans_of_day)
    assert drawn <= open_minutes
    assert all(0 <= start < end <= 1440 for day in DAYS for start, end in windows.parts_of_day(day))


WRONG = {
    "no hours": {"mon": ["at night"]},
    "25 o'clock": {"mon": ["22:00-25:00"]},
    "beyond midnight": {"mon": ["24:00-06:00"]},
    "half past twenty-four": {"mon": ["22:00-24:30"]},
    "they overlap": {"mon": ["10:00-12:00", "11:00-13:00"]},
    "too many": {"mon": [f"{hour:02d}:00-{hour:02d}:30" for hour in range(7)]},
    "no such day": {"someday": ["10:00-12:00"]},
}


@pytest.mark.parametrize("week", WRONG.values(), ids=WRONG)
def test_hours_that_can_not_be_are_refused(week):
    with pytest.raises(WindowError):
        parse_windows(week, MOSCOW)


@pytest.mark.parametrize("zone", ["Moon/Crater", "", "../etc/passwd"])
def test_a_zone_that_nobody_knows_is_refused(zone):
    with pytest.raises(WindowError):
        parse_windows({}, zone)


SAID = {
    "at any time": ({}, "в любое время", "at any time"),
    "every day": ({day: ["22:00-6:00"] for day in DAYS}, "каждый день 22:00–06:00", "every day 22:00–06:00"),
    "working days and a whole Saturday": (
        {**{day: ["22:00-06:00"] for day in DAYS[:5]}, "sat": ["00:00-24:00"]},
        "пн–пт 22:00–06:00; сб круглосуточно",
        "Mon–Fri 22:00–06:00; Sat all day",
    ),
    "two days": ({"sat": ["1:00-2:00"], "sun": ["1:00-2:00"]}, "сб, вс 01:00–02:00", "Sat, Sun 01:00–02:00"),
}


@pytest.mark.parametrize(("week", "ru", "en"), SAID.values(), ids=SAID)
def test_how_they_are_said(week, ru, en):
    said = parse_windows(week, MOSCOW).sentence
    assert (said.ru, said.en) == (ru, en)
