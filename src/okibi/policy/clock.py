"""The reaction clock of a ticket: when it started, how long it stood still, when it stopped, and what it promises.

Source: scheme.md §5 and "How the terms are counted"; design.md §6. A pause moves a promised moment by the working time
that it covered, added through the calendar; one that begins after the (already moved) moment does not move it any more.
All moments are aware; promised ones come back in the calendar's zone. The clock never asks the time: ``now`` is passed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from okibi.kernel.errors import ConflictError, InputError
from okibi.kernel.sentence import Sentence
from okibi.policy import terms
from okibi.policy.terms import Due, Step, Term
from okibi.policy.wording import moments, named_moment, span
from okibi.policy.worktime import WorkCalendar


class ClockState(StrEnum):
    """What a clock shows at a moment. A term that ends exactly now is still kept: it is late one instant after."""

    RUNNING = "running"
    PAUSED = "paused"
    BREACHED = "breached"
    STOPPED_IN_TIME = "stopped_in_time"
    STOPPED_LATE = "stopped_late"


class PauseError(InputError):
    """A pause ends before it begins."""

    code = "pause"


class ClockConflictError(ConflictError):
    """The clock is not in the state that this act needs (paused twice, resumed while running, stopped twice)."""

    code = "clock_conflict"


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch during which the desk waited for the requester; ``end`` is None while it still waits."""

    begin: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.begin:
            raise PauseError(
                Sentence("пауза кончается раньше, чем начинается", "a pause ends before it begins"),
                begin=self.begin,
                end=self.end,
            )


@dataclass(frozen=True, slots=True)
class ReactionClock:
    """A ticket's clock: the start, the two terms of the scheme ("from" and "to"), its pauses, and when it stopped.

    Pauses may come in any order and overlap: they are merged before they count.
    """

    start: datetime
    aim: Term
    due: Term
    pauses: tuple[Pause, ...] = ()
    stopped_at: datetime | None = None

    @property
    def is_paused(self) -> bool:
        return self.stopped_at is None and any(pause.end is None for pause in self.pauses)

    def aim_at(self, calendar: WorkCalendar, now: datetime) -> datetime:
        """The moment of the "from" term, with the pauses up to ``now`` (a pause still open counts up to it)."""
        return self._promised(self.aim, calendar, now)[0]

    def due_at(self, calendar: WorkCalendar, now: datetime) -> datetime:
        """The moment of the "to" term, with the pauses up to ``now`` (a pause still open counts up to it)."""
        return self._promised(self.due, calendar, now)[0]

    def state(self, calendar: WorkCalendar, now: datetime) -> ClockState:
        """What the clock shows at ``now``, judged by the "to" term."""
        due_at, stands = self._promised(self.due, calendar, now)
        if self.stopped_at is not None:
            # Stopped while it stood still before the moment: in time, whatever hour it was.
            return ClockState.STOPPED_IN_TIME if stands or self.stopped_at <= due_at else ClockState.STOPPED_LATE
        if stands:
            return ClockState.PAUSED
        if now > due_at:
            return ClockState.BREACHED
        return ClockState.PAUSED if self.is_paused else ClockState.RUNNING

    def remaining(self, calendar: WorkCalendar, now: datetime) -> timedelta:
        """Working time left to the "to" moment at ``now`` (or at the stop); negative by how much it was missed."""
        return calendar.measure(self.stopped_at or now, self.due_at(calendar, now))

    def pause(self, now: datetime) -> "ReactionClock":
        """The clock standing still from ``now``. Raises ClockConflictError when stopped or already paused."""
        self._refuse_stopped()
        if self.is_paused:
            raise ClockConflictError(Sentence("срок уже стоит на паузе", "the clock is already paused"))
        return replace(self, pauses=(*self.pauses, Pause(now)))

    def resume(self, now: datetime) -> "ReactionClock":
        """The clock running again from ``now``. Raises ClockConflictError when stopped or not paused."""
        self._refuse_stopped()
        if not self.is_paused:
            raise ClockConflictError(Sentence("срок не стоит на паузе", "the clock is not paused"))
        return replace(self, pauses=_closed(self.pauses, now))

    def stop(self, now: datetime) -> "ReactionClock":
        """The clock stopped at ``now``; an open pause ends there. Raises ClockConflictError when already stopped."""
        self._refuse_stopped()
        return replace(self, pauses=_closed(self.pauses, now), stopped_at=now)

    def explain_aim(self, calendar: WorkCalendar, now: datetime) -> Due:
        """The "from" moment with its steps, pauses told one by one."""
        return _explained(self, self.aim, calendar, now)

    def explain_due(self, calendar: WorkCalendar, now: datetime) -> Due:
        """The "to" moment with its steps, pauses told one by one."""
        return _explained(self, self.due, calendar, now)

    def _refuse_stopped(self) -> None:
        if self.stopped_at is not None:
            raise ClockConflictError(Sentence("срок уже остановлен", "the clock is already stopped"))

    def _waits(self, now: datetime) -> bool:
        return any(pause.begin <= now and (pause.end is None or now < pause.end) for pause in self.pauses)

    def _promised(self, term: Term, calendar: WorkCalendar, now: datetime) -> tuple[datetime, bool]:
        """The moved moment, and whether the clock stands still at its end by a pause that began before the moment."""
        until = self.stopped_at or now
        moment = terms.due_at(term, self.start, calendar)
        stands = False
        for begin, end in merged(self.pauses, self.start, until):
            if begin > moment:
                break
            covered = calendar.measure(begin, end)
            moment = calendar.add(moment, covered) if covered else moment
            stands = end == until and (self.stopped_at is not None or self._waits(until))
        return moment, stands


def merged(pauses: Iterable[Pause], start: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """Pauses in order, cut to ``start`` … ``until``, those that overlap or touch made one; empty ones left out.

    A pause still open reaches ``until``.
    """
    cut = sorted(
        (max(pause.begin, start), min(pause.end, until) if pause.end is not None else until) for pause in pauses
    )
    stretches: list[tuple[datetime, datetime]] = []
    for begin, end in cut:
        if begin >= end:
            continue
        if stretches and begin <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], end))
        else:
            stretches.append((begin, end))
    return stretches


def _closed(pauses: tuple[Pause, ...], now: datetime) -> tuple[Pause, ...]:
    return tuple(pause if pause.end is not None else Pause(pause.begin, now) for pause in pauses)


def _explained(clock: ReactionClock, term: Term, calendar: WorkCalendar, now: datetime) -> Due:
    promised = terms.due(term, clock.start, calendar)
    moment, steps = promised.at, list(promised.steps)
    year = calendar.local(clock.start).year
    for pause in clock.pauses:
        if pause.end is not None and pause.end <= clock.start:
            steps.insert(1, Step(calendar.local(clock.start), "pause-none", _TOO_EARLY))
    for begin, end in merged(clock.pauses, clock.start, clock.stopped_at or now):
        first, last = calendar.local(begin), calendar.local(end)
        covered = calendar.measure(begin, end)
        stretch = moments(first, last, year)
        if begin > moment:
            steps.append(Step(first, "pause-none", _too_late(stretch)))
        elif not covered:
            steps.append(Step(first, "pause-none", _outside(stretch)))
        else:
            moment = calendar.add(moment, covered)
            steps.append(Step(first, "pause", _waited(stretch, covered)))
            steps.append(Step(moment, "pause-moved", _moved(moment, covered, year)))
    return Due(moment, tuple(steps))


def _waited(stretch: Sentence, covered: timedelta) -> Sentence:
    length = span(covered)
    return Sentence(
        f"Ждали ответа заявителя: {stretch.ru}; рабочего времени — {length.ru}",
        f"Waiting for the requester: {stretch.en}; working time: {length.en}",
    )


def _moved(moment: datetime, covered: timedelta, year: int) -> Sentence:
    said, length = named_moment(moment, year), span(covered)
    return Sentence(
        f"Срок сдвинут на {_accusative(length.ru)} рабочего времени: {said.ru}",
        f"The term is moved by {length.en} of working time: {said.en}",
    )


_TOO_EARLY = Sentence(
    "Пауза кончилась до приёма заявки, срок не меняется",
    "A pause was over before the request was placed, the term stays",
)


def _accusative(length: str) -> str:
    """«1 минута» → «1 минуту»: only the feminine singular changes."""
    return length.replace("минута", "минуту").replace("секунда", "секунду")


def _outside(stretch: Sentence) -> Sentence:
    return Sentence(
        f"Ждали ответа заявителя: {stretch.ru}; время нерабочее, срок не меняется",
        f"Waiting for the requester: {stretch.en}; not working time, the term stays",
    )


def _too_late(stretch: Sentence) -> Sentence:
    return Sentence(
        f"Ждали ответа заявителя: {stretch.ru}; срок к этому времени уже кончился и не меняется",
        f"Waiting for the requester: {stretch.en}; the term was over by then and stays",
    )
