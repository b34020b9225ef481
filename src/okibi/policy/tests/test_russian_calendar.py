"""The production calendar of Russia: Labour Code, art. 95 and 112, and the yearly decrees."""

from datetime import date, time, timedelta

import holidays
import pytest

from okibi.policy.russian_calendar import RussianYears, decree_is_known, production_calendar, shortened_hours
from okibi.policy.russian_decrees import DECREES
from okibi.policy.worktime import DayKind, NoWorkingTimeError

# Published by the Ministry of Labour for each year.
WORKING_DAYS = {
    **dict.fromkeys(range(2013, 2020), 247),
    2010: 249,
    2011: 248,
    2012: 249,
    2020: 248,
    2021: 247,
    2022: 247,
    2023: 247,
    2024: 248,
    2025: 247,
    2026: 247,
    2027: 247,
}
# The library holds no day off for 8 March 2014, a Saturday; the calendar of that year had 10 March off.
WRONG_IN_THE_LIBRARY = {date(2014, 3, 10)}


def plan(text):
    when = date.fromisoformat(text)
    return production_calendar(when.year)[when]


@pytest.mark.parametrize(("year", "count"), WORKING_DAYS.items())
def test_the_number_of_working_days_is_the_published_one(year, count):
    assert sum(bool(plan.intervals) for plan in production_calendar(year).values()) == count


@pytest.mark.parametrize("year", sorted(DECREES))
def test_every_day_agrees_with_the_holidays_library(year):
    library = holidays.country_holidays("RU", years=[year])
    different = {
        when for when, day in production_calendar(year).items() if bool(day.intervals) != library.is_working_day(when)
    }
    assert different - WRONG_IN_THE_LIBRARY == set()


def test_the_library_knows_no_decree_that_our_table_lacks():
    library = holidays.country_holidays("RU", years=[2026])
    assert {year for year in library.special_public_holidays if year >= 1993} <= set(DECREES)


DAYS = {
    "an ordinary Friday": ("2026-11-20", DayKind.WORKING, "рабочий день", "working day"),
    "a Saturday": ("2026-11-21", DayKind.WEEKEND, "выходной", "weekend"),
    "Unity Day": ("2026-11-04", DayKind.HOLIDAY, "День народного единства", "Unity Day"),
    "the first of January": ("2026-01-01", DayKind.HOLIDAY, "новогодние каникулы", "New Year holidays"),
    "Christmas within the New Year holidays": ("2026-01-07", DayKind.HOLIDAY, "Рождество Христово", "Christmas Day"),
    "a day off moved by decree": (
        "2026-01-09", DayKind.MOVED_OFF, "выходной, перенесён с 3 января", "day off moved from 3 January",
    ),
    "a day off moved by the Labour Code": (
        "2026-03-09", DayKind.MOVED_OFF, "выходной, перенесён с 8 марта", "day off moved from 8 March",
    ),
    "a working Saturday": (
        "2025-11-01", DayKind.MOVED_WORKING,
        "рабочий день, выходной перенесён на 3 ноября", "working day, its day off moved to 3 November",
    ),
    "the day before a holiday": (
        "2026-11-03", DayKind.SHORTENED,
        "сокращённый день, завтра День народного единства", "shortened day, tomorrow is Unity Day",
    ),
    "the last day of a year": (
        "2030-12-31", DayKind.SHORTENED,
        "сокращённый день, завтра новогодние каникулы", "shortened day, tomorrow is New Year holidays",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("when", "kind", "ru", "en"), DAYS.values(), ids=DAYS)
def test_a_day_is_what_it_is_and_says_why(when, kind, ru, en):
    day = plan(when)
    assert (day.kind, day.source.ru, day.source.en) == (kind, ru, en)


SHORTENED = {
    2024: ["02-22", "03-07", "05-08", "06-11", "11-02"],
    2025: ["03-07", "04-30", "06-11", "11-01"],
    2026: ["04-30", "05-08", "06-11", "11-03"],
}


@pytest.mark.parametrize(("year", "days"), SHORTENED.items())
def test_shortened_days_are_those_of_the_published_calendar(year, days):
    """2 November 2024 and 1 November 2025 are Saturdays that took the place of a shortened day."""
    assert [f"{day.date:%m-%d}" for day in production_calendar(year).values() if day.shortened] == days


def test_a_year_without_a_decree_is_counted_by_article_112_and_provisional():
    days = production_calendar(2028)
    assert not decree_is_known(2028)
    assert all(day.provisional for day in days.values())
    # 4 November 2028 is a Saturday: its day off moves to Monday; the January weekends stay where they are.
    assert days[date(2028, 11, 6)].kind is DayKind.MOVED_OFF
    assert days[date(2028, 1, 10)].kind is DayKind.WORKING
    assert not any(day.provisional for day in production_calendar(2026).values())


@pytest.mark.parametrize("year", [1993, 2000, 2050, 2099, 2100])
def test_any_year_from_1993_to_2100_has_all_its_days(year):
    days = production_calendar(year)
    assert len(days) == (date(year + 1, 1, 1) - date(year, 1, 1)).days
    assert 240 < sum(bool(day.intervals) for day in days.values()) < 256


@pytest.mark.parametrize("year", [1992, 2101])
def test_other_years_are_refused(year):
    with pytest.raises(NoWorkingTimeError):
        production_calendar(year)


def test_every_provisional_year_moves_each_weekend_holiday_outside_january_once():
    for year in range(2028, 2101):
        days = production_calendar(year)
        weekend = [
            when for when, day in days.items() if day.kind is DayKind.HOLIDAY and when.month > 1 and when.weekday() >= 5
        ]
        moved = [when for when, day in days.items() if day.kind is DayKind.MOVED_OFF]
        assert len(weekend) == len(moved)
        assert all(any(timedelta(0) < target - when <= timedelta(days=3) for target in moved) for when in weekend)


EIGHT_TO_TWENTY = ((time(8), time(20)),)


def test_the_desk_keeps_its_hours_on_a_shortened_day_unless_the_policy_says_otherwise():
    eve = date(2026, 11, 3)
    assert RussianYears(EIGHT_TO_TWENTY)(2026)[eve].intervals == EIGHT_TO_TWENTY
    assert RussianYears(EIGHT_TO_TWENTY, 60)(2026)[eve].intervals == ((time(8), time(19)),)
    assert RussianYears(EIGHT_TO_TWENTY, 60)(2026)[date(2026, 11, 5)].intervals == EIGHT_TO_TWENTY


CUTS = {
    "nothing": (EIGHT_TO_TWENTY, 0, EIGHT_TO_TWENTY),
    "an hour": (EIGHT_TO_TWENTY, 60, ((time(8), time(19)),)),
    "a whole interval": (((time(9), time(13)), (time(14), time(15))), 60, ((time(9), time(13)),)),
    "more than an interval": (((time(9), time(13)), (time(14), time(15))), 90, ((time(9), time(12, 30)),)),
    "until midnight": (((time(9), time(0)),), 60, ((time(9), time(23)),)),
}


@pytest.mark.parametrize(("hours", "minutes", "expected"), CUTS.values(), ids=CUTS)
def test_hours_are_shortened_from_their_end(hours, minutes, expected):
    assert shortened_hours(hours, minutes) == expected
