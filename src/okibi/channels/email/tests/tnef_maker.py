"""Makes a winmail.dat (MS-OXTNEF) for tests: the few attributes that Outlook always writes."""

import struct

from okibi.channels.email.tnef import SIGNATURE


def _attribute(level: int, name: int, kind: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, kind, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def _property(kind: int, key: int, value: bytes) -> bytes:
    padded = value + b"\0" * (-len(value) % 4)
    return struct.pack("<HHII", kind, key, 1, len(value)) + padded


def properties(*items: tuple[int, int, bytes]) -> bytes:
    """A MAPI block of (type, id, value) of variable length."""
    return struct.pack("<I", len(items)) + b"".join(_property(*item) for item in items)


def attachment(title: bytes, content: bytes, long_name: str = "") -> bytes:
    """The attributes of one file."""
    made = _attribute(2, 0x9002, 6, b"\1\0" + b"\0" * 12) + _attribute(2, 0x8010, 1, title + b"\0")
    made += _attribute(2, 0x800F, 6, content)
    if long_name:
        made += _attribute(2, 0x9005, 6, properties((0x1F, 0x3707, (long_name + "\0").encode("utf-16-le"))))
    return made


def winmail(*attributes: bytes, mapi: bytes = b"", codepage: int = 1251) -> bytes:
    """A whole winmail.dat."""
    head = struct.pack("<IH", SIGNATURE, 1)
    head += _attribute(1, 0x9006, 8, struct.pack("<I", 0x10000)) + _attribute(
        1, 0x9007, 6, struct.pack("<II", codepage, 0)
    )
    return head + (_attribute(1, 0x9003, 6, mapi) if mapi else b"") + b"".join(attributes)


def stored_rtf(rtf: bytes) -> bytes:
    """RTF in the uncompressed form of MS-OXRTFCP."""
    return struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf
