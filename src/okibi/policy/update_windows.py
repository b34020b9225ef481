"""The hours in which a customer lets updates be installed: weekly windows on the wall clock of one zone.

Source: scheme.md §3 (automatic updates through granted access). Windows are half-open ``[start, end)``: at "06:00" a
window "22:00-06:00" is over. One that ends at or before its start goes over midnight and belongs to the day on which it
begins. No window at all means: at any time. Moments are aware datetimes; answers come back in UTC.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import groupby, pairwise
from types import MappingProxyType
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence

T = TypeVar("T", int, datetime)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES: Mapping[str, Sentence] = MappingProxyType(
    {
        "mon": Sentence("пн", "Mon"),
        "tue": Sentence("вт", "Tue"),
        "wed": Sentence("ср", "Wed"),
        "thu": Sentence("чт", "Thu"),
        "fri": Sentence("пт", "Fri"),
        "sat": Sentence("сб", "Sat"),
        "sun": Sentence("вс", "Sun"),
    }
)
DAY_MINUTES = 24 * 60
MOST_A_DAY = 6  # windows
LOOK_AHEAD = timedelta(days=16)  # a week, and one more where the change of the clocks swallowed a window
_SPAN = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)\s*[-\u2013\u2014]\s*([01]?\d|2[0-4]):([0-5]\d)", re.ASCII)
ANY_TIME = Sentence("в любое время", "at any time")
_WHOLE_DAY = Sentence("круглосуточно", "all day")


class WindowError(InputError):
    """Hours or a zone that can't be; ``day`` is a key of :data:`DAYS`, or "" for the zone."""

    code = "update_window"

    def __init__(self, day: str, why: Sentence) -> None:
        super().__init__(why)
        self.day = day


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One window of a day in minutes from its midnight; ``end`` above 1440 lies in the next day."""

    start: int  # 0 … 1439
    end: int  # start + 1 … start + 1440

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


@dataclass(frozen=True)
class Windows:
    """The windows of a week, Monday first. An immutable value; made by :func:`parse_windows`."""

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]

    @property
    def is_any_time(self) -> bool:
        return not any(self.week)

    def as_json(self) -> dict[str, list[str]]:
        """The shape that :func:`parse_windows` reads; days without a window are left out."""
        return {day: [str(span) for span in spans] for day, spans in zip(DAYS, self.week, strict=True) if spans}

    def is_open(self, at: datetime) -> bool:
        """Whether a moment lies in a window."""
        return self.is_any_time or self._around(at) is not None

    def next_opening(self, at: datetime) -> datetime:
        """The moment itself where it lies in a window, else the start of the next one."""
        moment = _utc(at)
        if self.is_open(moment):
            return moment
        return next(start for start, _ in self._stretches(moment) if start > moment)

    def end_of(self, at: datetime) -> datetime | None:
        """When the window closes that is open at a moment; windows that touch are one.

        None where it never does, and where none is open.
        """
        moment = _utc(at)
        around = None if self.is_any_time else self._around(moment)
        return around[1] if around and around[1] < moment + LOOK_AHEAD - timedelta(days=1) else None

    def parts_of_day(self, day: str) -> tuple[tuple[int, int], ...]:
        """What is open between one midnight and the next, in minutes: with what came over from the day before."""
        index = DAYS.index(day)
        own = [(span.start, min(span.end, DAY_MINUTES)) for span in self.week[index]]
        over = [(0, span.end - DAY_MINUTES) for span in self.week[index - 1] if span.end > DAY_MINUTES]
        whole = [(0, DAY_MINUTES)] if self.is_any_time else []
        return tuple(_merged(sorted([*over, *own, *whole])))

    @cached_property
    def sentence(self) -> Sentence:
        """«пн–пт 22:00–06:00; сб круглосуточно»."""
        if self.is_any_time:
            return ANY_TIME
        said = []
        for spans, days in groupby(zip(DAYS, self.week, strict=True), key=lambda pair: pair[1]):
            if spans:
                said.append((_days(day for day, _ in days), _hours(spans)))
        return Sentence(
            "; ".join(f"{days.ru} {hours.ru}" for days, hours in said),
            "; ".join(f"{days.en} {hours.en}" for days, hours in said),
        )

    def _around(self, at: datetime) -> tuple[datetime, datetime] | None:
        moment = _utc(at)
        return next(((start, end) for start, end in self._stretches(moment) if start <= moment < end), None)

    def _stretches(self, at: datetime) -> list[tuple[datetime, datetime]]:
        """Open stretches from two days before a moment to the end of what is looked at, in order, none touching."""
        first = at.astimezone(self.zone).date() - timedelta(days=2)
        dates = (first + timedelta(days=number) for number in range(LOOK_AHEAD.days + 3))
        found = [
            (self._moment(when, span.start), self._moment(when, span.end))
            for when in dates
            for span in self.week[when.weekday()]
        ]
        return list(_merged(sorted(pair for pair in found if pair[0] < pair[1])))

    def _moment(self, when: date, minutes: int) -> datetime:
        """A wall-clock time as an instant. Of an hour that comes twice the first; what the clocks skip is after it."""
        days, rest = divmod(minutes, DAY_MINUTES)
        local = datetime.combine(when + timedelta(days=days), time(rest // 60, rest % 60), tzinfo=self.zone)
        return local.astimezone(UTC)


def parse_windows(week: Mapping[str, Sequence[str]], zone: str) -> Windows:
    """Windows from their JSON, ``{"mon": ["22:00-06:00"]}``, and an IANA zone name. Raises :class:`WindowError`."""
    for day in week:
        if day not in DAYS:
            raise WindowError("", Sentence(f"Такого дня нет: {day}.", f"There is no such day: {day}."))
    return Windows(parse_zone(zone), tuple(_day(day, week.get(day, ())) for day in DAYS))


def parse_zone(name: str) -> ZoneInfo:
    """An IANA zone. Raises :class:`WindowError`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        why = Sentence(f"Часовой пояс «{name}» неизвестен.", f"The time zone “{name}” is not known.")
        raise WindowError("", why) from None


def _day(day: str, texts: Sequence[str]) -> tuple[Span, ...]:
    if len(texts) > MOST_A_DAY:
        raise WindowError(day, Sentence("Слишком много промежутков в одном дне.", "Too many windows in one day."))
    spans = sorted(_span(day, text) for text in texts)
    for one, two in pairwise(spans):
        if two.start < one.end:
            raise WindowError(day, Sentence("Промежутки пересекаются.", "Two windows overlap."))
    return tuple(spans)


def _span(day: str, text: str) -> Span:
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise WindowError(
            day, Sentence(f"Не похоже на часы: «{text}». Пример: 22:00-06:00.", f"No hours: “{text}”. Try 22:00-06:00.")
        )
    hour, minute, to_hour, to_minute = map(int, found.groups())
    start, end = hour * 60 + minute, to_hour * 60 + to_minute
    if start >= DAY_MINUTES or end > DAY_MINUTES:
        raise WindowError(day, Sentence("Сутки кончаются в 24:00.", "A day ends at 24:00."))
    return Span(start, end if end > start else end + DAY_MINUTES)


def _merged(pairs: Sequence[tuple[T, T]]) -> Iterator[tuple[T, T]]:
    """Sorted pairs with those joined that touch or overlap."""
    held: tuple[T, T] | None = None
    for start, end in pairs:
        if held is not None and start <= held[1]:
            held = (held[0], max(held[1], end))
            continue
        if held is not None:
            yield held
        held = (start, end)
    if held is not None:
        yield held


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return at.astimezone(UTC)


def _clock(minutes: int) -> str:
    rest = minutes if minutes <= DAY_MINUTES else minutes - DAY_MINUTES
    return f"{rest // 60:02d}:{rest % 60:02d}"


def _days(days: Iterator[str]) -> Sentence:
    names = [DAY_NAMES[day] for day in days]
    if len(names) == len(DAYS):
        return Sentence("каждый день", "every day")
    if len(names) == 1:
        return names[0]
    between = "–" if len(names) > len(("from", "to")) else ", "
    return Sentence(f"{names[0].ru}{between}{names[-1].ru}", f"{names[0].en}{between}{names[-1].en}")


def _hours(spans: Sequence[Span]) -> Sentence:
    if spans == (Span(0, DAY_MINUTES),):
        return _WHOLE_DAY
    said = ", ".join(str(span).replace("-", "–") for span in spans)
    return Sentence(said, said)
