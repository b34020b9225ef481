"""What the portal shows of requests: a visitor's own, and to an administrator those of their whole organisation.

A colleague's request is only looked at: what may be done with a request, its requester does (``ipv_conversation``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from okibi.customers.selectors import card_ids
from okibi.environments.selectors import of_people
from okibi.flows.ipv_conversation import NEWS, STATES
from okibi.flows.ipv_views import COLLEAGUE, ME, Event, MessageView, RequestView, message_view, request_view
from okibi.flows.promise import Promise
from okibi.flows.visitor import Visitor
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError, NotAllowedError
from okibi.kernel.pagination import Page
from okibi.kernel.sentence import Sentence
from okibi.policy.clock import ClockState
from okibi.tickets import requester_selectors as mine
from okibi.tickets.models import Attachment, Ticket
from okibi.tickets.requester_selectors import Mine

NO_STATE = Sentence(ru="Такого состояния нет.", en="There is no such state.")
NOT_ADMIN = Sentence(ru="Такой страницы нет.", en="There is no such page.")
MOST_LISTED = 100
MOST_SAID = 500  # messages of one request on a page


@dataclass(frozen=True, slots=True)
class ClockView:
    """The promise as it stands at this moment. Shares are per cent of the term; ``remaining`` is working time."""

    state: ClockState
    started_at: datetime
    aim_at: datetime | None
    due_at: datetime
    remaining: timedelta
    gone: float
    aim: float | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of an organisation's list."""

    view: RequestView
    requester: str


@dataclass(frozen=True, slots=True)
class Seen:
    """One request with all that its page shows. ``own``: the visitor placed it, and may act on it."""

    view: RequestView
    own: bool
    requester: str
    clock: ClockView | None
    messages: Sequence[MessageView]
    merged_into: str  # number of the request that it was joined with, or ""


def organisation_of(visitor: Visitor) -> int:
    """The organisation that the visitor administers. Raises NotAllowedError for everybody else."""
    if not visitor.is_admin or visitor.organisation_id is None:
        raise NotAllowedError(NOT_ADMIN)
    return visitor.organisation_id


def of_organisation(
    visitor: Visitor, *, cursor: str | None = None, limit: int = 50, state: str = "", query: str = ""
) -> Page[Listed]:
    """All requests of the organisation, newest first; as ``ipv_conversation.requests`` otherwise.

    Raises NotAllowedError where the visitor administers none, InputError for a state that there is not.
    """
    whose = Mine(None, organisation_id=organisation_of(visitor))
    if state not in STATES:
        raise InputError(NO_STATE, field="state")
    before = int(cursor) if cursor and cursor.isascii() and cursor.isdigit() and len(cursor) < 19 else None
    size = min(max(limit, 1), MOST_LISTED)
    own_people = tuple(card_ids(visitor.person_id)) if visitor.person_id is not None else ()
    page = mine.page(whose, before_id=before, limit=size, state=state, query=query)
    return Page([_listed(row, visitor, own_people) for row in page], page.next_cursor)


def _listed(row: Ticket, visitor: Visitor, own_people: tuple[int, ...]) -> Listed:
    """What a colleague has not read yet is the colleague's affair."""
    view = request_view(row, visitor)
    own = row.device_id == visitor.device_id or row.requester_id in own_people
    return Listed(view if own else replace(view, unread=0), row.requester_name)


def look(visitor: Visitor, number: str) -> Seen:
    """One request that is the visitor's or their organisation's to see. Raises NoSuchTicketError for every other."""
    own_people = tuple(card_ids(visitor.person_id)) if visitor.person_id is not None else ()
    ticket = mine.access(_may_see(visitor, own_people), number)
    own = ticket.device_id == visitor.device_id or ticket.requester_id in own_people
    moment = now()
    promise = Promise.of(ticket) if ticket.due_at else None
    steps = promise.explain(moment).steps if promise else ()
    view = request_view(ticket, visitor, steps)
    return Seen(
        view=view if own else replace(view, can=frozenset()),
        own=own,
        requester=ticket.requester_name,
        clock=_clock(ticket, promise, moment) if promise else None,
        messages=_messages(visitor, ticket, own_people, own=own),
        merged_into=ticket.merged_into.number if ticket.merged_into else "",
    )


def check_own(visitor: Visitor, number: str) -> None:
    """Whether the visitor placed it, and so may act on it. Raises NoSuchTicketError where they may only look."""
    own_people = tuple(card_ids(visitor.person_id)) if visitor.person_id is not None else ()
    mine.access(Mine(visitor.device_id, own_people), number)


def file_of(visitor: Visitor, attachment_id: int) -> Attachment:
    """A file of a message that the visitor may see, its blob loaded. Raises NoSuchTicketError."""
    own_people = tuple(card_ids(visitor.person_id)) if visitor.person_id is not None else ()
    return mine.attachment(_may_see(visitor, own_people), attachment_id)


def news(visitor: Visitor, after_journal_id: int, limit: int = 100) -> Sequence[Event]:
    """What happened to the requests that the visitor may look at, after an entry of the journal, in order of ids."""
    own_people = tuple(card_ids(visitor.person_id)) if visitor.person_id is not None else ()
    rows = mine.news(_may_see(visitor, own_people), NEWS.keys(), after_journal_id, limit)
    return [Event(row.id, NEWS[row.code], row.code, row.number, row.at) for row in rows]


def _may_see(visitor: Visitor, own_people: tuple[int, ...]) -> Mine:
    return Mine(visitor.device_id, own_people, visitor.organisation_id if visitor.is_admin else None)


def _messages(visitor: Visitor, ticket: Ticket, people: Sequence[int], *, own: bool) -> Sequence[MessageView]:
    said = mine.messages(ticket, 0, MOST_SAID)
    devices = {visitor.device, *(device.public_id for device in of_people(people))}
    shown = [message_view(row, ticket, devices) for row in said]
    return shown if own else [replace(each, author=COLLEAGUE) if each.author == ME else each for each in shown]


def _clock(ticket: Ticket, promise: Promise, moment: datetime) -> ClockView:
    start, due = ticket.clock_start, promise.clock.due_at(promise.calendar, moment)
    whole = (due - start) or timedelta(seconds=1)
    return ClockView(
        state=promise.clock.state(promise.calendar, moment),
        started_at=start,
        aim_at=ticket.aim_at,
        due_at=due,
        remaining=promise.clock.remaining(promise.calendar, moment),
        gone=_share((ticket.reacted_at or moment) - start, whole),
        aim=_share(ticket.aim_at - start, whole) if ticket.aim_at else None,
    )


def _share(part: timedelta, whole: timedelta) -> float:
    return round(max(0.0, min(100.0, part / whole * 100)), 1)
