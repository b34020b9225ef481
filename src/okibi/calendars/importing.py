"""Takes a file of calendar days in: first a dry run, then the days themselves."""

from dataclasses import dataclass

from django.db import transaction

from okibi.calendars.errors import BAD_LINES, CalendarError
from okibi.calendars.models import DayOverride
from okibi.calendars.reading import BadLine, read_file
from okibi.calendars.services import Correction, correct, subject_of
from okibi.journal.services import Actor, record


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What a file does or would do: ``fresh`` days are corrected for the first time, ``replaced`` ones were before."""

    days: tuple[Correction, ...]
    bad: tuple[BadLine, ...]
    fresh: int
    replaced: int
    stored: bool


def import_file(
    name: str, content: bytes, actor: Actor, *, dry_run: bool = False, skip_bad: bool = False
) -> ImportResult:
    """Correct every day of a CSV, JSON or iCalendar file; a dry run only tells what would happen.

    Raises CalendarError for a foreign or empty file and, outside a dry run, for bad lines that are not to be skipped.
    """
    read = read_file(name, content)
    dates = [day.date for day in read.days]
    replaced = DayOverride.objects.filter(date__in=dates).count()
    if dry_run:
        return ImportResult(read.days, read.bad, len(dates) - replaced, replaced, stored=False)
    if read.bad and not skip_bad:
        raise CalendarError(BAD_LINES, lines=[bad.line for bad in read.bad])
    _store(name, list(read.days), actor)
    return ImportResult(read.days, read.bad, len(dates) - replaced, replaced, stored=True)


@transaction.atomic
def _store(name: str, days: list[Correction], actor: Actor) -> None:
    if not days:
        return
    correct(days, actor, name)
    record("calendar.imported", subject_of(days[0].date), actor, {"days": len(days), "file": name[:200]})
