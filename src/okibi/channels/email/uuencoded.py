"""Files that stand uuencoded inside a text, the way of mails before MIME."""

import binascii
import re
from dataclasses import dataclass

from okibi.channels.email.defects import Defects

MAX_FILES = 200
_BEGIN = re.compile(r"^begin(?:-base64)? ([0-7]{3,4}) ([^\r\n]{1,300}?)[ \t]*\r?$", re.MULTILINE)
_LINE = re.compile(r"[\x20-\x60]{1,90}\Z")


@dataclass(frozen=True, slots=True)
class UuFile:
    name: str
    content: bytes


def extract(text: str, defects: Defects) -> tuple[str, list[UuFile]]:
    """The text without its uuencoded files, and the files. A block without its end line is taken as far as it goes."""
    if "\nbegin" not in text and not text.startswith("begin"):
        return text, []
    kept: list[str] = []
    files: list[UuFile] = []
    position = 0
    for match in _BEGIN.finditer(text):
        if match.start() < position or len(files) >= MAX_FILES:
            continue
        block = _block(text, match.end(), base64="base64" in match[0][:12])
        if block is None:
            continue
        content, end, complete = block
        if not complete:
            defects.add("truncated_uuencode", match[2])
        kept.append(text[position : match.start()])
        files.append(UuFile(match[2].strip(), content))
        position = end
    kept.append(text[position:])
    return "".join(kept), files


def decode_body(data: bytes, defects: Defects) -> bytes:
    """The file in a body whose transfer encoding is ``x-uuencode``; the body itself when there is none in it."""
    _, files = extract(data.decode("latin-1"), defects)
    if not files:
        defects.add("bad_uuencode")
        return data
    return files[0].content


def _block(text: str, start: int, *, base64: bool) -> tuple[bytes, int, bool] | None:
    """(content, offset after the block, whether its end was found), or None when this is no block but prose."""
    out: list[bytes] = []
    position = start + 1 if text.startswith("\n", start) else start
    while position < len(text):
        stop = text.find("\n", position)
        after = len(text) if stop < 0 else stop + 1
        line = text[position:after].rstrip("\r\n")
        if line.strip() in ("end", "====") and (out or line.strip() == "end"):
            return b"".join(out), after, True
        piece = _base64_line(line) if base64 else _line(line)
        if piece is None:
            break
        out.append(piece)
        position = after
    # Prose may begin with "begin 644 …" too: without an end line a few real lines are wanted.
    return (b"".join(out), position, False) if len(out) >= 3 else None


def _line(line: str) -> bytes | None:
    if line in ("`", " ", ""):
        return b""
    if _LINE.match(line) is None:
        return None
    length = (ord(line[0]) - 32) & 63
    needed = (length * 4 + 2) // 3
    if len(line) - 1 > needed + 6:
        return None
    # Trailing spaces are zeros that mail servers like to cut off; padding beyond the length is noise.
    body = line[0] + line[1 : needed + 1].ljust(needed)
    try:
        return binascii.a2b_uu(body.encode("ascii"))
    except (binascii.Error, ValueError):
        return None


def _base64_line(line: str) -> bytes | None:
    try:
        return binascii.a2b_base64(line.strip().encode("ascii"), strict_mode=True)
    except (binascii.Error, ValueError):
        return None
