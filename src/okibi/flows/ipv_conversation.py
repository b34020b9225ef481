"""The requester's side of a request: the list, the conversation, what they may do with it, and what is new.

Every function takes the visitor first and answers NoSuchTicketError for a request that is not theirs to see.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.db import transaction

from okibi.channels.ipv.adapter import StoredFile
from okibi.customers.selectors import card, card_ids
from okibi.environments.selectors import of_people
from okibi.flows.intake import CAME_BACK
from okibi.flows.ipv_request import Draft, NotTakenInYetError, checked_text, placed, receive, was_received
from okibi.flows.ipv_views import (
    COLLEAGUE,
    ME,
    Event,
    FileView,
    MessageView,
    RatingView,
    RefusalView,
    RequestView,
    Said,
    acts,
    as_colleague,
    message_view,
    request_view,
)
from okibi.flows.promise import Promise
from okibi.flows.states import change_state
from okibi.flows.visitor import Visitor
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError, NotAllowedError
from okibi.kernel.memory import short_memory
from okibi.kernel.pagination import Page
from okibi.kernel.sentence import Sentence
from okibi.policy.terms import Step
from okibi.policy.ticket_states import FINISHED, State
from okibi.policy.ticket_states import Event as Act
from okibi.schemes.services import by_id
from okibi.tickets import requester_selectors as mine
from okibi.tickets import requester_services, services
from okibi.tickets.models import Attachment, Ticket
from okibi.tickets.requester_selectors import Mine

__all__ = [
    "Event",
    "FileView",
    "MessageView",
    "RatingView",
    "RefusalView",
    "RequestView",
    "Said",
    "file_of",
    "messages",
    "news",
    "of_organisation",
    "place",
    "rate",
    "read",
    "reopen",
    "request",
    "requests",
    "say",
    "typing",
    "withdraw",
    "works",
]

LONGEST_LIST = 100
LONGEST_RATING = 2000  # characters
STATES = frozenset({*(state.value for state in State), "active", "ended", ""})
NO_STATE = Sentence(ru="Такого состояния нет.", en="There is no such state.")
NOT_ADMIN = Sentence(
    ru="Заявки организации видит только её администратор.",
    en="An organisation's requests are seen by its administrator alone.",
)
NO_SCORE = Sentence(ru="Оценка — от 1 до 5.", en="A rating is from 1 to 5.")
NOTHING_TO_RATE = Sentence(ru="Ответа ещё нет: оценивать нечего.", en="There is no answer to rate yet.")
NOT_ENDED = Sentence(ru="Заявка и так в работе.", en="The request is being worked on as it is.")
NEWS = {
    "ticket.placed": "request.placed",
    "ticket.message": "message",
    "ticket.replied": "message",
    "ticket.refused": "state",
    "ticket.planned": "state",
    "ticket.solved": "state",
    "ticket.closed": "state",
    "ticket.reopened": "state",
    "ticket.taken": "state",
    "ticket.assigned": "state",
    "ticket.waiting": "state",
    "ticket.resumed": "state",
    "ticket.covered": "state",
    "ticket.uncovered": "state",
    "ticket.taken_on": "state",
    "ticket.class_changed": "state",
    "ticket.recounted": "state",
    "ticket.merged": "state",
    "ticket.rated": "state",
    "agreement.proposed": "state",
    "agreement.confirmed": "state",
    "agreement.declined": "state",
    "agreement.withdrawn": "state",
    "agreement.expired": "state",
    "ticket.read_by_desk": "read",
    "ticket.read_by_requester": "read",
}


def place(visitor: Visitor, key: str, draft: Draft) -> RequestView:
    """Place a request and show it, with the steps of its term; the same ``key`` shows the one of the first time.

    Raises InputError for no words, UnknownKindError, UnknownProductError, NotTakenInYetError.
    """
    with short_memory():
        ticket, new = placed(visitor, key, draft)
        if not new:
            return request(visitor, ticket.number)
        moment = now()
        promise = Promise.at_intake(by_id(ticket.scheme_id).scheme, ticket.kind, ticket.clock_start)
        steps = promise.explain(moment).steps if ticket.due_at else ()
        return request_view(mine.just_placed(ticket), visitor, steps)


def requests(
    visitor: Visitor, *, cursor: str | None = None, limit: int = 50, state: str = "", query: str = ""
) -> Page[RequestView]:
    """The visitor's requests, newest first; three queries. A cursor of nonsense begins anew.

    ``state``: one of the states, ``active``, ``ended`` or "" (all). ``query``: every word of it, in any form. Raises
    InputError for another state.
    """
    page = _page(_mine(visitor), cursor, limit, state, query)
    return Page([request_view(ticket, visitor) for ticket in page], page.next_cursor)


def of_organisation(
    visitor: Visitor, *, cursor: str | None = None, limit: int = 50, state: str = "", query: str = ""
) -> Page[RequestView]:
    """All requests of the organisation that the visitor administers, as :func:`requests`; four queries at most.

    Raises NotAllowedError for everybody but its administrator.
    """
    if not visitor.is_admin or visitor.organisation_id is None:
        raise NotAllowedError(NOT_ADMIN)
    own = _mine(visitor)
    page = _page(Mine(None, organisation_id=visitor.organisation_id), cursor, limit, state, query)
    return Page([_seen_by(visitor, own, ticket) for ticket in page], page.next_cursor)


def _page(whose: Mine, cursor: str | None, limit: int, state: str, query: str) -> Page[Ticket]:
    if state not in STATES:
        raise InputError(NO_STATE, field="state")
    before = int(cursor) if cursor and cursor.isascii() and cursor.isdigit() and len(cursor) < 19 else None
    size = min(max(limit, 1), LONGEST_LIST)
    return mine.page(whose, before_id=before, limit=size, state=state, query=query)


def request(visitor: Visitor, number: str) -> RequestView:
    """One request with the steps of its term; to an administrator any of the organisation's, to be read."""
    own = _mine(visitor)
    ticket = mine.access(_readable(visitor, own), number)
    steps = Promise.of(ticket).explain(now()).steps if ticket.due_at else ()
    return _seen_by(visitor, own, ticket, steps)


def messages(visitor: Visitor, number: str, after_id: int = 0, limit: int = 200) -> Sequence[MessageView]:
    """What was said, oldest first, after a message; notes of the staff are never among it."""
    whose = _mine(visitor)
    ticket = mine.access(_readable(visitor, whose), number)
    said = mine.messages(ticket, after_id, limit)
    devices = {visitor.device}
    if visitor.person_id is not None and any(row.device not in devices for row in said):  # type: ignore[attr-defined]
        devices |= {device.public_id for device in of_people(whose.person_ids)}
    shown = [message_view(row, ticket, devices) for row in said]
    if _is_own(ticket, whose):
        return shown
    return [replace(each, author=COLLEAGUE) if each.author == ME else each for each in shown]


def say(visitor: Visitor, number: str, key: str, text: str, files: Sequence[StoredFile] = ()) -> Said:
    """Add words or files; the same key adds nothing and gives the same. Raises InputError for neither.

    What had ended a short while ago opens again by it; later, or where it is closed, a linked request opens. Raises
    NotTakenInYetError (kept, but not taken in: ask again).
    """
    ticket = mine.access(_mine(visitor), number)
    text = checked_text(text, files)
    facts = {"address_token": ticket.token, "language": ticket.language}
    row = receive(visitor, _key(number, key), ticket.subject, text, facts, files)
    message = mine.message_of_inbound(row.pk)
    if message is None:
        raise NotTakenInYetError
    return Said(message.ticket.number, message.pk)


@transaction.atomic
def read(visitor: Visitor, number: str, up_to: int) -> None:
    """The requester read everything up to this message; what waited to be mailed is not mailed any more."""
    ticket = mine.access(_mine(visitor), number)
    moment = now()
    if requester_services.requester_read(ticket, up_to, moment):
        record("ticket.read_by_requester", ("ticket", ticket.pk), _actor(visitor), {"up_to": up_to}, moment)


@transaction.atomic
def withdraw(visitor: Visitor, number: str) -> RequestView:
    """The requester takes it back. Raises ConflictError where it has ended."""
    return _end(visitor, number, Act.WITHDRAW, "ticket.withdrawn")


@transaction.atomic
def works(visitor: Visitor, number: str) -> RequestView:
    """The requester says that it works now: the request closes. Raises ConflictError where it is closed."""
    return _end(visitor, number, Act.CONFIRM, "ticket.confirmed")


def reopen(visitor: Visitor, number: str, key: str, text: str) -> Said:
    """It is not solved after all: opened again within the scheme's days, a linked request after that.

    The same key does it once. Raises ConflictError where it has not ended, InputError for no words.
    """
    checked_text(text, ())
    with transaction.atomic():
        ticket = services.lock(mine.access(_mine(visitor), number).pk)
        moment, actor = now(), _actor(visitor)
        if State(ticket.state) in FINISHED and _is_fresh(ticket):
            change_state(ticket, Act.REOPEN, actor, moment)
            record("ticket.reopened", ("ticket", ticket.pk), actor, {"why": CAME_BACK.as_dict()}, moment)
        elif State(ticket.state) not in FINISHED and not was_received(visitor, _key(number, key)):
            raise ConflictError(NOT_ENDED)
        return say(visitor, number, key, text)


@transaction.atomic
def rate(visitor: Visitor, number: str, score: int, text: str = "") -> RequestView:
    """Rate the answer, 1 to 5; a second time replaces the first. Raises InputError, ConflictError (no answer yet)."""
    if not 1 <= score <= 5:
        raise InputError(NO_SCORE, field="score")
    ticket = mine.access(_mine(visitor), number)
    if "rate" not in acts(ticket):
        raise ConflictError(NOTHING_TO_RATE)
    moment, words = now(), text.strip()[:LONGEST_RATING]
    requester_services.rate(ticket, score, words, moment)
    record("ticket.rated", ("ticket", ticket.pk), _actor(visitor), {"score": score, "text": words}, moment)
    return request(visitor, number)


def typing(visitor: Visitor, number: str) -> None:
    """Tell the desk that the requester writes: NOTIFY ``okibi_typing`` {ticket, number, side}; nothing is stored."""
    ticket = mine.access(_mine(visitor), number)
    requester_services.say_typing(ticket.pk, ticket.number, "requester")


def file_of(visitor: Visitor, attachment_id: int) -> Attachment:
    """A file of a message that the visitor may see, its blob loaded."""
    return mine.attachment(_readable(visitor, _mine(visitor)), attachment_id)


def news(visitor: Visitor, after_journal_id: int, limit: int = 100) -> Sequence[Event]:
    """What happened to the visitor's requests after an entry of the journal, in order of its ids.

    Ids may be committed out of order: who follows live looks back over a little window, as the console's events do.
    """
    rows = mine.news(_mine(visitor), NEWS.keys(), after_journal_id, limit)
    return [Event(row.id, NEWS[row.code], row.code, row.number, row.at) for row in rows]


def _mine(visitor: Visitor) -> Mine:
    people = tuple(card_ids(visitor.person_id)) if visitor.person_id is not None else ()
    return Mine(visitor.device_id, people)


def _readable(visitor: Visitor, own: Mine) -> Mine:
    """What the visitor may read: an administrator the whole organisation's."""
    return replace(own, organisation_id=visitor.organisation_id) if visitor.is_admin else own


def _is_own(ticket: Ticket, own: Mine) -> bool:
    return ticket.device_id == own.device_id or ticket.requester_id in own.person_ids


def _seen_by(visitor: Visitor, own: Mine, ticket: Ticket, steps: tuple[Step, ...] = ()) -> RequestView:
    view = request_view(ticket, visitor, steps)
    return view if _is_own(ticket, own) else as_colleague(view, ticket)


def _end(visitor: Visitor, number: str, act: Act, code: str) -> RequestView:
    ticket = services.lock(mine.access(_mine(visitor), number).pk)
    moment, actor = now(), _actor(visitor)
    change_state(ticket, act, actor, moment)
    record(code, ("ticket", ticket.pk), actor, at=moment)
    return request(visitor, number)


def _is_fresh(ticket: Ticket) -> bool:
    """Whether it ended within the scheme's days."""
    days = Promise.of(ticket).scheme.desk.reopen_days
    return ticket.ended_at is None or now() - ticket.ended_at < timedelta(days=days)


def _key(number: str, key: str) -> str:
    return f"say:{number}:{key}"


def _actor(visitor: Visitor) -> Actor:
    person = card(visitor.person_id) if visitor.person_id is not None else None
    return Actor("person", visitor.person_id, person.name if person else "")
