"""What a requester sees of a request and of what was said on it: values for the doors, no word of the staff's."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from okibi.channels.messenger.words import words_of
from okibi.flows.judgement import shown_to
from okibi.flows.visitor import Visitor
from okibi.kernel.sentence import Sentence
from okibi.policy.refusals import RefusalGround
from okibi.policy.terms import Step
from okibi.policy.ticket_states import FINISHED, State, possible
from okibi.policy.ticket_states import Event as Act
from okibi.policy.verdict import Verdict
from okibi.tickets.models import Message, Rating, Ticket

ME, COLLEAGUE, DESK, SYSTEM = "me", "colleague", "desk", "system"


@dataclass(frozen=True, slots=True)
class RefusalView:
    """Why it was refused, in the specialist's words and the ground's."""

    ground: str  # code
    sentence: Sentence
    reasons: str
    way_out: str


@dataclass(frozen=True, slots=True)
class RatingView:
    score: int  # 1 to 5
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request as its requester may see it. In a list ``steps`` is empty. Moments are UTC."""

    number: str
    subject: str
    kind: str
    state: State
    placed_at: datetime
    aim_at: datetime | None
    due_at: datetime | None
    steps: tuple[Step, ...]
    verdict: Verdict
    product: str
    version: str
    unread: int  # the desk's messages that were not read in ИПВ
    last_message_at: datetime
    planned_version: str
    refusal: RefusalView | None
    rating: RatingView | None
    linked_to: str  # number of the request that this one goes on from, or ""
    can: frozenset[str]  # say, withdraw, reopen, works, rate: what is possible now
    own: bool = True  # False: a colleague's, which the organisation's administrator may only read
    requester: str = ""  # who placed a colleague's


@dataclass(frozen=True, slots=True)
class FileView:
    id: int
    name: str
    type: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class MessageView:
    """``author``: me (this device or person), colleague (another person of the requester's side), desk, system."""

    id: int
    author: str
    author_name: str
    at: datetime
    text: Sentence  # both alike, but for what a messenger carried without words
    html: str  # sanitised; "" where there is only text
    attachments: tuple[FileView, ...]
    read_by_desk_at: datetime | None  # of the requester's own messages


@dataclass(frozen=True, slots=True)
class Said:
    """Where words went: the request itself, or the one that was opened because it had ended long ago."""

    number: str
    message_id: int


@dataclass(frozen=True, slots=True)
class Event:
    """``name``: request.placed, message, state, read. ``id`` is the journal's, for Last-Event-ID."""

    id: int
    name: str
    code: str  # the journal's
    number: str
    at: datetime


def request_view(ticket: Ticket, visitor: Visitor, steps: tuple[Step, ...] = ()) -> RequestView:
    """One request. ``ticket`` carries ``unread_answers``, its rating and what it goes on from; takes no query."""
    state, rating = State(ticket.state), getattr(ticket, "rating", None)
    return RequestView(
        number=ticket.number,
        subject=ticket.subject,
        kind=ticket.kind,
        state=state,
        placed_at=ticket.placed_at,
        aim_at=ticket.aim_at,
        due_at=ticket.due_at,
        steps=steps,
        verdict=shown_to(Verdict.from_json(ticket.verdict), sure=visitor.person_id is not None),
        product=ticket.product,
        version=ticket.product_version,
        unread=getattr(ticket, "unread_answers", 0),
        last_message_at=ticket.last_message_at,
        planned_version=ticket.planned_version,
        refusal=_refusal(ticket),
        rating=_rating(rating),
        linked_to=ticket.linked_to.number if ticket.linked_to else "",
        can=acts(ticket),
    )


def as_colleague(view: RequestView, ticket: Ticket) -> RequestView:
    """A colleague's request: to be read, not to be acted on."""
    return replace(view, can=frozenset(), own=False, requester=ticket.requester_name)


def acts(ticket: Ticket) -> frozenset[str]:
    """What the requester can do now: the policy's table says it, and ``answered`` whether there is what to rate."""
    state = State(ticket.state)
    events = possible(state)
    can = {"say"}
    can |= {"withdraw"} if Act.WITHDRAW in events else set()
    can |= {"works"} if Act.CONFIRM in events else set()
    can |= {"reopen"} if state in FINISHED else set()
    can |= {"rate"} if getattr(ticket, "answered", False) else set()
    return frozenset(can)


def message_view(message: Message, ticket: Ticket, my_devices: Collection[str]) -> MessageView:
    """One message, its files loaded; ``message`` carries ``device`` and ``read_by_desk``."""
    files = tuple(FileView(row.pk, row.name, row.type, row.size) for row in message.attachments.all())
    author = _author(message, ticket, my_devices)
    return MessageView(
        id=message.pk,
        author=author,
        author_name="" if author == SYSTEM else message.author_name,
        at=message.at,
        text=words_of(message.text, message.messenger),
        html=message.html,
        attachments=files,
        read_by_desk_at=getattr(message, "read_by_desk", None) if author in (ME, COLLEAGUE) else None,
    )


def _author(message: Message, ticket: Ticket, my_devices: Collection[str]) -> str:
    if message.kind == Message.Kind.AUTOMATIC:
        return SYSTEM
    if message.kind != Message.Kind.INCOMING:
        return DESK
    device = getattr(message, "device", None)
    if device:
        return ME if device in my_devices else COLLEAGUE
    address = message.author_address.lower()
    return ME if not address or address == ticket.requester_address.lower() else COLLEAGUE


def _refusal(ticket: Ticket) -> RefusalView | None:
    kept = ticket.refusal
    if not kept:
        return None
    ground = RefusalGround(kept["ground"])
    return RefusalView(ground.value, ground.sentence, kept.get("reasons", ""), kept.get("way_out", ""))


def _rating(rating: Rating | None) -> RatingView | None:
    return RatingView(rating.score, rating.text, rating.at) if rating else None
