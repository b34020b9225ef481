"""Terms as values, and the moment at which one ends, by the Civil Code, articles 190–194.

Source: scheme.md, "How the terms are counted". ``due_at`` is date arithmetic and look-ups; ``okibi.policy.explain``
reaches the same moment day by day and says how.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence
from okibi.policy.wording import DAY, HOUR, MONTH, WORKING_DAY, counted
from okibi.policy.worktime import WorkCalendar

LONGEST_COUNT = 9999


class TermError(InputError):
    """A term is written in a way that can't be read."""

    code = "term"


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of working time; they run only while the desk is open."""

    count: int

    @property
    def sentence(self) -> Sentence:
        return counted(self.count, HOUR)

    def __str__(self) -> str:
        return self.sentence.en


@dataclass(frozen=True, slots=True)
class Days:
    """Calendar days, counted from the day after the event."""

    count: int

    @property
    def sentence(self) -> Sentence:
        return counted(self.count, DAY)

    def __str__(self) -> str:
        return self.sentence.en


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Working days of the calendar, counted from the day after the event."""

    count: int

    @property
    def sentence(self) -> Sentence:
        return counted(self.count, WORKING_DAY)

    def __str__(self) -> str:
        return self.sentence.en


@dataclass(frozen=True, slots=True)
class Months:
    """Months; the term ends on the same date of its last month, or on the last day of a month without it."""

    count: int

    @property
    def sentence(self) -> Sentence:
        return counted(self.count, MONTH)

    def __str__(self) -> str:
        return self.sentence.en


Term = Hours | Days | WorkingDays | Months

_UNITS: dict[str, Callable[[int], Term]] = {"hour": Hours, "day": Days, "working day": WorkingDays, "month": Months}
_WRITTEN = re.compile(r"\s*(\d+)\s+(hour|day|working\s+day|month)s?\s*", re.ASCII)


def parse_term(text: str) -> Term:
    """Reads "2 hours", "5 days", "2 working days", "2 months". Raises TermError."""
    written = _WRITTEN.fullmatch(text)
    if written is None or not 1 <= int(written[1]) <= LONGEST_COUNT:
        raise TermError(
            Sentence(
                f"срок «{text}» непонятен: пишите, например, «2 hours», «5 days», «2 working days», «2 months»",
                f'the term "{text}" can\'t be read: write "2 hours", "5 days", "2 working days", "2 months"',
            ),
            text=text,
        )
    return _UNITS[" ".join(written[2].split())](int(written[1]))


def due_at(term: Term, start: datetime, calendar: WorkCalendar) -> datetime:
    """The moment at which a term that starts at ``start`` ends, in the calendar's zone.

    Raises NoWorkingTimeError where the calendar ends before the term does, ValueError for a naive ``start``.
    """
    if isinstance(term, Hours):
        return calendar.add(start, timedelta(hours=term.count))
    day = calendar.local(start).date()
    if isinstance(term, WorkingDays):
        last = calendar.nth_working_day(day, term.count)
    elif isinstance(term, Days):
        last = calendar.working_day_from(day + timedelta(days=term.count))
    else:
        last = calendar.working_day_from(months_later(day, term.count))
    return calendar.closing(last)


def months_later(day: date, count: int) -> date:
    """The same date ``count`` months later; the last day of a month that has no such date (art. 192)."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
