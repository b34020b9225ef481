"""The working calendar as it is used: computed by law, with what somebody corrected laid over it."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime, time
from threading import Lock
from typing import cast

from django.db import transaction

from okibi.calendars.errors import BACKWARD_HOURS, HALF_HOURS, HOURS_OF_A_DAY_OFF, NO_SUCH_DAY, CalendarError
from okibi.calendars.models import DayOverride
from okibi.calendars.words import AS_COMPUTED, CORRECTED, KIND_WORDS, WORKING_KINDS
from okibi.journal.services import Actor, record
from okibi.kernel.foresight import Question, answered
from okibi.kernel.sentence import Sentence
from okibi.policy.russian_calendar import shortened_hours
from okibi.policy.russian_decrees import FIRST_YEAR, LAST_YEAR
from okibi.policy.scheme_values import Scheme, WorkingTime
from okibi.policy.wording import day as day_words
from okibi.policy.worktime import MIDNIGHT, DayKind, DayPlan, Hours, WorkCalendar

KEPT = 16  # calendars in the memory of a process: one per scheme and state of the corrections

Version = tuple[int, datetime | None]
NO_NOTE = Sentence("", "")
CORRECTIONS = Question("calendar", "SELECT count(*), max(changed_at) FROM okibi_calendars_dayoverride", 2)
_calendars: OrderedDict[tuple[WorkingTime, Version], WorkCalendar] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Correction:
    """What one date really is. ``opens`` and ``closes``: wall clock of the scheme's zone; None: its usual hours."""

    date: date
    kind: DayKind
    opens: time | None = None
    closes: time | None = None
    note: Sentence = NO_NOTE

    def check(self) -> None:
        """Raises CalendarError for hours that no such day can have, or a date that the calendar does not cover."""
        if not FIRST_YEAR <= self.date.year <= LAST_YEAR:
            raise CalendarError(NO_SUCH_DAY)
        if (self.opens is None) != (self.closes is None):
            raise CalendarError(HALF_HOURS)
        if self.opens is None or self.closes is None:
            return
        if self.kind not in WORKING_KINDS:
            raise CalendarError(HOURS_OF_A_DAY_OFF)
        if self.closes != MIDNIGHT and self.closes <= self.opens:
            raise CalendarError(BACKWARD_HOURS)


def work_calendar(scheme: Scheme) -> WorkCalendar:
    """The calendar of a scheme with every correction laid over it: one small query, the value is kept in memory.

    For messages that are taken in together it is one query for all.
    """
    version: Version = cast("Version", answered(CORRECTIONS))
    key = (scheme.working_time, version)
    with _lock:
        known = _calendars.get(key)
        if known is not None:
            _calendars.move_to_end(key)
            return known
    calendar = scheme.calendar
    if version[0]:
        rows = DayOverride.objects.all()
        calendar = calendar.with_days({row.date: plan_of(row, scheme.working_time) for row in rows})
    with _lock:
        _calendars[key] = calendar
        while len(_calendars) > KEPT:
            _calendars.popitem(last=False)
    return calendar


def plan_of(row: DayOverride, working_time: WorkingTime) -> DayPlan:
    """A stored correction as a day of the calendar: never provisional, for somebody said so."""
    kind = DayKind(row.kind)
    words = KIND_WORDS[kind]
    note = Sentence(row.note_ru or row.note_en, row.note_en or row.note_ru)
    said = Sentence(note.ru or f"{words.ru}, {CORRECTED.ru}", note.en or f"{words.en}, {CORRECTED.en}")
    return DayPlan(row.date, _hours_of(row, kind, working_time), kind, said, shortened=kind is DayKind.SHORTENED)


def _hours_of(row: DayOverride, kind: DayKind, working_time: WorkingTime) -> Hours:
    if kind not in WORKING_KINDS:
        return ()
    if row.opens is not None and row.closes is not None:
        return ((row.opens, row.closes),)
    # A working Saturday of a desk that never works on Saturdays takes the hours of its first working weekday.
    usual = working_time.week[row.date.weekday()] or next((hours for hours in working_time.week if hours), ())
    return shortened_hours(usual, working_time.shorten_by_minutes) if kind is DayKind.SHORTENED else usual


@transaction.atomic
def set_day(
    when: date, kind: DayKind, opens: time | None, closes: time | None, note: Sentence, actor: Actor, source: str = ""
) -> None:
    """Say what one date is; replaces an earlier correction of it. Raises CalendarError.

    Terms already promised stay as they were told; those counted from now on see the new day.
    """
    correct([Correction(when, kind, opens, closes, note)], actor, source)
    said = day_words(when, 0)
    data = {"date": said.as_dict(), "kind": KIND_WORDS[kind].as_dict(), "note": note.as_dict()}
    record("calendar.changed", subject_of(when), actor, data)


@transaction.atomic
def clear_day(when: date, actor: Actor) -> bool:
    """Take a correction back: the date is as computed again. False where there was none."""
    deleted, _ = DayOverride.objects.filter(date=when).delete()
    if not deleted:
        return False
    record(
        "calendar.changed",
        subject_of(when),
        actor,
        {"date": day_words(when, 0).as_dict(), "kind": AS_COMPUTED.as_dict()},
    )
    return True


@transaction.atomic
def correct(corrections: list[Correction], actor: Actor, source: str) -> int:
    """Store corrections without journalling each; for imports. Raises CalendarError before anything is written."""
    for correction in corrections:
        correction.check()
    for correction in corrections:
        DayOverride.objects.update_or_create(
            date=correction.date,
            defaults={
                "kind": correction.kind.value,
                "opens": correction.opens,
                "closes": correction.closes,
                "note_ru": correction.note.ru[:200],
                "note_en": correction.note.en[:200],
                "source": source[:200],
                "changed_by_id": actor.id if actor.kind == "staff" else None,
            },
        )
    return len(corrections)


def subject_of(when: date) -> tuple[str, int]:
    """A date as the subject of a journal entry: ("calendar", 20261124)."""
    return "calendar", when.year * 10_000 + when.month * 100 + when.day
