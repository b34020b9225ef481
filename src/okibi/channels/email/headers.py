"""The header block of a mail or a part: names and raw values, unfolded, and their decoding into text (RFC 5322, 2047).

Raw 8-bit bytes travel as surrogate escapes inside ``str`` until a charset is found for them, so that a value can be cut
into tokens before anyone knows what its bytes mean.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from okibi.channels.email.charsets import charset_name, decode, rejoined_utf8
from okibi.channels.email.defects import Defects

MAX_HEADERS = 2000
MAX_VALUE = 100_000  # bytes of one value that are read

_NAME = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_FOLD = re.compile(r"\r?\n(?=[ \t])|\r(?=[ \t])")
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^\n]*?)(?:\?=|\??$)")
_SURROGATES = re.compile("[\udc80-\udcff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ufeff]")
_HALVES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\r\n\x0b\x0c\u00a0\u2028\u2029]+")

RawHeaders = list[tuple[str, str]]


@dataclass(slots=True)
class HeaderBlock:
    """Headers in their order, values unfolded and still raw; ``body`` is the offset where the body begins."""

    headers: RawHeaders
    body: int

    def first(self, name: str) -> str | None:
        """The first value of a lower-case name."""
        return next((value for key, value in self.headers if key == name), None)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


def read_headers(raw: bytes, start: int, end: int, defects: Defects) -> HeaderBlock:
    """The header block of ``raw[start:end]``. A block that begins with no header at all is a body without any."""
    headers: RawHeaders = []
    position = start
    for line_start, line_end, text in _lines(raw, start, end):
        position = line_end
        if not text:
            return HeaderBlock(headers, line_end)
        if text[0] in b" \t" and headers:
            if len(headers) <= MAX_HEADERS:
                _continue(headers, text, defects)
            continue
        match = _NAME.match(text)
        if match is None:
            if text.startswith((b"From ", b">From ")) and not headers:
                defects.add("mbox_line")
                continue
            if headers and _looks_like_header(raw, line_end, end):
                defects.add("bad_header_line", text[:60].decode("ascii", "replace"))
                continue
            defects.add("missing_header_end" if headers else "no_headers")
            return HeaderBlock(headers, line_start)
        if len(headers) < MAX_HEADERS:
            name = text[: match.end() - 1].rstrip().decode("ascii").lower()
            headers.append((name, _text(text[match.end() :])))
        else:
            defects.add("too_many_headers")
    return HeaderBlock(headers, position)


def _lines(raw: bytes, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
    """(start, end with its break, content) of each line."""
    position = start
    while position < end:
        stop = raw.find(b"\n", position, end)
        after = end if stop < 0 else stop + 1
        yield position, after, raw[position:after].rstrip(b"\r\n")
        position = after


def _looks_like_header(raw: bytes, position: int, end: int) -> bool:
    return _NAME.match(raw, position, min(end, position + 300)) is not None


def _continue(headers: RawHeaders, text: bytes, defects: Defects) -> None:
    name, value = headers[-1]
    if len(value) + len(text) > MAX_VALUE:
        defects.add("long_header", name)
        return
    headers[-1] = (name, f"{value}\n{_text(text)}")


def _text(value: bytes) -> str:
    return value[:MAX_VALUE].decode("ascii", "surrogateescape")


def unfold(value: str) -> str:
    return _FOLD.sub("", value).strip() if "\n" in value or "\r" in value else value.strip()


class HeaderDecoder:
    """Turns raw header values into text; remembers the mail's charset for bytes that nobody declared."""

    def __init__(self, hint: str | None, defects: Defects) -> None:
        self.hint = hint
        self._defects = defects

    def text(self, value: str) -> str:
        """A whole unstructured value: encoded words and raw bytes decoded, white space made single spaces."""
        return clean(self.words(unfold(value)))

    def words(self, value: str) -> str:
        """``value`` with its encoded words and raw bytes decoded; nothing else changes."""
        if "=?" not in value:
            return self.raw(value)
        pieces: list[str] = []
        run: list[tuple[str, str, str]] = []
        position = 0
        for match in _ENCODED_WORD.finditer(value):
            between = value[position : match.start()]
            if run and between.strip():
                pieces.append(self._run(run))
                run = []
            if between.strip() or not run:
                # Space between an encoded word and plain text counts, between two encoded words it does not.
                pieces.append(self.raw(between))
            run.append((match[1], match[2].lower(), match[3]))
            position = match.end()
        if run:
            pieces.append(self._run(run))
        pieces.append(self.raw(value[position:]))
        return "".join(pieces)

    def raw(self, value: str) -> str:
        """Text whose 8-bit bytes, if there are some, get the charset that fits them best."""
        if _SURROGATES.search(value) is None:
            return value
        data = rejoined_utf8(value.encode("utf-8", "surrogateescape"))
        found = decode(data, None, self.hint)
        self._defects.add("raw_header", found.charset)
        return found.text

    def _run(self, words: list[tuple[str, str, str]]) -> str:
        """Adjacent encoded words; bytes of the same charset are joined first, as a character may be cut between two."""
        text = []
        index = 0
        while index < len(words):
            charset = words[index][0].split("*")[0].lower()
            stop = index
            while stop < len(words) and words[stop][0].split("*")[0].lower() == charset:
                stop += 1
            text.append(self._same_charset(charset, [(kind, body) for _, kind, body in words[index:stop]]))
            index = stop
        return "".join(text)

    def _same_charset(self, charset: str, words: list[tuple[str, str]]) -> str:
        if charset_name(charset) and str(charset_name(charset)).startswith(("iso2022", "utf-7", "hz")):
            # Stateful charsets begin anew in each word.
            return "".join(self._decode(_word_bytes(kind, body), charset) for kind, body in words)
        return self._decode(b"".join(_joined(words)), charset)

    def _decode(self, data: bytes, charset: str) -> str:
        found = decode(data, charset, self.hint)
        self._defects.add(found.defect, charset)
        return found.text


def _joined(words: list[tuple[str, str]]) -> Iterator[bytes]:
    """The bytes of each word; Base64 that was cut between two words at any place is put together first."""
    pending = ""
    for kind, body in words:
        if kind == "b":
            pending += re.sub(r"[^A-Za-z0-9+/=_-]", "", body)
            if len(pending) % 4 and not pending.endswith("="):
                continue
            yield base64_bytes(pending)
            pending = ""
        else:
            if pending:
                yield base64_bytes(pending)
                pending = ""
            yield _word_bytes(kind, body)
    if pending:
        yield base64_bytes(pending)


def _word_bytes(kind: str, body: str) -> bytes:
    if kind == "b":
        return base64_bytes(re.sub(r"[^A-Za-z0-9+/=_-]", "", body))
    data = body.replace("_", " ").encode("utf-8", "surrogateescape")
    return binascii.a2b_qp(data)


def base64_bytes(text: str) -> bytes:
    """Base64 of any alphabet with padding missing, wrong, or in the middle."""
    out = b""
    for group in text.replace("-", "+").replace("_", "/").split("="):
        usable = group[: len(group) - 1] if len(group) % 4 == 1 else group
        out += binascii.a2b_base64(usable + "=" * (-len(usable) % 4))
    return out


def clean(text: str) -> str:
    """One line: controls out, any white space a single space."""
    return _SPACES.sub(" ", _CONTROLS.sub("", scrub(text))).strip()


def scrub(text: str) -> str:
    """Text that any database and any encoder takes: no NUL, no half of a surrogate pair."""
    if text.isascii():
        return text.replace("\0", "")
    return _HALVES.sub("\ufffd", text.replace("\0", ""))
