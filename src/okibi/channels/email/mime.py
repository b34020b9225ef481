"""The tree of a mail's parts (RFC 2046), cut in one pass over its delimiter lines, without recursion.

The standard library's parser takes quadratic time on deep nesting and ends in RecursionError; a mail is hostile input,
so this one looks only at lines that begin with ``--``, each once, whatever the nesting.
"""

import re
from dataclasses import dataclass, field

from okibi.channels.email.defects import Defects
from okibi.channels.email.headers import HeaderBlock, read_headers
from okibi.channels.email.parameters import Parameters, media_type, read_parameters

MAX_DEPTH = 100
MAX_PARTS = 5000
_MAX_BOUNDARY = 1000
_MAX_BLOCK = 64_000  # bytes of a part's header block that are read
_LONGEST_PREAMBLE = 100_000  # bytes in which the first line of a boundary is looked for

_GUESSED_BOUNDARY = re.compile(rb"(?<![^\n])--([^\r\n]{1,200}?)[ \t]*\r?\n(?=Content-)", re.IGNORECASE)


@dataclass(slots=True)
class Part:
    """A part: its headers, its type, the span of its body in the raw mail, and its children when it is a multipart."""

    block: HeaderBlock
    content_type: Parameters
    type: str
    start: int
    end: int
    children: "list[Part]" = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """A multipart whose end is not reached yet."""

    part: Part
    boundary: bytes
    closed: bool = False


def split(raw: bytes, defects: Defects) -> Part:
    """The root part of a mail. Never raises, never takes more than linear time."""
    return _Splitter(raw, defects).run()


class _Splitter:
    def __init__(self, raw: bytes, defects: Defects) -> None:
        self.raw = raw
        self.defects = defects
        self.stack: list[_Open] = []
        self.by_boundary: dict[bytes, list[int]] = {}
        self.leaf: Part | None = None
        self.count = 0

    def run(self) -> Part:
        root = self._open_part(0, "text/plain")
        position = root.start
        while self.stack and 0 <= position < len(self.raw):
            line = self._next_delimiter(position)
            if line is None:
                break
            position = self._at_delimiter(*line)
        self._finish(len(self.raw))
        return root

    def _next_delimiter(self, position: int) -> tuple[int, int, int, bool] | None:
        """(start, end after its break, stack index, closing) of the next line that is one of the open boundaries."""
        raw = self.raw
        start = position if raw.startswith(b"--", position) else -1
        while True:
            if start < 0:
                found = raw.find(b"\n--", position - 1 if position else 0)
                if found < 0:
                    return None
                start = found + 1
            stop = raw.find(b"\n", start)
            after = len(raw) if stop < 0 else stop + 1
            if after - start <= _MAX_BOUNDARY + 10:
                hit = self._match(raw[start + 2 : after].rstrip())
                if hit is not None:
                    return start, after, *hit
            position, start = after, -1

    def _match(self, text: bytes) -> tuple[int, bool] | None:
        indexes = self.by_boundary.get(text)
        if indexes:
            return indexes[-1], False
        if text.endswith(b"--"):
            indexes = self.by_boundary.get(text[:-2]) or self.by_boundary.get(text[:-2].rstrip())
            if indexes:
                return indexes[-1], True
        return None

    def _at_delimiter(self, start: int, after: int, index: int, closing: bool) -> int:
        """Ends what the line ends, begins what it begins; the place from which to look on."""
        self._close_leaf(start)
        while len(self.stack) - 1 > index:
            inner = self.stack[-1]
            if not inner.closed:
                self.defects.add("unclosed_multipart")
            self._pop(start)
        opened = self.stack[index]
        if closing:
            opened.closed = True
            return after
        if self.count >= MAX_PARTS:
            self.defects.add("too_many_parts")
            return after
        default = "message/rfc822" if opened.part.type == "multipart/digest" else "text/plain"
        parent = opened.part
        child = self._open_part(after, default)
        parent.children.append(child)
        return child.start

    def _open_part(self, start: int, default: str) -> Part:
        self.count += 1
        # A part's headers can't run past its parent's next delimiter: the block is cut there.
        limit = self._limit(start)
        block = read_headers(self.raw, start, limit, self.defects if start == 0 else Defects())
        parameters = read_parameters(block.first("content-type"))
        kind = media_type(parameters, default)
        if parameters.value and "/" not in parameters.value:
            self.defects.add("bad_content_type", parameters.value)
        part = Part(block, parameters, kind, block.body, len(self.raw))
        if kind.startswith("multipart/"):
            self._open_multipart(part)
        else:
            self.leaf = part
        return part

    def _limit(self, start: int) -> int:
        """Where the header block that begins here must end at the latest."""
        if not self.stack:
            return len(self.raw)
        blank = self.raw.find(b"\n\n", start, start + _MAX_BLOCK)
        crlf = self.raw.find(b"\r\n\r\n", start, start + _MAX_BLOCK if blank < 0 else blank)
        ends = [end for end in (blank + 2 if blank >= 0 else -1, crlf + 4 if crlf >= 0 else -1) if end >= 0]
        end = min(ends) if ends else min(len(self.raw), start + _MAX_BLOCK)
        cut = self._delimiter_before(start, end)
        return end if cut is None else cut

    def _delimiter_before(self, start: int, end: int) -> int | None:
        position = start
        while position < end:
            if self.raw.startswith(b"--", position):
                stop = self.raw.find(b"\n", position, end)
                line = self.raw[position + 2 : end if stop < 0 else stop].rstrip()
                if len(line) <= _MAX_BOUNDARY + 10 and self._match(line) is not None:
                    return position
            following = self.raw.find(b"\n--", position, end)
            if following < 0:
                return None
            position = following + 1
        return None

    def _open_multipart(self, part: Part) -> None:
        boundary = part.content_type.plain("boundary").encode("utf-8", "surrogateescape").rstrip()
        if len(boundary) > _MAX_BOUNDARY:
            self.defects.add("long_boundary")
            boundary = b""
        if not boundary:
            self.defects.add("no_boundary")
            boundary = self._guessed(part)
        elif not self._stands(part, boundary) and (guess := self._guessed(part)):
            self.defects.add("other_boundary")  # the header names another one than the lines between the parts
            boundary = guess
        if len(self.stack) >= MAX_DEPTH:
            self.defects.add("too_deep")
            part.type = "application/octet-stream"
            boundary = b""
        if not boundary:
            if part.type.startswith("multipart/"):
                part.type = "text/plain"  # shown as it is: better than nothing
            self.leaf = part
            return
        self.stack.append(_Open(part, boundary))
        self.by_boundary.setdefault(boundary, []).append(len(self.stack) - 1)

    def _stands(self, part: Part, boundary: bytes) -> bool:
        line = b"--" + boundary
        return self.raw.startswith(line, part.start) or (
            self.raw.find(b"\n" + line, part.start, part.start + _LONGEST_PREAMBLE) >= 0
        )

    def _guessed(self, part: Part) -> bytes:
        """What a line before the first headers of a part suggests, as mail programs take it; b"" for nothing."""
        end = min(len(self.raw), part.start + _LONGEST_PREAMBLE)
        outer = self._delimiter_before(part.start, end)
        guess = _GUESSED_BOUNDARY.search(self.raw, part.start, end if outer is None else outer)
        return guess[1] if guess and guess[1] not in self.by_boundary else b""

    def _close_leaf(self, delimiter: int) -> None:
        if self.leaf is not None:
            self.leaf.end = self._before_break(self.leaf.start, delimiter)
            self.leaf = None

    def _before_break(self, start: int, delimiter: int) -> int:
        """The line break before a delimiter belongs to the delimiter (RFC 2046, 5.1.1)."""
        end = delimiter
        if end > start and self.raw[end - 1 : end] == b"\n":
            end -= 1
            if end > start and self.raw[end - 1 : end] == b"\r":
                end -= 1
        return max(start, end)

    def _pop(self, end: int) -> None:
        opened = self.stack.pop()
        opened.part.end = self._before_break(opened.part.start, end)
        if not opened.part.children:
            self.defects.add("no_parts")
            opened.part.type = "text/plain"  # shown as it is: better than nothing
        indexes = self.by_boundary[opened.boundary]
        indexes.pop()
        if not indexes:
            del self.by_boundary[opened.boundary]

    def _finish(self, end: int) -> None:
        if self.leaf is not None:
            self.leaf.end = end
            self.leaf = None
        while self.stack:
            if not self.stack[-1].closed:
                self.defects.add("unclosed_multipart")
            self._pop(end)
