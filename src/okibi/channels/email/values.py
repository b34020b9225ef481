"""What a parsed mail is: values without behaviour of their own, safe to keep, compare and show."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Protection(StrEnum):
    """How a mail, or a part of it, is encrypted or signed."""

    PGP = "pgp"
    SMIME = "smime"


class Origin(StrEnum):
    """Where in the mail an attachment came from."""

    PART = "part"
    MESSAGE = "message"
    UUENCODE = "uuencode"
    TNEF = "tnef"


@dataclass(frozen=True, slots=True)
class Defect:
    """Something in the mail that is not as the standards want it; the mail was read all the same.

    ``code`` is stable (``unknown_charset``, ``bad_base64``, ``too_deep`` …, ``unreadable`` for a mail in which nothing
    at all could be found); ``detail`` is for an engineer's eye and may be empty.
    """

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: a name that may be empty, and the address as it was written (``anna@example.org``)."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail. ``size`` is in bytes; ``sha256`` is a lower-case hex digest of ``content``.

    ``name`` is safe to save under; ``inline`` says that the text shows it, or that its sender wanted it shown;
    ``content_id`` stands without angle brackets, as ``cid:`` links cite it.
    """

    name: str
    type: str
    size: int
    sha256: str
    inline: bool
    content_id: str | None
    content: bytes = field(repr=False)
    origin: Origin = Origin.PART


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report (RFC 3464, or one of the older kinds) about a mail that we sent.

    ``permanent`` is False for a delay or a failure that may pass. ``status`` is an enhanced code (``5.1.1``).
    ``original_message_id`` is the Message-ID of our mail, with its angle brackets.
    """

    recipients: tuple[str, ...]
    permanent: bool
    status: str | None
    diagnostic: str | None
    original_message_id: str | None


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """An invitation or its answer (RFC 5545), short enough for one line. Moments are as they were written."""

    method: str
    summary: str
    start: str
    end: str
    location: str
    organizer: str


@dataclass(frozen=True, slots=True)
class AuthResults:
    """What the trusted receiving server found (RFC 8601): ``pass``, ``fail``, ``softfail`` …, ``none`` when unsaid.

    ``aligned``: the domain of the From address is the one that was proved.
    """

    spf: str = "none"
    dkim: str = "none"
    dmarc: str = "none"
    aligned: bool = False


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail as people and programs need it; see the fields' own words.

    ``sender`` is the first mailbox of From, None when there is none. Message ids keep their angle brackets. ``date``
    is aware, None when it could not be read. ``text`` is all of the readable text; ``reply`` is what its author wrote
    now; ``quoted`` and ``signature`` are what was folded away. ``html`` is sanitised and empty when the mail has none;
    images elsewhere stand as ``data-remote-src`` and ``remote_images`` says that there are some. ``headers`` are
    (name, unfolded value) in their order.
    """

    sender: Address | None
    senders: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    return_path: str | None
    delivered_to: tuple[str, ...]
    subject: str
    date: datetime | None
    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    text: str
    reply: str
    quoted: str
    signature: str
    html: str
    remote_images: bool
    attachments: tuple[Attachment, ...]
    calendar: tuple[CalendarPart, ...]
    automatic: bool
    automatic_reasons: tuple[str, ...]
    bounce: Bounce | None
    encrypted: Protection | None
    signed: Protection | None
    authentication: AuthResults
    headers: tuple[tuple[str, str], ...]
    defects: tuple[Defect, ...]

    def header(self, name: str) -> str | None:
        """The first header of this name (any letter case), or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)
