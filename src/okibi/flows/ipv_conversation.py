"""The requester's side of a request: the list, the conversation, what they may do with it, and what is new.

Every function takes the visitor first and answers NoSuchTicketError for a request that is not theirs to see.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from okibi.channels.ipv.adapter import StoredFile
from okibi.flows.visitor import Visitor
from okibi.kernel.pagination import Page
from okibi.kernel.sentence import Sentence
from okibi.policy.terms import Step
from okibi.policy.ticket_states import State
from okibi.policy.verdict import Verdict
from okibi.tickets.models import Attachment


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
    text: str
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


def requests(
    visitor: Visitor, *, cursor: str | None = None, limit: int = 50, state: str = "", query: str = ""
) -> Page[RequestView]:
    """The visitor's requests, newest first. ``state``: one of the states, ``active``, ``ended`` or "" (all)."""
    raise NotImplementedError


def request(visitor: Visitor, number: str) -> RequestView:
    """One request with the steps of its term."""
    raise NotImplementedError


def messages(visitor: Visitor, number: str, after_id: int = 0, limit: int = 200) -> Sequence[MessageView]:
    """What was said, oldest first, after a message; notes of the staff are never among it."""
    raise NotImplementedError


def say(visitor: Visitor, number: str, key: str, text: str, files: Sequence[StoredFile] = ()) -> Said:
    """Add words or files; the same key adds nothing and gives the same. Raises InputError for neither."""
    raise NotImplementedError


def read(visitor: Visitor, number: str, up_to: int) -> None:
    """The requester read everything up to this message."""
    raise NotImplementedError


def withdraw(visitor: Visitor, number: str, text: str = "") -> RequestView:
    """The requester takes it back. Raises ConflictError where it has ended."""
    raise NotImplementedError


def reopen(visitor: Visitor, number: str, key: str, text: str) -> Said:
    """It is not solved after all: opened again within the scheme's days, a linked request after that."""
    raise NotImplementedError


def works(visitor: Visitor, number: str) -> RequestView:
    """The requester says that it works now: the request closes. Raises ConflictError where it is closed."""
    raise NotImplementedError


def rate(visitor: Visitor, number: str, score: int, text: str = "") -> RequestView:
    """Rate the answer, 1 to 5; a second time replaces the first. Raises InputError, ConflictError (no answer yet)."""
    raise NotImplementedError


def typing(visitor: Visitor, number: str) -> None:
    """Tell the desk that the requester writes: NOTIFY ``okibi_typing`` {ticket, number, side}; nothing is stored."""
    raise NotImplementedError


def file_of(visitor: Visitor, attachment_id: int) -> Attachment:
    """A file of a message that the visitor may see, its blob loaded."""
    raise NotImplementedError


def news(visitor: Visitor, after_journal_id: int, limit: int = 100) -> Sequence[Event]:
    """What happened to the visitor's requests after an entry of the journal, in order; one query."""
    raise NotImplementedError
