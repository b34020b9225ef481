"""Reading the stored calendar: a year as it is, with what was corrected and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from okibi.calendars.models import DayOverride
from okibi.calendars.services import plan_of
from okibi.policy.russian_decrees import FIRST_YEAR, LAST_YEAR
from okibi.policy.scheme_values import CalendarKind, Scheme
from okibi.policy.worktime import DayPlan


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day as the desk counts it. ``computed`` is what the law or the scheme alone would make of it."""

    plan: DayPlan
    computed: DayPlan
    corrected: bool = False
    changed_at: datetime | None = None  # UTC
    changed_by: str = ""
    source: str = ""  # a file's name, where the correction was imported
    opens: time | None = None
    closes: time | None = None
    note_ru: str = ""
    note_en: str = ""

    @property
    def date(self) -> date:
        return self.plan.date

    @property
    def is_working(self) -> bool:
        return bool(self.plan.intervals)

    @property
    def is_remarkable(self) -> bool:
        """Whether a reader of the calendar year wants to know why this day is as it is."""
        usual = ("working", "weekend")
        return self.corrected or self.plan.kind.value not in usual


def year(number: int, scheme: Scheme) -> list[CalendarDay]:
    """Every day of a year in order. Raises NoWorkingTimeError where the calendar does not cover the year."""
    computed = scheme.working_time.years(number)
    rows = {row.date: row for row in _rows(number)}
    return [_day(computed[when], rows.get(when), scheme) for when in sorted(computed)]


def day(when: date, scheme: Scheme) -> CalendarDay:
    """One day. Raises NoWorkingTimeError where the calendar does not cover its year."""
    row = DayOverride.objects.select_related("changed_by").filter(date=when).first()
    return _day(scheme.working_time.years(when.year)[when], row, scheme)


def is_provisional(days: Sequence[CalendarDay]) -> bool:
    """Whether a year was counted by the Labour Code's article 112 alone, for want of a decree."""
    return any(day.computed.provisional for day in days)


def years_covered(scheme: Scheme) -> range:
    """The years that can be shown."""
    if scheme.working_time.calendar is CalendarKind.RUSSIA:
        return range(FIRST_YEAR, LAST_YEAR + 1)
    return range(2000, LAST_YEAR + 1)


def _rows(number: int) -> list[DayOverride]:
    return list(DayOverride.objects.select_related("changed_by").filter(date__year=number))


def _day(computed: DayPlan, row: DayOverride | None, scheme: Scheme) -> CalendarDay:
    if row is None:
        return CalendarDay(computed, computed)
    return CalendarDay(
        plan=plan_of(row, scheme.working_time),
        computed=computed,
        corrected=True,
        changed_at=row.changed_at,
        changed_by=row.changed_by.name if row.changed_by else "",
        source=row.source,
        opens=row.opens,
        closes=row.closes,
        note_ru=row.note_ru,
        note_en=row.note_en,
    )
