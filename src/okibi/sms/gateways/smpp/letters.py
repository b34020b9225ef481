"""A text as a message centre's bytes and back: alphabets, segments, their headers. Pure.

Sources: 3GPP TS 23.038 §6.2.1 (letters), §4 (coding), TS 23.040 §9.2.3.24 (header); SMPP 3.4 §5.2.19, §5.3.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from smpp34 import Tlv

from okibi.policy.sms_text import SmsAlphabet, measure
from okibi.sms.gateways.smpp.pdu import PAYLOAD, SAR_MARK, SAR_NUMBER, SAR_TOTAL

ESCAPE = 0x1B
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€",
}  # fmt: skip
_BYTE_OF = {letter: bytes((code,)) for code, letter in enumerate(BASIC)} | {
    letter: bytes((ESCAPE, code)) for code, letter in EXTENDED.items()
}
HAS_HEADER = 0x40  # esm_class
DEFAULT, ASCII, LATIN1, UCS2 = 0, 1, 3, 8
CODECS = {ASCII: "ascii", LATIN1: "latin-1", 6: "iso8859-5", 7: "iso8859-8", UCS2: "utf-16-be"}
MOST_PARTS = 255
LONE, OF_MANY = 70, 67  # UTF-16 units


@dataclass(frozen=True, slots=True)
class Part:
    """One ``submit_sm`` of an SMS: its bytes, how they are coded, what stands beside them."""

    data: bytes
    coding: int
    esm_class: int = 0
    tlvs: tuple[tuple[int, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Which segment of how many this is; ``mark``: what the segments have in common."""

    mark: str
    number: int
    of: int


def parts(text: str, *, alphabet: str, long: str, mark: int) -> tuple[Part, ...]:
    """A text as its ``submit_sm``s. ``alphabet``: gsm7, latin1, ucs2, how texts of GSM letters are written.

    ``long``: udh, sar or payload, how several segments are. ``mark``: 0…65535, other than those of a moment ago.
    """
    coding, pieces = _coded(text, alphabet)
    if len(pieces) == 1:
        return (Part(pieces[0], coding),)
    if long == "payload":
        return (Part(b"", coding, tlvs=((PAYLOAD, b"".join(pieces)),)),)
    count = len(pieces)
    if long == "sar":
        total = (SAR_TOTAL, bytes((count,)))
        return tuple(
            Part(piece, coding, tlvs=(
                (SAR_MARK, mark.to_bytes(2, "big")), total, (SAR_NUMBER, bytes((number,))),
            ))
            for number, piece in enumerate(pieces, start=1)
        )  # fmt: skip
    return tuple(
        Part(bytes((5, 0, 3, mark & 0xFF, count, number)) + piece, coding, HAS_HEADER)
        for number, piece in enumerate(pieces, start=1)
    )


def _coded(text: str, alphabet: str) -> tuple[int, list[bytes]]:
    measured = measure(text)
    if measured.alphabet is SmsAlphabet.GSM7 and alphabet == "gsm7":
        return DEFAULT, [gsm7(segment) for segment in measured.segments]
    if measured.alphabet is SmsAlphabet.GSM7 and alphabet == "latin1" and _is_latin1(text):
        return LATIN1, [segment.encode("latin-1") for segment in measured.segments]
    return UCS2, [piece.encode("utf-16-be") for piece in _ucs2(text)]


def _is_latin1(text: str) -> bool:
    return all(ord(letter) < 256 for letter in text)


def _ucs2(text: str) -> list[str]:
    """Cut at 70 or 67 units; a pair of units that is one sign is never parted."""
    units = [len(letter.encode("utf-16-be")) // 2 for letter in text]
    if sum(units) <= LONE:
        return [text]
    pieces, start, used = [], 0, 0
    for place, size in enumerate(units):
        if used + size > OF_MANY:
            pieces.append(text[start:place])
            start, used = place, 0
        used += size
    return [*pieces, text[start:]]


def gsm7(text: str) -> bytes:
    """Letters of the default alphabet, one to an octet. Raises KeyError for others."""
    return b"".join(_BYTE_OF[letter] for letter in text)


def from_gsm7(data: bytes) -> str:
    """An octet without a letter becomes a space, as telephones show it."""
    found, escaped = [], False
    for code in data:
        if escaped:
            found.append(EXTENDED.get(code, BASIC[code & 0x7F]))
        elif code != ESCAPE:
            found.append(BASIC[code] if code < len(BASIC) else " ")
        escaped = not escaped and code == ESCAPE
    return "".join(found)


def text_of(data: bytes, coding: int, alphabet: str) -> str:
    """What bytes say; ``alphabet``: what this message centre's default (coding 0) is."""
    coding = _plain(coding)
    if coding in CODECS:
        return data.decode(CODECS[coding], "replace")
    if coding == DEFAULT:
        return from_gsm7(data) if alphabet != "latin1" else data.decode("latin-1")
    return data.decode("latin-1")


def _plain(coding: int) -> int:
    """The alphabet of a coding that also says a class (TS 23.038 §4: 0x00…0x3F and 0xF0…0xFF)."""
    if coding >= 0xF0:
        return 2 if coding & 0x04 else DEFAULT
    if 0x10 <= coding < 0x40:
        return {0x00: DEFAULT, 0x04: 2, 0x08: UCS2}.get(coding & 0x0C, DEFAULT)
    return coding


def opened(data: bytes, esm_class: int, tlvs: Mapping[int, bytes]) -> tuple[bytes, Place | None]:
    """The bytes of the text, and which segment they are, by the header or by optional fields."""
    data = data or tlvs.get(PAYLOAD, b"")
    place = _by_fields(tlvs)
    if esm_class & HAS_HEADER and data and data[0] < len(data):
        header, data = data[1 : data[0] + 1], data[data[0] + 1 :]
        place = _by_header(header) or place
    return data, place


def _by_fields(tlvs: Mapping[int, bytes]) -> Place | None:
    mark, of, number = (int.from_bytes(tlvs.get(tag, b"")[:8], "big") for tag in (SAR_MARK, SAR_TOTAL, SAR_NUMBER))
    return Place(f"sar:{mark}", number, of) if 1 < of <= MOST_PARTS and 1 <= number <= of else None


def _by_header(header: bytes) -> Place | None:
    at = 0
    while at + 2 <= len(header):
        kind, size = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + size]
        if (kind, len(value)) in {(0x00, 3), (0x08, 4)}:
            of, number = value[-2], value[-1]
            return Place(f"{kind}:{int.from_bytes(value[:-2], 'big')}", number, of) if 1 <= number <= of > 1 else None
        at += 2 + size
    return None


def as_tlvs(given: tuple[tuple[int, bytes], ...]) -> list[Tlv]:
    return [Tlv(tag, value) for tag, value in given]
