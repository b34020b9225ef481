"""The figures of a report put beside what the scheme promises."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from okibi.kernel.sentence import Sentence
from okibi.policy.scheme_values import RequestClass, Scheme
from okibi.policy.term_values import Days, Hours, Term, WorkingDays
from okibi.policy.worktime import ONE_DAY, WorkCalendar
from okibi.tickets.reports import Load, Months, Reaction, Reactions

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class MonthOf:
    """One class in one month."""

    month: date
    reaction: Reaction


@dataclass(frozen=True, slots=True)
class ClassReport:
    """One class: its months, and the promise as working time, ``aim`` to ``due``."""

    kind: RequestClass
    months: tuple[MonthOf, ...]
    total: Reaction
    aim: timedelta
    due: timedelta


@dataclass(frozen=True, slots=True)
class SpecialistReport:
    """One specialist (name empty: nobody's): reactions of the period and what stands open now."""

    name: str
    reaction: Reaction
    open: int
    overdue: int


def working_time_of(term: Term, months: Months, calendar: WorkCalendar) -> timedelta:
    """A term as working time, for the line across a chart: working days at their usual length, calendar days and months
    by the average of the period's own calendar. Terms themselves are counted by the Civil Code, never by this.
    """
    if isinstance(term, Hours):
        return timedelta(hours=term.count)
    worked, days, total = 0, 0, timedelta()
    for month in months.each():
        day = month
        while day.month == month.month:
            length = sum((stretch.length for stretch in calendar.intervals(day)), timedelta())
            total, days, worked = total + length, days + 1, worked + bool(length)
            day += ONE_DAY
    if isinstance(term, WorkingDays):
        return total / worked * term.count if worked else timedelta()
    if isinstance(term, Days):
        return total / days * term.count
    return total / len(months.each()) * term.count


def class_reports(scheme: Scheme, calendar: WorkCalendar, months: Months, found: Reactions) -> list[ClassReport]:
    """Every published class, and any other that has requests in the period."""
    seen = {kind for _, kind in found.by_month}
    return [
        ClassReport(
            kind,
            tuple(MonthOf(month, found.by_month.get((month, code), Reaction())) for month in months.each()),
            found.total(code),
            working_time_of(kind.aim, months, calendar),
            working_time_of(kind.due, months, calendar),
        )
        for code, kind in scheme.classes.items()
        if kind.promised or code in seen
    ]


def specialist_reports(found: Reactions, loads: Iterable[Load], names: dict[int, str]) -> list[SpecialistReport]:
    """Who reacted in the period or has something open now, by name; what nobody has comes last."""
    by_id = {load.staff_id: load for load in loads}
    ids = {*by_id, *found.by_staff} - {None}
    rows = [_specialist(pk, found, by_id.get(pk), names) for pk in ids]
    rows.sort(key=lambda row: row.name.lower().replace("ё", "е\uffff"))
    nobody = by_id.get(None)
    return [*rows, SpecialistReport("", Reaction(), nobody.open, nobody.overdue)] if nobody else rows


def _specialist(pk: int | None, found: Reactions, load: Load | None, names: dict[int, str]) -> SpecialistReport:
    name = (load.name if load else "") or names.get(pk or 0, str(pk))
    return SpecialistReport(
        name, found.by_staff.get(pk, Reaction()), load.open if load else 0, load.overdue if load else 0
    )


def months_asked(first: str, last: str, now: datetime, most: int = 36) -> Months:
    """The period that was asked for as «2026-01» … «2026-11»; the last six months where it makes no sense.

    ``now`` in the scheme's zone. Turned round where it is the wrong way, cut to ``most`` months before its end.
    """
    this = now.date().replace(day=1)
    end = min(_month(last) or this, this)
    begin = _month(first) or _back(end, 5)
    begin, end = min(begin, end), max(begin, end)
    return Months(max(begin, _back(end, most - 1)), end)


def _month(text: str) -> date | None:
    try:
        year, month = text.split("-")
        return date(int(year), int(month), 1) if 2000 <= int(year) <= 2100 else None
    except ValueError:
        return None


def _back(month: date, count: int) -> date:
    total = month.year * 12 + month.month - 1 - count
    return date(total // 12, total % 12 + 1, 1)


def hours(span: timedelta | None) -> float | None:
    """A span in hours, two decimals."""
    return None if span is None else round(span / HOUR, 2)


NOBODY = Sentence("ничьи", "nobody's")
