"""Terms by the Civil Code, articles 190–194: scheme.md, "How the terms are counted"."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.russian_calendar import RussianYears
from okibi.policy.terms import (
    RULES,
    Days,
    Hours,
    Months,
    TermError,
    WorkingDays,
    due,
    due_at,
    explain,
    parse_term,
)
from okibi.policy.tests.calendars_for_tests import BERLIN, BERLIN_OFFICE, CALENDARS, DESK, MOSCOW, at
from okibi.policy.worktime import NoWorkingTimeError, WorkCalendar

moments = st.datetimes(datetime(2023, 1, 1), datetime(2028, 6, 30), timezones=st.just(UTC))
terms = st.one_of(
    st.builds(Hours, st.integers(1, 200)),
    st.builds(Days, st.integers(1, 90)),
    st.builds(WorkingDays, st.integers(1, 60)),
    st.builds(Months, st.integers(1, 14)),
)
calendars = st.sampled_from(CALENDARS)

# what happens: (term, placed, due), all in Moscow
EXAMPLES = {
    "two hours within a day": ("2 hours", "2026-11-20T12:41", "2026-11-20T14:41"),
    "Friday 19:30 and two hours": ("2 hours", "2026-11-20T19:30", "2026-11-23T09:30"),
    "two hours that fill the day end at its closing": ("2 hours", "2026-11-20T18:00", "2026-11-20T20:00"),
    "placed at the closing": ("2 hours", "2026-11-20T20:00", "2026-11-23T10:00"),
    "placed at night": ("2 hours", "2026-11-20T03:15", "2026-11-20T10:00"),
    "placed on a Sunday": ("2 hours", "2026-11-22T13:00", "2026-11-23T10:00"),
    "seconds are kept": ("2 hours", "2026-11-20T18:00:01", "2026-11-23T08:00:01"),
    "hours over Unity Day": ("2 hours", "2026-11-03T19:00", "2026-11-05T09:00"),
    "hours over the New Year 2025": ("2 hours", "2024-12-28T19:00", "2025-01-09T09:00"),
    "hours over the New Year 2026": ("2 hours", "2025-12-30T19:00", "2026-01-12T09:00"),
    "hours into a working Saturday": ("2 hours", "2025-10-31T19:00", "2025-11-01T09:00"),
    "hours after a working Saturday": ("2 hours", "2025-11-01T19:00", "2025-11-05T09:00"),
    "two working days from a Friday": ("2 working days", "2026-11-20T12:41", "2026-11-24T20:00"),
    "the hour of placing does not matter": ("2 working days", "2026-11-20T23:59:59", "2026-11-24T20:00"),
    "placed on a Saturday": ("2 working days", "2026-11-21T10:00", "2026-11-24T20:00"),
    "a working Saturday is a working day": ("2 working days", "2025-10-31T10:00", "2025-11-05T20:00"),
    "working days over May 2025": ("2 working days", "2025-04-29T10:00", "2025-05-05T20:00"),
    "working days over May 2025, the second stretch": ("2 working days", "2025-05-06T10:00", "2025-05-12T20:00"),
    "working days over May 2026": ("2 working days", "2026-05-07T10:00", "2026-05-12T20:00"),
    "working days over the New Year": ("2 working days", "2025-12-29T10:00", "2026-01-12T20:00"),
    "working days over June 2025": ("2 working days", "2025-06-10T10:00", "2025-06-16T20:00"),
    "five calendar days": ("5 days", "2026-11-20T12:41", "2026-11-25T20:00"),
    "five days that end on a Saturday": ("5 days", "2026-11-16T12:41", "2026-11-23T20:00"),
    "five days that end on Unity Day": ("5 days", "2026-10-30T12:41", "2026-11-05T20:00"),
    "five days that end on a working Saturday": ("5 days", "2025-10-27T12:41", "2025-11-01T20:00"),
    "five days into the New Year holidays": ("5 days", "2025-12-29T10:00", "2026-01-12T20:00"),
    "two months": ("2 months", "2026-11-20T12:41", "2027-01-20T20:00"),
    "31 January and a month": ("1 month", "2025-01-31T10:00", "2025-02-28T20:00"),
    "31 January and a month in a leap year": ("1 month", "2024-01-31T10:00", "2024-02-29T20:00"),
    "31 December and two months end on a Saturday": ("2 months", "2025-12-31T09:00", "2026-03-02T20:00"),
    "29 February and a month": ("1 month", "2024-02-29T10:00", "2024-03-29T20:00"),
    "29 February and a year": ("12 months", "2024-02-29T10:00", "2025-02-28T20:00"),
    "two months that end on 4 November": ("2 months", "2026-09-04T10:00", "2026-11-05T20:00"),
    "two months over the year's end": ("2 months", "2025-11-05T10:00", "2026-01-12T20:00"),
}


@pytest.mark.parametrize(("term", "placed", "expected"), EXAMPLES.values(), ids=EXAMPLES)
def test_worked_examples_from_real_years(term, placed, expected):
    assert due_at(parse_term(term), at(placed), DESK) == at(expected)
    assert due(parse_term(term), at(placed), DESK).at == at(expected)


def test_the_zone_of_the_calendar_decides_which_day_it_is():
    # 21:30 in London on Friday is already Saturday in Moscow.
    late = datetime(2026, 11, 19, 21, 30, tzinfo=UTC)
    assert due_at(WorkingDays(1), late, DESK) == at("2026-11-23T20:00")
    assert due_at(WorkingDays(1), late - timedelta(hours=1), DESK) == at("2026-11-20T20:00")


def test_a_day_with_lunch_ends_when_its_last_interval_does():
    assert due_at(WorkingDays(1), at("2026-11-20T10:00", BERLIN), BERLIN_OFFICE) == at("2026-11-23T18:00", BERLIN)


def test_where_the_policy_shortens_days_a_term_ends_at_the_earlier_closing():
    shorter = WorkCalendar(MOSCOW, RussianYears(((time(8), time(20)),), 60))
    assert due_at(WorkingDays(1), at("2026-11-02T10:00"), shorter) == at("2026-11-03T19:00")


WRITTEN = {
    "2 hours": Hours(2),
    "1 hour": Hours(1),
    "5 days": Days(5),
    "2 working days": WorkingDays(2),
    "2 months": Months(2),
}


@pytest.mark.parametrize(("text", "term"), WRITTEN.items())
def test_a_term_is_read_as_it_is_written(text, term):
    assert parse_term(text) == term
    assert str(term) == text


@pytest.mark.parametrize(
    "text", ["", "2", "hours", "0 hours", "-1 days", "2 weeks", "2.5 hours", "2 часа", "10000 days"]
)
def test_other_words_are_refused(text):
    with pytest.raises(TermError):
        parse_term(text)


COUNTS = {1: "1 рабочий день", 2: "2 рабочих дня", 5: "5 рабочих дней", 11: "11 рабочих дней", 21: "21 рабочий день"}


@pytest.mark.parametrize(("count", "words"), COUNTS.items())
def test_a_term_is_said_in_good_russian(count, words):
    assert WorkingDays(count).sentence.ru == words


def told(term, placed):
    return [(step.rule, step.sentence.ru) for step in explain(parse_term(term), at(placed), DESK)]


def test_the_explanation_of_two_working_days_reads_like_the_drawing():
    assert told("2 working days", "2026-11-20T12:41") == [
        ("placed", "Заявка принята в пятницу, 20 ноября, 12:41"),
        ("gk-191", "Срок считается со следующего дня: суббота, 21 ноября"),
        ("calendar-weekend", "21 и 22 ноября — выходные"),
        ("term", "2 рабочих дня: 23 и 24 ноября"),
        ("gk-194", "Конец — закрытие: вторник, 24 ноября, 20:00"),
    ]


def test_the_explanation_names_a_working_saturday_a_moved_day_off_and_a_holiday():
    assert told("2 working days", "2025-10-31T10:00")[2:] == [
        ("calendar-moved-working", "суббота, 1 ноября — рабочий день, выходной перенесён на 3 ноября"),
        ("calendar-weekend", "2 ноября — выходной"),
        ("calendar-moved-off", "3 ноября — выходной, перенесён с 1 ноября"),
        ("calendar-holiday", "4 ноября — День народного единства"),
        ("term", "2 рабочих дня: 1 и 5 ноября"),
        ("gk-194", "Конец — закрытие: среда, 5 ноября, 20:00"),
    ]


def test_the_explanation_of_hours_shows_each_day_that_they_used():
    assert told("2 hours", "2026-11-20T19:30") == [
        ("placed", "Заявка принята в пятницу, 20 ноября, 19:30"),
        ("worktime", "пятница, 20 ноября, 19:30–20:00: 30 минут"),
        ("calendar-weekend", "21 и 22 ноября — выходные"),
        ("worktime", "понедельник, 23 ноября, 8:00–9:30: 1 час 30 минут"),
        ("term", "Срок (2 часа рабочего времени) кончается: понедельник, 23 ноября, 9:30"),
    ]


def test_nobody_reads_seconds_and_the_lengths_are_those_of_the_hours_that_are_read():
    steps = explain(Hours(2), at("2026-11-20T18:26:49"), DESK)
    said = " ".join(step.sentence.ru for step in steps)
    assert "18:26–20:00: 1 час 34 минуты" in said
    assert "8:00–8:26: 26 минут" in said
    assert ":49" not in said


def test_the_explanation_of_hours_placed_at_night_begins_at_the_opening():
    steps = told("2 hours", "2026-11-20T20:00")
    assert ("worktime-opening", "Часы идут с открытия: понедельник, 23 ноября, 8:00") in steps


LAST_OF_FEBRUARY = (
    "2 месяца: в феврале нет числа 31, последний день срока — последний день месяца, суббота, 28 февраля 2026 года"
)
MOVED_TO_MONDAY = (
    "Последний день нерабочий, срок кончается в ближайший следующий рабочий день: понедельник, 2 марта 2026 года"
)


def test_a_month_without_the_date_says_so_and_a_closed_last_day_moves():
    assert told("2 months", "2025-12-31T09:00")[2:] == [
        ("gk-192", LAST_OF_FEBRUARY),
        ("calendar-weekend", "28 февраля и 1 марта 2026 года — выходные"),
        ("gk-193", MOVED_TO_MONDAY),
        ("gk-194", "Конец — закрытие: понедельник, 2 марта 2026 года, 20:00"),
    ]


def test_a_provisional_year_is_named():
    (step,) = [step for step in explain(Months(2), at("2027-11-30T09:00"), DESK) if step.rule == "tk-112"]
    assert "2028" in step.sentence.ru
    assert "2028" in step.sentence.en
    assert step.at == at("2028-01-01T00:00")


def test_whole_days_in_the_middle_of_a_long_term_are_told_together():
    steps = explain(Hours(60), at("2026-11-16T10:00"), DESK)
    assert [step.sentence.en for step in steps if step.rule == "worktime"] == [
        "Monday, 16 November, 10:00–20:00: 10 hours",
        "17–20 November: 4 working days whole, 48 hours",
        "Monday, 23 November, 8:00–10:00: 2 hours",
    ]


def test_a_term_that_leaves_the_calendar_is_refused():
    with pytest.raises(NoWorkingTimeError):
        due_at(Months(2), at("2100-11-30T09:00"), DESK)
    with pytest.raises(NoWorkingTimeError):
        due_at(Hours(2), at("1990-11-30T09:00"), DESK)


@given(calendars, terms, moments)
def test_the_explanation_reaches_the_same_moment_as_the_fast_count(calendar, term, start):
    assert due(term, start, calendar).at == due_at(term, start, calendar)


@given(calendars, terms, moments)
def test_a_due_moment_is_after_its_start_and_inside_working_time_or_at_a_closing(calendar, term, start):
    moment = due_at(term, start, calendar)
    assert moment > start
    assert calendar.is_open(moment - timedelta(microseconds=1))


@given(calendars, st.builds(Hours, st.integers(1, 200)), moments)
def test_measuring_up_to_a_due_moment_gives_the_hours_back(calendar, term, start):
    assert calendar.measure(start, due_at(term, start, calendar)) == timedelta(hours=term.count)


@given(calendars, terms, moments, moments)
def test_who_asks_later_is_never_due_earlier(calendar, term, one, other):
    first, second = sorted((one, other))
    assert due_at(term, first, calendar) <= due_at(term, second, calendar)


@given(calendars, terms, moments)
def test_steps_are_complete_in_both_languages_in_order_and_end_at_the_moment(calendar, term, start):
    promised = due(term, start, calendar)
    moments_told = [step.at for step in promised.steps]
    assert moments_told == sorted(moments_told)
    assert promised.steps[0].at == start
    assert promised.steps[-1].at == promised.at
    assert all(step.sentence.ru and step.sentence.en and step.rule in RULES for step in promised.steps)


@given(st.builds(WorkingDays, st.integers(1, 30)), moments)
def test_every_day_between_the_placing_and_the_last_day_is_either_counted_or_explained(term, start):
    promised = due(term, start, DESK)
    day, last, worked = DESK.local(start).date() + timedelta(days=1), promised.at.date(), 0
    while day <= last:
        worked += DESK.is_working_day(day)
        day += timedelta(days=1)
    assert worked == term.count
