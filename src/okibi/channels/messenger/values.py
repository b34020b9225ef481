"""What came by a messenger, in words that no messenger owns. Pure values: no Django, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class MessageType(StrEnum):
    """What a message is made of."""

    TEXT = "text"
    IMAGE = "image"
    DOCUMENT = "document"
    AUDIO = "audio"
    VIDEO = "video"
    STICKER = "sticker"
    CONTACTS = "contacts"
    LOCATION = "location"
    BUTTON = "button"
    CALL = "call"
    UNSUPPORTED = "unsupported"


class DeliveryState(StrEnum):
    """What became of a message of ours, as the other side tells it; ``rank`` says which is further."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class Network(StrEnum):
    """Where a person has their user id, whatever vendor carries the messages."""

    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    MAX = "max"
    OTHER = "other"  # Wazzup carries more networks than these


@dataclass(frozen=True, slots=True)
class Media:
    """A file that a message names; its bytes are fetched later.

    ``sha256``: hex, as the sender declared it, or "". ``size``: bytes, or None where nobody said. ``id`` is the
    vendor's, ``url`` a direct address where there is one.
    """

    kind: MessageType
    name: str
    type: str
    id: str = ""
    url: str = ""
    sha256: str = ""
    size: int | None = None

    def to_json(self) -> dict[str, str | int | None]:
        return {"kind": self.kind.value, "name": self.name, "type": self.type, "id": self.id, "url": self.url,
                "sha256": self.sha256, "size": self.size}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody whom a message names: numbers as E.164 where they are numbers, else as written."""

    name: str
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A point in degrees (WGS 84), None where only words were given."""

    latitude: float | None = None
    longitude: float | None = None
    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Wordless:
    """A part of a message that nobody wrote in words; ``messenger.words`` says it in the reader's language.

    ``name``: of a file, where its sender gave one. ``body`` of the message stands beside it, not in it.
    """

    kind: MessageType
    name: str = ""
    voice: bool = False
    place: Place | None = None
    card: Card | None = None

    def to_json(self) -> dict[str, object]:
        """Only what is said; :meth:`from_json` reads it."""
        found: dict[str, object] = {"kind": self.kind.value}
        if self.name:
            found["name"] = self.name
        if self.voice:
            found["voice"] = True
        if self.place is not None:
            place = self.place
            found["place"] = [place.latitude, place.longitude, place.name, place.address]
        if self.card is not None:
            found["card"] = [self.card.name, *self.card.phones]
        return found

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Wordless":
        place, card = found.get("place"), found.get("card")
        return cls(
            MessageType(found["kind"]),
            found.get("name", ""),
            found.get("voice", False),
            Place(*place) if place else None,
            Card(card[0], tuple(card[1:])) if card else None,
        )


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Who is at the other end. ``e164`` ("+79000000001") or ``user_id`` may be "", never both.

    ``address`` is what the channel answers to; a number wins, because people know it.
    """

    network: Network
    address: str
    e164: str = ""
    user_id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """News of a message of ours. ``own_key``: what we gave it to carry, "" where the vendor carries nothing.

    ``window_closed``: it failed because the time in which one may write freely is over.
    """

    external_id: str
    state: DeliveryState
    at: datetime | None
    own_key: str = ""
    reason: str = ""
    window_closed: bool = False


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji on a message; "" takes it back."""

    target: str
    emoji: str


@dataclass(frozen=True, slots=True)
class Edit:
    """The sender wrote a message anew."""

    target: str
    text: str


@dataclass(frozen=True, slots=True)
class Revoke:
    """The sender took a message back."""

    target: str


@dataclass(frozen=True, slots=True)
class NumberChange:
    """The same account has another number now: E.164."""

    e164: str


@dataclass(frozen=True, slots=True)
class NumberProof:
    """The messenger itself says that this number (E.164) is the writer's own."""

    e164: str


@dataclass(frozen=True, slots=True)
class TemplateNews:
    """What became of a template: ``status`` in the vendor's word; ``owner``: the business account that has it."""

    owner: str
    name: str
    language: str
    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the service says and no ticket needs: kept, and no more. ``word`` names it."""

    word: str


Event = Delivery | Reaction | Edit | Revoke | NumberChange | TemplateNews | Notice


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a vendor pushed. With an ``event`` it is no message.

    ``echo``: the desk's own people wrote it, on the telephone; ``who`` is then the receiver. ``at`` is aware, or None
    where the vendor said nothing that is a time. ``context`` is the id of the message that this one answers.
    ``parts``: what is no words, ``body``: the words beside them; ``text`` is both, the parts in Russian.
    """

    who: Correspondent
    message_id: str = ""
    at: datetime | None = None
    kind: MessageType = MessageType.TEXT
    text: str = ""
    media: tuple[Media, ...] = ()
    context: str = ""
    forwarded: bool = False
    echo: bool = False
    event: Event | None = None
    proof: NumberProof | None = None
    parts: tuple[Wordless, ...] = ()
    body: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One event of a push, in the vendor's own shape, and the key by which a repeat is known.

    ``account``: the options that name the account it belongs to ({"phone_number_id": "1065…"}), where the push says so.
    """

    key: str
    document: Mapping[str, object]
    account: Mapping[str, str] = field(default_factory=dict)
