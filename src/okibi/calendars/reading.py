"""Reads files of calendar days: CSV, JSON and iCalendar (RFC 5545). Nothing is stored here.

A file is read whole: good days and bad lines side by side, so that a dry run shows everything at once.
"""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from okibi.calendars.errors import EMPTY_FILE, UNKNOWN_FILE, CalendarError
from okibi.calendars.services import Correction
from okibi.calendars.words import kind_from_words
from okibi.kernel.sentence import Sentence
from okibi.policy.worktime import DayKind

MOST_DAYS = 4000  # ten years and more; a longer file is not a calendar
LONGEST_EVENT_DAYS = 62
LONGEST_SHOWN = 120
_HOURS = re.compile(r"(\d{1,2}):(\d\d)\s*[-–—]\s*(\d{1,2}):(\d\d)")
_RUSSIAN_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_HEADINGS = ("date", "дата")


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line (or the n-th item of a JSON list) that can't be taken, and why."""

    line: int
    text: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What a file says."""

    days: tuple[Correction, ...]
    bad: tuple[BadLine, ...]


class _BadDayError(Exception):
    def __init__(self, ru: str, en: str) -> None:
        super().__init__(en)
        self.sentence = Sentence(ru, en)


def read_file(name: str, content: bytes) -> CalendarFile:
    """The days of a file, told apart by its name's end. Raises CalendarError for another format or an empty file."""
    readers = {"csv": _csv, "txt": _csv, "json": _json, "ics": _ics}
    reader = readers.get(name.rpartition(".")[2].lower())
    if reader is None:
        raise CalendarError(UNKNOWN_FILE)
    days: dict[date, Correction] = {}
    bad: list[BadLine] = []
    for line, text, made in reader(_decoded(content)):
        try:
            for correction in made():
                correction.check()
                _add(days, correction)
        except _BadDayError as problem:
            bad.append(BadLine(line, text[:LONGEST_SHOWN], problem.sentence))
        except CalendarError as problem:
            bad.append(BadLine(line, text[:LONGEST_SHOWN], problem.sentence))
    if not days and not bad:
        raise CalendarError(EMPTY_FILE)
    return CalendarFile(tuple(days[when] for when in sorted(days)), tuple(bad))


def _add(days: dict[date, Correction], correction: Correction) -> None:
    if len(days) >= MOST_DAYS:
        raise _BadDayError("слишком много дней в одном файле", "too many days in one file")
    if correction.date in days and days[correction.date] != correction:
        raise _BadDayError("этот день в файле уже есть", "the file has this day already")
    days[correction.date] = correction


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", errors="replace")


_Rows = Iterator[tuple[int, str, Any]]


def _csv(text: str) -> _Rows:
    """``date;kind;hours;note``, also with commas or tabs; hours and note may be missing, the heading too."""
    first = text.split("\n", 1)[0]
    delimiter = max(";\t,", key=first.count)
    rows = csv.reader(text.splitlines(), delimiter=delimiter)
    for row in rows:
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0].startswith("#") or (rows.line_num == 1 and cells[0].lower() in _HEADINGS):
            continue
        yield rows.line_num, delimiter.join(row), lambda cells=cells: [_from_cells(cells)]


def _from_cells(cells: list[str]) -> Correction:
    when, kind, hours, note = [*cells, "", "", "", ""][:4]
    opens, closes = _hours(hours)
    return Correction(_date(when), _kind(kind), opens, closes, Sentence(note, note))


def _json(text: str) -> _Rows:
    """A list of objects with ``date``, ``kind``, ``hours``, ``note``; or such a list under ``days``."""
    try:
        data = json.loads(text)
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        yield line, "", _failing("это не JSON", "this is not JSON")
        return
    items = data.get("days") if isinstance(data, dict) else data
    if not isinstance(items, list):
        yield 1, "", _failing("нужен список дней", "a list of days is needed")
        return
    for number, item in enumerate(items, start=1):
        shown = json.dumps(item, ensure_ascii=False)
        yield number, shown, lambda item=item: [_from_object(item)]


def _from_object(item: Any) -> Correction:
    if not isinstance(item, dict):
        raise _BadDayError("нужен объект с полями date и kind", "an object with date and kind is needed")
    opens, closes = _hours(str(item.get("hours") or ""))
    note = item.get("note") or ""
    said = (
        Sentence(str(note.get("ru", "")), str(note.get("en", "")))
        if isinstance(note, dict)
        else Sentence(str(note), str(note))
    )
    return Correction(_date(str(item.get("date", ""))), _kind(str(item.get("kind", ""))), opens, closes, said)


def _ics(text: str) -> _Rows:
    """Whole-day events. The kind is read from CATEGORIES, else from SUMMARY; an event that names none is a holiday."""
    event: dict[str, str] | None = None
    start = 0
    for number, line in _unfolded(text):
        name, _, value = line.partition(":")
        key = name.split(";", 1)[0].upper()
        if line.upper() == "BEGIN:VEVENT":
            event, start = {}, number
        elif line.upper() == "END:VEVENT" and event is not None:
            shown = event.get("SUMMARY", "")
            yield start, shown, lambda event=event: _from_event(event)
            event = None
        elif event is not None and key in ("DTSTART", "DTEND", "SUMMARY", "CATEGORIES"):
            event[key] = value.strip()


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Logical lines with the number of their first physical one (RFC 5545, 3.1)."""
    held: tuple[int, str] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if held and line[:1] in (" ", "\t"):
            held = (held[0], held[1] + line[1:])
            continue
        if held:
            yield held
        held = (number, line)
    if held:
        yield held


def _from_event(event: dict[str, str]) -> list[Correction]:
    summary = re.sub(r"\\([,;\\])", r"\1", event.get("SUMMARY", ""))
    first = _ics_date(event.get("DTSTART", ""))
    last = _ics_date(event["DTEND"]) - timedelta(days=1) if event.get("DTEND") else first
    last = max(first, last)
    if (last - first).days > LONGEST_EVENT_DAYS:
        raise _BadDayError("событие слишком длинное", "the event is too long")
    kind = _kind_of_event(event.get("CATEGORIES", ""), summary)
    return [
        Correction(first + timedelta(days=index), kind, note=Sentence(summary, summary))
        for index in range((last - first).days + 1)
    ]


def _kind_of_event(categories: str, summary: str) -> DayKind:
    for text in [*categories.split(","), summary]:
        kind = kind_from_words(text)
        if kind:
            return kind
    return DayKind.HOLIDAY


def _ics_date(text: str) -> date:
    try:
        return datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007 — a date has no zone
    except ValueError:
        raise _BadDayError(f"непонятная дата «{text}»", f'the date "{text}" can\'t be read') from None


def _date(text: str) -> date:
    russian = _RUSSIAN_DATE.fullmatch(text)
    try:
        if russian:
            return date(int(russian[3]), int(russian[2]), int(russian[1]))
        return date.fromisoformat(text)
    except ValueError:
        raise _BadDayError(
            f"непонятная дата «{text}»: нужна 2026-12-31 или 31.12.2026",
            f'the date "{text}" can\'t be read: use 2026-12-31 or 31.12.2026',
        ) from None


def _kind(text: str) -> DayKind:
    kind = kind_from_words(text)
    if kind is None:
        raise _BadDayError(f"непонятный вид дня «{text}»", f'the kind of day "{text}" isn\'t known')
    return kind


def _hours(text: str) -> tuple[time | None, time | None]:
    """``08:00-15:00``; 24:00 is the midnight that ends the day; nothing: the usual hours."""
    if not text.strip():
        return None, None
    found = _HOURS.fullmatch(text.strip())
    try:
        if found:
            closes = (0, 0) if (found[3], found[4]) == ("24", "00") else (int(found[3]), int(found[4]))
            return time(int(found[1]), int(found[2])), time(*closes)
    except ValueError:
        pass
    raise _BadDayError(
        f"непонятные часы «{text}»: нужны 08:00-15:00", f'the hours "{text}" can\'t be read: use 08:00-15:00'
    )


def _failing(ru: str, en: str) -> Any:
    def fail() -> list[Correction]:
        raise _BadDayError(ru, en)

    return fail
