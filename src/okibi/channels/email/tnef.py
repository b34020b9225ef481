"""winmail.dat: Outlook's own wrapping of a mail (MS-OXTNEF), opened into its body and its files.

A reader of our own, because the mails that matter here carry Cyrillic names in one-byte charsets and compressed RTF,
and because a crafted file must cost linear time: every length is checked against what is left.
"""

import struct
from dataclasses import dataclass, field

from okibi.channels.email.charsets import decode

SIGNATURE = 0x223E9F78
MAX_FILES = 500

_BODY, _TITLE, _DATA, _RENDERING, _MAPI, _ATTACHMENT, _CODEPAGE = 0x800C, 0x8010, 0x800F, 0x9002, 0x9003, 0x9005, 0x9007
_BODY_TEXT, _BODY_RTF, _BODY_HTML = 0x1000, 0x1009, 0x1013
_FILE_NAME, _LONG_NAME, _MIME_TYPE, _CONTENT_ID, _DATA_OBJECT, _DISPLAY = 0x3704, 0x3707, 0x370E, 0x3712, 0x3701, 0x3001
_INTERNET_CODEPAGE = 0x3FDE
_FIXED = {0x01: 4, 0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_MULTIPLE = 0x1000


@dataclass(slots=True)
class TnefFile:
    """A file of a winmail.dat; any of its words may be empty."""

    name: str = ""
    type: str = ""
    content_id: str = ""
    content: bytes = b""


@dataclass(slots=True)
class Tnef:
    """An opened winmail.dat: the bodies that it has (RTF already decompressed) and its files."""

    text: str = ""
    html: str = ""
    rtf: bytes = b""
    files: list[TnefFile] = field(default_factory=list)


def open_tnef(data: bytes) -> Tnef | None:
    """The content of a winmail.dat, as far as it can be read; None when the bytes are no TNEF at all."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != SIGNATURE:
        return None
    found = Tnef()
    charset = "cp1251"
    current: TnefFile | None = None
    position = 6
    while position + 9 <= len(data):
        _, attribute, _, length = struct.unpack_from("<BHHI", data, position)
        if position + 9 + length > len(data):
            length = len(data) - position - 9
        value = memoryview(data)[position + 9 : position + 9 + length]
        position += 9 + length + 2
        if attribute == _CODEPAGE and length >= 4:
            charset = f"cp{struct.unpack_from('<I', value)[0]}"
        elif attribute == _RENDERING:
            if len(found.files) >= MAX_FILES:
                break
            current = TnefFile()
            found.files.append(current)
        elif attribute == _BODY and not found.text:
            found.text = _string(bytes(value), charset)
        elif attribute == _MAPI:
            _read_body(found, _properties(bytes(value)), charset)
        elif current is not None:
            _read_file(current, attribute, bytes(value), charset)
    found.files = [one for one in found.files if one.content or one.name]
    return found


def _read_file(file: TnefFile, attribute: int, value: bytes, charset: str) -> None:
    if attribute == _TITLE:
        file.name = file.name or _string(value, charset)
    elif attribute == _DATA:
        file.content = value
    elif attribute == _ATTACHMENT:
        properties = _properties(value)
        for key in (_LONG_NAME, _FILE_NAME, _DISPLAY):
            name = _property_text(properties.get(key), charset)
            if name:
                file.name = name
                break
        file.type = _property_text(properties.get(_MIME_TYPE), charset)
        file.content_id = _property_text(properties.get(_CONTENT_ID), charset)
        embedded = properties.get(_DATA_OBJECT)
        if embedded is not None and not file.content:
            file.content = embedded[1][16:]  # the first 16 bytes are the id of an interface


def _read_body(found: Tnef, properties: dict[int, tuple[int, bytes]], charset: str) -> None:
    codepage = properties.get(_INTERNET_CODEPAGE)
    if codepage is not None and len(codepage[1]) >= 4:
        number = struct.unpack_from("<I", codepage[1])[0]
        charset = {65001: "utf-8", 20866: "koi8-r", 28595: "iso-8859-5"}.get(number, f"cp{number}")
    found.text = found.text or _property_text(properties.get(_BODY_TEXT), charset)
    found.html = found.html or _property_text(properties.get(_BODY_HTML), charset)
    compressed = properties.get(_BODY_RTF)
    if compressed is not None:
        found.rtf = decompress_rtf(compressed[1])


def _string(value: bytes, charset: str) -> str:
    return decode(value.rstrip(b"\0"), charset).text.replace("\0", "")


def _property_text(value: tuple[int, bytes] | None, charset: str) -> str:
    if value is None:
        return ""
    kind, data = value
    return data.decode("utf-16-le", "replace").rstrip("\0") if kind == _UNICODE else _string(data, charset)


def _properties(data: bytes) -> dict[int, tuple[int, bytes]]:
    """MAPI properties by id: (type, first value). Stops at the first thing that doesn't fit."""
    found: dict[int, tuple[int, bytes]] = {}
    if len(data) < 4:
        return found
    count, position = struct.unpack_from("<I", data)[0], 4
    try:
        for _ in range(min(count, 5000)):
            kind, key = struct.unpack_from("<HH", data, position)
            position += 4
            if key & 0x8000:
                position = _skip_name(data, position)
            values, position = _values(data, position, kind)
            if values:
                found.setdefault(key, (kind & ~_MULTIPLE, values[0]))
    except (struct.error, ValueError):
        return found
    return found


def _skip_name(data: bytes, position: int) -> int:
    named = struct.unpack_from("<I", data, position + 16)[0]
    if named == 0:
        return position + 24
    length: int = struct.unpack_from("<I", data, position + 20)[0]
    return position + 24 + length + (-length % 4)


def _values(data: bytes, position: int, kind: int) -> tuple[list[bytes], int]:
    """The values of a property and the offset after them. Raises ValueError on an unknown type or a wrong length."""
    base = kind & ~_MULTIPLE
    variable = base in (_STRING, _UNICODE, _OBJECT, _BINARY)
    count = 1
    if variable or kind & _MULTIPLE:
        count = struct.unpack_from("<I", data, position)[0]
        position += 4
    values = []
    for _ in range(min(count, 1000)):
        if variable:
            length = struct.unpack_from("<I", data, position)[0]
            position += 4
        elif base in _FIXED:
            length = _FIXED[base]
        else:
            raise ValueError(kind)
        if position + length > len(data):
            raise ValueError(length)
        values.append(data[position : position + length])
        position += length + (-length % 4)
    return values, position


_RTF_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_MAX_RTF = 20_000_000


def decompress_rtf(data: bytes) -> bytes:
    """Compressed RTF (MS-OXRTFCP) as plain RTF; what can be read of it when it is damaged."""
    if len(data) < 16:
        return b""
    raw_size, method = struct.unpack_from("<I4s", data, 4)
    if method == b"MELA":
        return data[16 : 16 + raw_size]
    return _Lzfu(data).run() if method == b"LZFu" else b""


class _Lzfu:
    """The dictionary coder: each flag byte says of eight runs whether they are a letter or a copy from the window."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.window = bytearray(_RTF_START.ljust(4096, b"\0"))
        self.write = len(_RTF_START)
        self.out = bytearray()
        self.position = 16

    def run(self) -> bytes:
        data = self.data
        while self.position < len(data) and len(self.out) < _MAX_RTF:
            flags = data[self.position]
            self.position += 1
            for bit in range(8):
                if self.position + (flags >> bit & 1) >= len(data) or not self._run(copy=bool(flags >> bit & 1)):
                    return bytes(self.out)
        return bytes(self.out)

    def _run(self, *, copy: bool) -> bool:
        """Takes one run; False at the end mark."""
        if not copy:
            self._put(self.data[self.position])
            self.position += 1
            return True
        reference = self.data[self.position] << 8 | self.data[self.position + 1]
        self.position += 2
        offset = reference >> 4
        if offset == self.write:
            return False
        for step in range((reference & 0xF) + 2):
            self._put(self.window[(offset + step) & 0xFFF])
        return True

    def _put(self, byte: int) -> None:
        self.out.append(byte)
        self.window[self.write] = byte
        self.write = (self.write + 1) & 0xFFF
