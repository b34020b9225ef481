"""GoIP's datagrams, read and written. Pure.

Sources: "GOIP SMS Interface" (DBL, 2014, and its second edition), the vendor's own server (goipcron, dosend.php).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

LONGEST = 3000  # bytes of a text, the vendor's own limit
NOTHING = frozenset({"", "(null)", "<NULL>", "NULL"})
_EVENT = re.compile(rb"([A-Za-z_]{1,32}):(-?\d{1,20});(.*)", re.DOTALL)
_ANSWER = re.compile(rb"([A-Za-z_]{1,32}) (-?\d{1,20})(?: (.*))?", re.DOTALL)
_NUMBER = re.compile(r"\+?\d{3,20}")
_USSD = re.compile(r"[0-9*#+]{1,40}")


@dataclass(frozen=True, slots=True)
class Event:
    """What a device tells by itself: ``VERB:id;key:value;…``. The id may be negative: its clock was never set."""

    verb: str
    id: str
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def line(self) -> str:
        return self.fields.get("id", "")

    @property
    def password(self) -> str:
        return self.fields.get("password", self.fields.get("pass", ""))


@dataclass(frozen=True, slots=True)
class Answer:
    """A word in a session that we began: ``VERB id rest``."""

    verb: str
    id: str
    rest: str = ""

    @property
    def words(self) -> list[str]:
        return self.rest.split()


def read(data: bytes) -> Event | Answer | None:
    """One datagram; None for what is neither."""
    if match := _EVENT.match(data):
        return Event(match[1].decode("ascii"), match[2].decode("ascii"), _fields(match[3]))
    if match := _ANSWER.match(data):
        rest = (match[3] or b"").decode("utf-8", "replace").rstrip("\r\n\x00")
        return Answer(match[1].decode("ascii"), match[2].decode("ascii"), rest)
    return None


def _fields(body: bytes) -> dict[str, str]:
    """Keys and values, cut at ``;`` and the first ``:``. ``msg`` is last and takes everything: ``;``, ``:``, lines."""
    text = body.decode("utf-8", "replace").rstrip("\x00")
    head, sep, words = text.partition("msg:") if text.startswith("msg:") else text.partition(";msg:")
    found: dict[str, str] = {}
    for piece in head.strip("\r\n").split(";"):
        key, colon, value = piece.partition(":")
        if colon and key.strip():
            found[key.strip()] = "" if value.strip() in NOTHING else value.strip()
    if sep:
        found["msg"] = words
    return found


def message(session: int, text: str) -> bytes:
    """MSG, its length in bytes of UTF-8. Raises ValueError for a text over the device's limit."""
    raw = text.encode()
    if len(raw) > LONGEST:
        raise ValueError(f"{len(raw)} bytes, at most {LONGEST}")
    return b"MSG %d %d %s\n" % (session, len(raw), raw)


def password(session: int, secret: str) -> bytes:
    return f"PASSWORD {session} {_one_line(secret)}\n".encode()


def send(session: int, recipient: int, number: str) -> bytes:
    """Raises ValueError for what is no number: nothing else may get into a command."""
    if not _NUMBER.fullmatch(number):
        raise ValueError(f"no number: {number!r}"[:60])
    return f"SEND {session} {recipient} {number}\n".encode()


def done(session: int) -> bytes:
    return f"DONE {session}\n".encode()


def ussd(session: int, secret: str, code: str) -> bytes:
    """No newline at its end: it would leak into the code. Raises ValueError for what is no code."""
    if not _USSD.fullmatch(code):
        raise ValueError(f"no USSD code: {code!r}"[:60])
    return f"USSD {session} {_one_line(secret)} {code}".encode()


def ussd_exit(session: int, secret: str) -> bytes:
    return f"USSDEXIT {session} {_one_line(secret)}".encode()


def registered(event_id: str, status: int) -> bytes:
    """The answer to ``req``: 200 well, 404 an unknown line or a wrong password."""
    return f"reg:{event_id};status:{status};".encode()


def acknowledged(event: Event) -> bytes:
    return f"{event.verb} {event.id} OK\n".encode()


def refused(event: Event) -> bytes:
    return f"{event.verb} {event.id} ERROR not find this id:{event.line[:64]}, or password error\n".encode()


def _one_line(text: str) -> str:
    return re.sub(r"[\r\n\x00]", "", text)
