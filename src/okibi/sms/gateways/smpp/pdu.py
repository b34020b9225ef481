"""SMPP 3.4's packets, as far as smpp34 leaves them to us: headers, binds, answers. Pure.

``submit_sm`` and ``deliver_sm`` are smpp34's. Its client is not used: it acknowledges what came before we stored it.
"""

import struct
from dataclasses import dataclass

HEADER = struct.Struct(">IIII")
LONGEST = 64 * 1024
RESPONSE = 0x80000000
GENERIC_NACK, BIND_RECEIVER, BIND_TRANSMITTER = RESPONSE, 0x01, 0x02
SUBMIT_SM, DELIVER_SM, UNBIND, BIND_TRANSCEIVER, ENQUIRE_LINK, ALERT = 0x04, 0x05, 0x06, 0x09, 0x15, 0x102
VERSION = 0x34
# optional fields, SMPP 3.4 §5.3.2
RECEIPTED_ID, MESSAGE_STATE, PAYLOAD = 0x001E, 0x0427, 0x0424
SAR_MARK, SAR_TOTAL, SAR_NUMBER = 0x020C, 0x020E, 0x020F
OK, UNKNOWN_COMMAND, NOT_NOW, NEVER = 0x00, 0x03, 0x64, 0x66
BINDS = {"transceiver": BIND_TRANSCEIVER, "transmitter": BIND_TRANSMITTER, "receiver": BIND_RECEIVER}


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet; ``raw`` is all of it."""

    command: int
    status: int
    sequence: int
    raw: bytes

    @property
    def body(self) -> bytes:
        return self.raw[HEADER.size :]

    @property
    def is_answer(self) -> bool:
        return bool(self.command & RESPONSE)


def read(raw: bytes) -> Packet:
    """A whole packet; its body may be anything."""
    _, command, status, sequence = HEADER.unpack_from(raw)
    return Packet(command, status, sequence, raw)


def packet(command: int, sequence: int, status: int = 0, body: bytes = b"") -> bytes:
    return HEADER.pack(HEADER.size + len(body), command, status, sequence) + body


def bind(how: str, sequence: int, system_id: str, password: str, system_type: str) -> bytes:
    """Raises UnicodeEncodeError for what is not ASCII."""
    names = b"".join(each.encode("ascii") + b"\x00" for each in (system_id, password, system_type))
    return packet(BINDS[how], sequence, body=names + bytes((VERSION, 0, 0)) + b"\x00")


def answer(to: Packet, status: int = OK) -> bytes:
    """A ``deliver_sm_resp`` has an empty message id; other answers have no body."""
    body = b"\x00" if to.command == DELIVER_SM else b""
    return packet(to.command | RESPONSE, to.sequence, status, body)


def message_id(of: Packet) -> str:
    """Of a ``submit_sm_resp``: up to its NUL, or all where a device leaves that out (GoIP's binds do)."""
    return of.body.split(b"\x00", 1)[0].decode("latin-1").strip()
