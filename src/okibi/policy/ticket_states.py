"""The life of a ticket: one total table from (state, event) to the next state, or why not.

Source: design.md §6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from okibi.kernel.errors import ConflictError
from okibi.kernel.sentence import Sentence
from okibi.policy.refusals import RefusalError, RefusalGround, check_reasons


class State(StrEnum):
    """Where a ticket stands."""

    NEW = "new"  # placed, nobody has it
    OPEN = "open"  # a specialist has it
    WAITING = "waiting"  # for the requester; the clock stands still
    PLANNED = "planned"  # accepted, will be in a version
    SOLVED = "solved"
    REFUSED = "refused"
    CLOSED = "closed"
    UNCOVERED = "uncovered"  # answered with the ground; comes alive when a licence or trial begins


class Event(StrEnum):
    """What can happen to a ticket."""

    TAKE = "take"  # a specialist takes it
    ASSIGN = "assign"  # somebody gives it to a specialist
    REPLY = "reply"  # a specialist answers
    NOTE = "note"  # an internal note
    WAIT = "wait"  # a specialist asks the requester and waits
    RESUME = "resume"  # a specialist goes on without waiting any longer
    REQUESTER_MESSAGE = "requester_message"
    PLAN = "plan"  # accepted for a version
    SOLVE = "solve"
    REFUSE = "refuse"  # demands a ground and reasons
    CLOSE = "close"
    MERGE = "merge"  # into another ticket
    REOPEN = "reopen"
    COVER = "cover"  # a licence or trial begins
    UNCOVER = "uncover"  # judged again: not covered
    TAKE_ON = "take_on"  # uncovered, but a specialist takes it on all the same, with a reason
    WITHDRAW = "withdraw"  # the requester takes it back
    CONFIRM = "confirm"  # the requester says that it works now
    VERSION_SHIPPED = "version_shipped"  # the version with the fix has reached the requester


RUNS_CLOCK = frozenset({State.NEW, State.OPEN})
PAUSES_CLOCK = frozenset({State.WAITING})
FINISHED = frozenset({State.SOLVED, State.REFUSED, State.CLOSED})
FINAL = frozenset({State.CLOSED})
"""Nothing but an explicit reopening leads out of these."""


class No(StrEnum):
    """Why an event is not possible in a state."""

    FINISHED = "finished"
    CLOSED = "closed"
    UNCOVERED = "uncovered"
    ALREADY = "already"
    NOT_FINISHED = "not_finished"
    NOT_UNCOVERED = "not_uncovered"
    LINKED = "linked"
    PLANNED = "planned"
    NOT_WAITING = "not_waiting"


_WHY_NOT: Mapping[No, Sentence] = MappingProxyType(
    {
        No.FINISHED: Sentence(
            "По заявке уже дан окончательный ответ; сначала откройте её заново.",
            "The request already has its final answer; reopen it first.",
        ),
        No.CLOSED: Sentence("Заявка закрыта; сначала откройте её заново.", "The request is closed; reopen it first."),
        No.UNCOVERED: Sentence(
            "Поддержка на автора заявки не распространяется; возьмите заявку в виде исключения, указав причину.",
            "The requester is not covered; take the request on as an exception, with a reason.",
        ),
        No.ALREADY: Sentence("Это уже сделано.", "This has already been done."),
        No.NOT_FINISHED: Sentence(
            "Заявка в работе: решите её или откажите с основанием.",
            "The request is being worked on: solve it, or refuse it with a ground.",
        ),
        No.NOT_UNCOVERED: Sentence(
            "Заявка и так под поддержкой.",
            "The request is covered as it is.",
        ),
        No.LINKED: Sentence(
            "Заявка закрыта; сообщение открывает новую, связанную с ней.",
            "The request is closed; the message opens a new one that is linked to it.",
        ),
        No.NOT_WAITING: Sentence("Заявка и так не ждёт заявителя.", "The request does not wait for anybody."),
        No.PLANNED: Sentence(
            "Изменение уже обещано; откажите с основанием, если обещание нельзя выполнить.",
            "The change is already promised; refuse it with a ground if the promise can't be kept.",
        ),
    }
)

_COLUMNS = (
    *(State.NEW, State.OPEN, State.WAITING, State.PLANNED),
    *(State.SOLVED, State.REFUSED, State.CLOSED, State.UNCOVERED),
)
N, O, W, P = State.NEW, State.OPEN, State.WAITING, State.PLANNED  # noqa: E741 — one letter keeps the table a table
S, R, C, U = State.SOLVED, State.REFUSED, State.CLOSED, State.UNCOVERED
_ROWS: Mapping[Event, tuple[State | No, ...]] = {
    # from:                   N  O  W  P  solved       refused      closed     uncovered
    Event.TAKE: (O, O, W, P, No.FINISHED, No.FINISHED, No.CLOSED, No.UNCOVERED),
    Event.ASSIGN: (O, O, W, P, No.FINISHED, No.FINISHED, No.CLOSED, No.UNCOVERED),
    Event.REPLY: (O, O, W, P, S, R, No.CLOSED, U),
    Event.NOTE: (N, O, W, P, S, R, C, U),
    Event.WAIT: (W, W, W, W, No.FINISHED, No.FINISHED, No.CLOSED, No.UNCOVERED),
    Event.RESUME: (No.NOT_WAITING, No.NOT_WAITING, O, *(No.NOT_WAITING,) * 5),
    Event.REQUESTER_MESSAGE: (N, O, O, P, O, O, No.LINKED, U),
    Event.PLAN: (P, P, P, P, No.FINISHED, No.FINISHED, No.CLOSED, No.UNCOVERED),
    Event.SOLVE: (S, S, S, S, No.ALREADY, No.FINISHED, No.CLOSED, No.UNCOVERED),
    Event.REFUSE: (R, R, R, R, No.FINISHED, No.ALREADY, No.CLOSED, R),
    Event.CLOSE: (*(No.NOT_FINISHED,) * 4, C, C, No.ALREADY, C),
    Event.MERGE: (C, C, C, C, C, C, No.CLOSED, C),
    Event.REOPEN: (*(No.NOT_FINISHED,) * 4, O, O, O, No.UNCOVERED),
    # A licence that begins changes nothing for a request that is being worked on or has its answer.
    Event.COVER: (N, O, W, P, S, R, C, N),
    Event.UNCOVER: (U, U, U, No.PLANNED, No.FINISHED, No.FINISHED, No.CLOSED, U),
    Event.TAKE_ON: (*(No.NOT_UNCOVERED,) * 7, N),
    Event.WITHDRAW: (C, C, C, C, No.FINISHED, No.FINISHED, No.ALREADY, C),
    Event.CONFIRM: (C, C, C, C, C, C, No.ALREADY, C),
    Event.VERSION_SHIPPED: (N, O, W, S, S, R, C, U),
}
TABLE: Mapping[tuple[State, Event], State | No] = MappingProxyType(
    {(state, event): row[at] for event, row in _ROWS.items() for at, state in enumerate(_COLUMNS)}
)


class TransitionError(ConflictError):
    """The ticket's state does not allow this event; ``reason`` is a :class:`No`."""

    code = "ticket_state"

    def __init__(self, state: State, event: Event, reason: No) -> None:
        super().__init__(_WHY_NOT[reason], state=state.value, event=event.value, reason=reason.value)
        self.reason = reason


def apply(state: State, event: Event, *, ground: RefusalGround | None = None, reason: str | None = None) -> State:
    """The state after the event.

    A refusal demands ``ground`` and ``reason`` (the reasons for the requester), taking on an uncovered ticket a
    ``reason``. Raises :class:`TransitionError` where the state does not allow the event and
    :class:`okibi.policy.refusals.RefusalError` where ground or reasons are missing.
    """
    after = TABLE[state, event]
    if isinstance(after, No):
        raise TransitionError(state, event, after)
    if event is Event.REFUSE:
        if ground is None:
            raise RefusalError(
                Sentence("Выберите основание отказа.", "Please choose the ground of the refusal."), missing="ground"
            )
        check_reasons(reason)
    if event is Event.TAKE_ON and not (reason or "").strip():
        raise RefusalError(
            Sentence(
                "Укажите, почему заявка берётся в виде исключения.",
                "Please say why the request is taken on as an exception.",
            ),
            missing="reason",
        )
    return after


def possible(state: State) -> frozenset[Event]:
    """The events that a state allows."""
    return frozenset(event for event in Event if isinstance(TABLE[state, event], State))


@dataclass(frozen=True, slots=True)
class Reopen:
    """The message brings the ticket back to its specialist."""

    state: State


@dataclass(frozen=True, slots=True)
class LinkedTicket:
    """Too late to reopen: the message opens a new ticket that is linked to the old one."""


@dataclass(frozen=True, slots=True)
class Stay:
    """The message joins the ticket; ``state`` is the state afterwards (a waiting ticket becomes open)."""

    state: State


def on_requester_message(
    state: State, closed_at: datetime | None, now: datetime, reopen_days: int
) -> Reopen | LinkedTicket | Stay:
    """What a requester's message does to a ticket.

    ``closed_at`` is when it was solved or refused; ``reopen_days`` are whole days of 24 hours, the last moment
    excluded. Both moments are aware. Without ``closed_at`` a finished ticket reopens: no term can have run out.
    """
    after = TABLE[state, Event.REQUESTER_MESSAGE]
    if isinstance(after, No):
        return LinkedTicket()
    if state not in FINISHED:
        return Stay(after)
    if closed_at is not None and now - closed_at >= timedelta(days=reopen_days):
        return LinkedTicket()
    return Reopen(after)
