"""What a file is opened as, and a log as lines: decoded, cut where it is too long, searched. Pure functions."""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

MOST_BYTES = 32 << 20  # of one file that a page reads
LONGEST_LINE = 2000  # characters of a line that are shown
PER_PAGE = 1000  # lines
MOST_FOUND = 500  # lines that a search shows
SAMPLE = 64 << 10  # bytes by which the encoding is guessed
TEXT_NAMES = (
    "log",
    "txt",
    "ini",
    "cfg",
    "conf",
    "csv",
    "json",
    "xml",
    "yaml",
    "yml",
    "md",
    "sql",
    "toml",
    "properties",
)
ARCHIVE_NAMES = ("zip", "tar", "tgz", "tar.gz", "tar.bz2", "tar.xz")
OPAQUE_ARCHIVES = ("7z", "rar", "gz")
PLAYED = {  # sound that browsers play and that is shown in place
    "audio/webm", "audio/ogg", "audio/opus", "audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/aac", "audio/wav",
    "audio/x-wav", "audio/wave", "audio/flac",
}  # fmt: skip
WATCHED = {"video/mp4", "video/webm", "video/ogg"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file; ``number`` from 1. ``cut``: there was more of it."""

    number: int
    text: str
    cut: bool


def kind_of(name: str, media: str) -> tuple[str, bool]:
    """What picture a file gets (image, text, mail, audio, archive or none), and whether a page of ours opens it."""
    low, bare = name.lower(), media.partition(";")[0].strip().lower()
    if bare.startswith("image/"):
        return "image", False
    if bare in PLAYED:
        return "audio", False
    if bare in WATCHED:
        return "video", False
    if bare.startswith("message/"):
        return "mail", False
    if low.endswith(tuple(f".{end}" for end in ARCHIVE_NAMES)) or bare in ("application/zip", "application/x-tar"):
        return "archive", True
    if low.endswith(tuple(f".{end}" for end in OPAQUE_ARCHIVES)):
        return "archive", False
    if bare.startswith("text/") or low.endswith(tuple(f".{end}" for end in TEXT_NAMES)):
        return "text", True
    return "", False


def read_lines(source: BinaryIO) -> tuple[list[str], bool]:
    """The lines of a text file and whether there was more than a page reads. Raises ValueError for what is no text."""
    content = source.read(MOST_BYTES + 1)
    whole = len(content) <= MOST_BYTES
    text = decoded(content[:MOST_BYTES])
    return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n"), not whole


def decoded(content: bytes) -> str:
    """Bytes as text: UTF-8, UTF-16, else the code page that gives more Russian letters. Raises ValueError."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            return content.removeprefix(mark).decode(name, "replace")
    sample = content[:SAMPLE]
    if b"\0" in sample:
        raise ValueError("not text")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return content.decode(max(("cp1251", "cp866"), key=lambda name: _russian(sample, name)), "replace")
    return content.decode("utf-8", "replace")


def _russian(sample: bytes, name: str) -> int:
    return sum("а" <= letter <= "я" for letter in sample.decode(name, "replace"))


def page_of(lines: Sequence[str], first: int) -> list[Line]:
    """The page of lines that holds the line ``first``."""
    start = max(0, min(first, len(lines)) - 1) // PER_PAGE * PER_PAGE
    return [_line(start + at, text) for at, text in enumerate(lines[start : start + PER_PAGE])]


def found(lines: Sequence[str], words: str) -> tuple[list[Line], int]:
    """The first lines that hold the words, whatever their case, and how many there are in all."""
    asked = words.casefold()
    numbers = [at for at, text in enumerate(lines) if asked in text.casefold()]
    return [_line(at, lines[at]) for at in numbers[:MOST_FOUND]], len(numbers)


def _line(at: int, text: str) -> Line:
    return Line(at + 1, text[:LONGEST_LINE], len(text) > LONGEST_LINE)


def parts(text: str, words: str) -> list[tuple[str, bool]]:
    """A line in pieces: (piece, whether it is what was searched for)."""
    if not words:
        return [(text, False)]
    low, asked = text.casefold(), words.casefold()
    if len(low) != len(text):  # «ẞ» and its like: places would not fit
        return [(text, False)]
    pieces: list[tuple[str, bool]] = []
    at = 0
    while (place := low.find(asked, at)) >= 0:
        pieces += [(text[at:place], False), (text[place : place + len(asked)], True)]
        at = place + len(asked)
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]
