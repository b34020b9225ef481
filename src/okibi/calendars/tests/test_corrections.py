"""Corrected days of the production calendar, and what they do to terms."""

from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies
from hypothesis.extra.django import TestCase

from okibi.accounts.models import Staff
from okibi.calendars import selectors, services
from okibi.calendars.errors import CalendarError
from okibi.journal.models import Entry
from okibi.journal.selectors import sentence_of
from okibi.journal.services import SYSTEM, Actor
from okibi.kernel.sentence import Sentence
from okibi.policy.scheme import load
from okibi.policy.term_values import WorkingDays, due_at
from okibi.policy.worktime import DayKind

pytestmark = pytest.mark.django_db
POLICIES = Path(__file__).parents[4] / "policies"
MOSCOW = ZoneInfo("Europe/Moscow")
NOTE = Sentence("по приказу", "by order")


@pytest.fixture(scope="module")
def russia():
    return load(POLICIES / "okibi.toml")


@pytest.fixture(scope="module")
def week():
    return load(POLICIES / "example.toml")


def two_days_after_friday(scheme) -> datetime:
    """The end of two working days from Friday 20 November 2026, noon in Moscow."""
    return due_at(WorkingDays(2), datetime(2026, 11, 20, 12, tzinfo=MOSCOW), services.work_calendar(scheme))


def test_a_day_made_a_holiday_moves_a_term_by_one_day(russia):
    assert two_days_after_friday(russia) == datetime(2026, 11, 24, 20, tzinfo=MOSCOW)
    services.set_day(date(2026, 11, 23), DayKind.HOLIDAY, None, None, NOTE, SYSTEM)
    assert two_days_after_friday(russia) == datetime(2026, 11, 25, 20, tzinfo=MOSCOW)


def test_a_saturday_made_working_brings_a_term_nearer(russia):
    services.set_day(date(2026, 11, 21), DayKind.MOVED_WORKING, None, None, NOTE, SYSTEM)
    assert two_days_after_friday(russia) == datetime(2026, 11, 23, 20, tzinfo=MOSCOW)


def test_hours_given_for_a_day_end_the_term_that_ends_on_it(russia):
    services.set_day(date(2026, 11, 24), DayKind.SHORTENED, time(8), time(15), NOTE, SYSTEM)
    assert two_days_after_friday(russia) == datetime(2026, 11, 24, 15, tzinfo=MOSCOW)


def test_a_correction_taken_back_leaves_the_day_as_the_law_has_it(russia):
    services.set_day(date(2026, 11, 23), DayKind.HOLIDAY, None, None, NOTE, SYSTEM)
    assert services.clear_day(date(2026, 11, 23), SYSTEM)
    assert two_days_after_friday(russia) == datetime(2026, 11, 24, 20, tzinfo=MOSCOW)
    assert not services.clear_day(date(2026, 11, 23), SYSTEM)


def test_the_last_correction_of_a_day_counts(russia):
    services.set_day(date(2026, 11, 23), DayKind.HOLIDAY, None, None, NOTE, SYSTEM)
    services.set_day(date(2026, 11, 23), DayKind.WORKING, time(10), time(12), NOTE, SYSTEM)
    plan = services.work_calendar(russia).day(date(2026, 11, 23))
    assert plan.intervals == ((time(10), time(12)),)


def test_a_working_day_without_hours_takes_the_desks_usual_ones(russia, week):
    services.set_day(date(2026, 11, 21), DayKind.MOVED_WORKING, None, None, NOTE, SYSTEM)
    assert services.work_calendar(russia).day(date(2026, 11, 21)).intervals == ((time(8), time(20)),)
    assert services.work_calendar(week).day(date(2026, 11, 21)).intervals == (
        (time(9), time(13)),
        (time(14), time(18)),
    )


def test_a_day_may_be_open_until_midnight(russia):
    services.set_day(date(2026, 11, 24), DayKind.WORKING, time(8), time(0), NOTE, SYSTEM)
    assert two_days_after_friday(russia) == datetime(2026, 11, 25, 0, tzinfo=MOSCOW)


WRONG = {
    "a holiday has no hours": (date(2026, 11, 23), DayKind.HOLIDAY, time(8), time(12)),
    "an opening needs a closing": (date(2026, 11, 23), DayKind.WORKING, time(8), None),
    "a closing needs an opening": (date(2026, 11, 23), DayKind.WORKING, None, time(12)),
    "a day closes after it opens": (date(2026, 11, 23), DayKind.WORKING, time(12), time(12)),
    "the calendar ends with its last year": (date(2101, 1, 1), DayKind.HOLIDAY, None, None),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_no_day_can_be_is_refused(wrong):
    with pytest.raises(CalendarError):
        services.set_day(*wrong, NOTE, SYSTEM)


def test_the_calendar_is_one_value_until_something_changes(russia, django_assert_num_queries):
    first = services.work_calendar(russia)
    with django_assert_num_queries(1):
        assert services.work_calendar(russia) is first
    services.set_day(date(2026, 11, 23), DayKind.HOLIDAY, None, None, NOTE, SYSTEM)
    assert services.work_calendar(russia) is not first


def test_the_year_tells_the_source_of_each_day_and_who_corrected_it(russia):
    oleg = Staff.objects.create(email="oleg@example.org", name="Oleg Lesin")
    services.set_day(date(2026, 11, 23), DayKind.HOLIDAY, None, None, NOTE, Actor("staff", oleg.pk, oleg.name))
    days = {day.date: day for day in selectors.year(2026, russia)}
    assert len(days) == 365
    assert days[date(2026, 11, 23)].changed_by == "Oleg Lesin"
    assert days[date(2026, 11, 23)].plan.source == NOTE
    assert days[date(2026, 11, 23)].computed.kind is DayKind.WORKING
    assert days[date(2026, 5, 9)].plan.source.ru == "День Победы"
    assert not days[date(2026, 5, 9)].corrected


def test_a_year_without_a_decree_is_provisional_and_a_known_one_is_not(russia):
    assert not selectors.is_provisional(selectors.year(2026, russia))
    assert selectors.is_provisional(selectors.year(2031, russia))


def test_the_journal_says_what_a_day_became(russia):
    oleg = Actor("staff", Staff.objects.create(email="oleg@example.org", name="Oleg Lesin").pk, "Oleg Lesin")
    services.set_day(date(2026, 11, 23), DayKind.HOLIDAY, None, None, NOTE, oleg)
    services.clear_day(date(2026, 11, 23), oleg)
    said = [sentence_of(entry).ru for entry in Entry.objects.filter(code="calendar.changed").order_by("id")]
    assert said == [
        "Oleg Lesin: 23 ноября 2026 года — праздничный день",
        "Oleg Lesin: 23 ноября 2026 года — снова как посчитано по закону",
    ]


class AnyCorrection(TestCase):
    """Laws that hold for every correction."""

    @given(
        when=strategies.dates(date(2024, 1, 1), date(2028, 12, 31)),
        kind=strategies.sampled_from(list(DayKind)),
    )
    def test_a_corrected_day_is_open_exactly_when_its_kind_works_and_no_other_day_changes(self, when, kind):
        scheme = load(POLICIES / "okibi.toml")
        services.set_day(when, kind, None, None, NOTE, SYSTEM)
        calendar = services.work_calendar(scheme)
        assert calendar.is_working_day(when) == (kind in services.WORKING_KINDS)
        untouched = scheme.working_time.years(when.year)
        changed = [day for day, plan in untouched.items() if calendar.day(day) != plan]
        assert changed in ([], [when])
