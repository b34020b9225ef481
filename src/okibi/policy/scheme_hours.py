"""Reads the working time of a policy file, and checks the terms of its classes against the calendar that it makes."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from okibi.policy.scheme_sections import each, one, zone
from okibi.policy.scheme_table import Table
from okibi.policy.scheme_values import (
    WEEKDAY_KEYS,
    CalendarKind,
    ClosedDay,
    RequestClass,
    WorkingTime,
    work_calendar,
)
from okibi.policy.term_values import due_at
from okibi.policy.worktime import Hours

# A year with a working Saturday, a long May and a long New Year: terms in order on each of its days are in order.
SAMPLE_YEAR = 2025
DAY_MINUTES = 24 * 60


def working_time(table: Table) -> WorkingTime:
    calendar = table.choice("calendar", CalendarKind)
    where = zone(table)
    if calendar is CalendarKind.WEEK:
        week = one(table, "week", _week)
        closed = each(table, "closed", _closed_day, least=0)
        table.apart("closed", "date")
        if not any(week):
            table.problem("week", "ни в один день недели нет рабочего времени", "no weekday has any working time")
        return WorkingTime(where, calendar, week, closed=closed)
    hours = table.hours("hours")
    if not hours:
        table.problem("hours", "нет рабочего времени", "there is no working time")
    shorten = table.whole("shorten_by_minutes", 0, max(0, _minutes(hours) - 1))
    return WorkingTime(where, calendar, (hours,) * 7, shorten)


def _week(table: Table) -> tuple[Hours, ...]:
    return tuple(table.hours(day) if table.has(day) else () for day in WEEKDAY_KEYS)


def _closed_day(table: Table) -> ClosedDay:
    return ClosedDay(table.day("date"), table.sentence("reason"))


def _minutes(hours: Hours) -> int:
    return sum((_minute(end) or DAY_MINUTES) - _minute(start) for start, end in hours)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def check_terms(table: Table, classes: Iterable[RequestClass], hours: WorkingTime) -> None:
    """Notes each class whose "from" could fall after its "to"."""
    calendar = work_calendar(hours)
    days = [date(SAMPLE_YEAR, 1, 1) + timedelta(days=index) for index in range(365)]
    starts = [datetime(day.year, day.month, day.day, hour, tzinfo=hours.zone) for day in days for hour in (0, 12, 23)]
    for kind in classes:
        late = next((at for at in starts if due_at(kind.aim, at, calendar) > due_at(kind.due, at, calendar)), None)
        if late is not None:
            table.table(kind.code).problem(
                "aim",
                f"«{kind.aim}» кончается позже, чем «{kind.due}» (например, от {late:%d.%m.%Y})",
                f'"{kind.aim}" ends later than "{kind.due}" (from {late:%d.%m.%Y}, for example)',
            )
