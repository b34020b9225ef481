"""Which ticket a message belongs to: by its references, its address, or the number in its subject.

Never by the words of a subject: "Re: ошибка" is everybody's subject. And a number that anybody can guess counts only
together with a sender who takes part in that ticket. Sources: RFC 5322 §3.6.4, RFC 5233.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence

_NUMBER = r"\d{2}-\d{6}"
_TICKET_NUMBER = re.compile(_NUMBER, re.ASCII)
_IN_SUBJECT = re.compile(rf"(?<![\w\-./])(?:\[\s*#?|#|№\s?)?(?P<number>{_NUMBER})(?![\w]|[\-./]\d)", re.ASCII)
_MESSAGE_ID = re.compile(
    rf"<?t\.(?P<number>{_NUMBER})\.(?P<random>[A-Za-z0-9_\-]{{8,64}})@[^\s<>@]{{1,255}}>?", re.ASCII
)
_TOKEN = re.compile(r"[a-z0-9]{8,64}", re.ASCII)
_LAST_SERIAL = 999_999


class ThreadingError(InputError):
    """A number, token or address can't be made from these values."""

    code = "threading"


def _wrong(what: str) -> ThreadingError:
    return ThreadingError(Sentence(f"Недопустимое значение: {what}.", f"Not a valid value: {what}."))


def ticket_number(year: int, serial: int) -> str:
    """The number of the ``serial``-th ticket (1…999999) of a year (four digits): "26-001042". Raises ThreadingError."""
    if not 2000 <= year <= 2099 or not 1 <= serial <= _LAST_SERIAL:
        raise _wrong(f"{year}, {serial}")
    return f"{year % 100:02}-{serial:06}"


def is_ticket_number(text: str) -> bool:
    return bool(_TICKET_NUMBER.fullmatch(text))


def message_id(number: str, random: str, domain: str) -> str:
    """Our Message-ID for a message of a ticket; ``random``: 8–64 letters, digits, "-", "_". Raises ThreadingError."""
    made = f"<t.{number}.{random}@{domain}>"
    if not _MESSAGE_ID.fullmatch(made):
        raise _wrong(made)
    return made


def number_of_message_id(text: str) -> str | None:
    """The ticket number in a Message-ID of our form, whoever made it."""
    match = _MESSAGE_ID.fullmatch(text.strip())
    return match["number"] if match else None


def plus_address(base: str, token: str) -> str:
    """The reply address of a ticket: support+t-<token>@domain. Raises ThreadingError."""
    local, at, domain = base.rpartition("@")
    if not at or not local or not domain or not _TOKEN.fullmatch(token):
        raise _wrong(f"{base}, {token}")
    return f"{local}+t-{token}@{domain}"


def token_of_address(address: str) -> str | None:
    """The token in an address of ours; mail programs may have changed the case of its letters."""
    local = address.strip().strip("<>").rpartition("@")[0].lower()
    _, plus, token = local.rpartition("+t-")
    return token if plus and _TOKEN.fullmatch(token) else None


def numbers_in_subject(subject: str) -> tuple[str, ...]:
    """The ticket numbers in a subject, in order, each once: "[26-001042]", "#26-001042", "26-001042"."""
    return tuple(dict.fromkeys(match["number"] for match in _IN_SUBJECT.finditer(subject)))


@dataclass(frozen=True, slots=True)
class MessageHeaders:
    """What of a message tells where it belongs. Addresses are bare ("anna@example.org"); ids with their brackets."""

    sender: str
    recipients: tuple[str, ...] = ()
    subject: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


class ThreadLookup(Protocol):
    """What threading asks of the store. Every method answers a ticket's number or nothing."""

    def ticket_of_message(self, message_id: str) -> str | None:
        """The ticket that holds a message with this Message-ID, in or out."""

    def ticket_of_token(self, token: str) -> str | None:
        """The ticket whose reply address carries this token."""

    def is_participant(self, number: str, address: str) -> bool:
        """Whether a ticket of that number exists and this address takes part in it."""


class ThreadGround(StrEnum):
    """Why a message belongs to a ticket, the strongest first."""

    REFERENCE = "reference"  # it answers a message that is on record
    ADDRESS = "address"  # it came to the ticket's own address
    OUR_MESSAGE_ID = "our_message_id"  # it answers an id of our form that is no longer on record; participants only
    SUBJECT_NUMBER = "subject_number"  # its subject has the number; participants only


@dataclass(frozen=True, slots=True)
class ThreadMatch:
    """A ticket that the message may belong to. ``participant``: the sender takes part in it already.

    A sender's address can be forged: a match puts the message on the ticket, it never shows anything to its sender.
    """

    number: str
    ground: ThreadGround
    participant: bool


def _candidates(message: MessageHeaders, lookup: ThreadLookup) -> Iterator[tuple[str, ThreadGround]]:
    # The direct parent speaks first, then the thread from its newest message to its oldest.
    ids = tuple(dict.fromkeys((*message.in_reply_to, *reversed(message.references))))
    for each in ids:
        if number := lookup.ticket_of_message(each):
            yield number, ThreadGround.REFERENCE
    for address in message.recipients:
        token = token_of_address(address)
        if token and (number := lookup.ticket_of_token(token)):
            yield number, ThreadGround.ADDRESS
    for each in ids:
        number = number_of_message_id(each)
        if number and lookup.is_participant(number, message.sender):
            yield number, ThreadGround.OUR_MESSAGE_ID
    for number in numbers_in_subject(message.subject):
        if lookup.is_participant(number, message.sender):
            yield number, ThreadGround.SUBJECT_NUMBER


def find_threads(message: MessageHeaders, lookup: ThreadLookup) -> tuple[ThreadMatch, ...]:
    """Every ticket that the message may belong to, the best first, each once with its strongest ground."""
    found: dict[str, ThreadMatch] = {}
    for number, ground in _candidates(message, lookup):
        if number not in found:
            found[number] = ThreadMatch(number, ground, lookup.is_participant(number, message.sender))
    return tuple(found.values())


def find_thread(message: MessageHeaders, lookup: ThreadLookup) -> ThreadMatch | None:
    """The ticket that the message belongs to, or nothing: then it opens a new one."""
    return next(iter(find_threads(message, lookup)), None)
