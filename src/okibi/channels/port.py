"""The port that every channel stands behind: parse what was received, send what is due, say what it can do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from okibi.channels.messenger.values import Told
from okibi.channels.telephone.values import CallEvent
from okibi.kernel.errors import OutsideError
from okibi.kernel.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody at the other end: an address of the channel and the name they gave."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that came with a message. ``name`` is safe to show and to store, ``type`` is a media type.

    ``stored``: the SHA-256 of a blob that is kept already; ``content`` is empty then (a log may have 200 MB).
    """

    name: str
    type: str
    content: bytes
    inline: bool = False
    content_id: str = ""
    stored: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """News that a message of ours did not arrive."""

    recipients: tuple[str, ...]
    permanent: bool
    reason: str
    external_id: str = ""  # of our message, where the report names it


@dataclass(frozen=True, slots=True)
class Incoming:
    """One received message in words that no channel owns.

    ``text`` is whole, ``reply`` without quotes and signature, ``html`` sanitised. ``references`` are external ids of
    earlier messages, newest last. ``automatic`` messages get no automatic answer. ``authentic`` is True only where the
    channel proved the sender; None where it can't tell.
    """

    sender: Party
    subject: str
    text: str
    reply: str
    html: str = ""
    sent_at: datetime | None = None
    recipients: tuple[Party, ...] = ()
    reply_to: Party | None = None
    external_id: str = ""
    references: tuple[str, ...] = ()
    files: tuple[IncomingFile, ...] = ()
    automatic: bool = False
    authentic: bool | None = None
    authentication: Mapping[str, str] = field(default_factory=dict)
    bounce: Bounce | None = None
    defects: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)  # chosen in a form: class, product, licence number …
    loop: bool = False  # one of our own messages that came back
    messenger: Told | None = None  # where a messenger carried it: what it said in a messenger's words
    call: CallEvent | None = None  # where an exchange told of a call


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to send, as the outbox row holds it."""

    recipient: Party
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    files: tuple[IncomingFile, ...]
    external_id: str
    automatic: bool
    attempts: int = 0  # how often it was tried, this time included


class UnreadableError(Exception):
    """The raw bytes can't be understood by this version of the parser; they are kept for a later one."""


class SendError(OutsideError):
    """Sending failed. ``permanent``: the recipient was refused for good; ``uncertain``: it may have gone out.

    ``unreachable``: the way out itself is away or locked (no connection, wrong password): no message is at fault, and
    none of this channel can leave now.

    ``wait``: not before so long, and no try is lost; ``retry_after``: the same, but the try counts. ``no_window``: the
    messenger takes only templates now.
    """

    code = "send"

    def __init__(
        self,
        why: str,
        *,
        permanent: bool = False,
        uncertain: bool = False,
        unreachable: bool = False,
        no_window: bool = False,
        wait: timedelta | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(Sentence(ru=why, en=why))
        self.no_window = no_window
        self.wait = wait
        self.retry_after = retry_after
        self.permanent_failure = permanent
        self.uncertain = uncertain
        self.unreachable = unreachable


class Channel(Protocol):
    """What an adapter offers. One folder, one class, one line in ``registry.py``.

    ``repeatable``: receivers recognise the external id, so a message whose fate is unknown (the worker was killed while
    sending) may be handed over again; where they don't, it becomes UNCERTAIN and a person decides.
    """

    kind: str
    title: Sentence
    icon: str
    repeatable: bool

    def parse(self, raw: bytes, envelope: Mapping[str, object]) -> Incoming:
        """Raises UnreadableError; never anything else on any bytes."""
        ...

    def new_external_id(self, key: str) -> str:
        """The external id a message will have, where the channel lets us choose; "" where the other side gives it.

        The same ``key`` gives the same id; nobody without our secret can foresee it.
        """
        ...

    def send(self, message: Outgoing) -> str:
        """Hand the message over; gives the external id. Raises SendError."""
        ...

    def problems(self) -> list[Sentence]:
        """What is missing or wrong in this channel's settings, for ``okibi doctor``; empty when it can work."""
        ...

    def can_send(self) -> bool:
        """Whether an operator configured the way out. Rows wait, untouched, while it is False."""
        ...
