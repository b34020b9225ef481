"""Parameters of Content-Type and Content-Disposition (RFC 2045, 2231), and what mail programs make of them."""

import re
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import unquote_to_bytes

from okibi.channels.email.charsets import decode
from okibi.channels.email.defects import Defects
from okibi.channels.email.headers import HeaderDecoder, unfold

MAX_LENGTH = 8192
_PARAMETER = re.compile(r';\s*([^=;\s"]{1,100})\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)', re.DOTALL)
_TYPE = re.compile(r"\s*([A-Za-z0-9!#$&^_.+-]+)\s*/\s*([A-Za-z0-9!#$&^_.+-]+)")
_SECTION = re.compile(r"^(.+?)\*(\d{1,3})(\*?)$")
_PERCENT = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]")


@dataclass(slots=True)
class Parameters:
    """The value before the first semicolon in lower case, and the parameters by lower-case name, still raw."""

    value: str
    raw: dict[str, str] = field(default_factory=dict)

    def plain(self, name: str) -> str:
        return self.raw.get(name, "").strip()


def read_parameters(header: str | None) -> Parameters:
    """The parts of a header value; anything that can't be understood is left out."""
    text = unfold(header or "")[:MAX_LENGTH]
    value = text.partition(";")[0].strip().lower()
    raw: dict[str, str] = {}
    if ";" in text:
        for match in _PARAMETER.finditer(text[text.index(";") :]):
            raw.setdefault(match[1].lower(), _unquote(match[2].strip()))
    return Parameters(value, raw)


def media_type(parameters: Parameters, default: str) -> str:
    """``type/subtype`` in lower case; ``default`` when the header is missing or makes no sense."""
    match = _TYPE.match(parameters.value)
    if match:
        return f"{match[1]}/{match[2]}"
    if parameters.value == "text":  # RFC 1049, still sent
        return "text/plain"
    return default


def _unquote(value: str) -> str:
    if value.startswith('"'):
        inner = value[1:-1] if len(value) > 1 and value.endswith('"') else value[1:]
        # Windows programs don't escape the backslashes of their paths; only quotes and backslashes are.
        return re.sub(r'\\(["\\])', r"\1", inner)
    return value


def decoded(parameters: Parameters, name: str, decoder: HeaderDecoder, defects: Defects) -> str:
    """The text of a parameter by RFC 2231, RFC 2047 (not allowed here, but usual), percent signs or raw bytes."""
    extended = _extended(parameters.raw, name, decoder.hint, defects)
    if extended:
        return extended
    value = parameters.raw.get(name, "")
    if "=?" in value:
        return decoder.words(value)
    if _PERCENT.search(value):
        try:
            return unquote_to_bytes(value.encode("utf-8", "surrogateescape")).decode("utf-8")
        except UnicodeError:
            pass
    return decoder.raw(value)


def _extended(raw: dict[str, str], name: str, hint: str | None, defects: Defects) -> str:
    sections: dict[int, tuple[str, bool]] = {}
    for key, value in raw.items():
        if not key.startswith(name + "*"):
            continue
        if key == name + "*":
            return _from_bytes([(value, True)], hint, defects)
        match = _SECTION.match(key)
        if match and match[1] == name:
            sections.setdefault(int(match[2]), (value, bool(match[3])))
    if not sections:
        return ""
    numbers = sorted(sections)
    if numbers != list(range(len(numbers))):
        defects.add("bad_parameter", name)
    return _from_bytes([sections[number] for number in numbers], hint, defects)


def _from_bytes(sections: list[tuple[str, bool]], hint: str | None, defects: Defects) -> str:
    """Bytes of all sections first, then the charset: a section may end in the middle of a character."""
    first, encoded = sections[0]
    charset, quotes, rest = first.split("'", 2) if first.count("'") >= 2 else ("", "", first)
    if not encoded or not re.fullmatch(r"[A-Za-z0-9_:.+-]*", charset) or len(quotes) > 35:
        charset, rest = "", first
    parts = [(rest, encoded), *sections[1:]]
    data = b"".join(
        unquote_to_bytes(joined) if percent else joined
        for percent, run in groupby(parts, key=lambda part: part[1])  # some programs cut within "%D0"
        for joined in ["".join(text for text, _ in run).encode("utf-8", "surrogateescape")]
    )
    found = decode(data, charset or None, hint)
    defects.add(found.defect if charset else None, charset)
    if "=?" in found.text:  # both ways at once
        return HeaderDecoder(hint, defects).words(found.text)
    return found.text
