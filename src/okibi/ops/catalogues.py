"""Compile translation catalogues (.po → .mo) without gettext's tools, which a fresh machine does not have.

The formats: GNU gettext manual, "The Format of PO Files" and "The Format of GNU MO Files".
"""

import ast
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

MO_MAGIC = 0x950412DE
CONTEXT = "\x04"


class CatalogueError(ValueError):
    """A catalogue can't be read; the text names file and line."""


@dataclass(slots=True)
class Entry:
    """One message of a catalogue; ``texts`` by plural form."""

    msgid: str = ""
    context: str | None = None
    plural: str | None = None
    texts: dict[int, str] = field(default_factory=dict)
    fuzzy: bool = False

    @property
    def key(self) -> str:
        key = self.msgid if self.plural is None else f"{self.msgid}\0{self.plural}"
        return key if self.context is None else f"{self.context}{CONTEXT}{key}"

    @property
    def value(self) -> str:
        return "\0".join(self.texts[number] for number in sorted(self.texts))

    @property
    def is_translated(self) -> bool:
        return bool(self.texts) and all(self.texts.values())


def compile_newer(root: Path) -> list[Path]:
    """Compile each catalogue under ``root`` whose .mo is missing or older. Gives the files written."""
    written = []
    for source in sorted(root.glob("**/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        content = build(parse(source.read_text(encoding="utf-8"), source.name))
        fresh = target.with_suffix(f".{id(content)}.new")
        fresh.write_bytes(content)
        fresh.replace(target)  # several processes may compile at once; each writes the same whole file
        written.append(target)
    return written


def parse(text: str, name: str = "catalogue") -> list[Entry]:
    """The messages of a .po file, the header (empty msgid) among them. Raises CatalogueError."""
    return list(_Reader(name).read(text))


class _Reader:
    """Reads line by line: a keyword opens a string, following quoted lines go on with it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.entry = Entry()
        self.field = ""
        self.begun = False

    def read(self, text: str) -> Iterator[Entry]:
        for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
            line = raw.strip()
            if line.startswith("#"):
                yield from self._comment(line)
            elif line.startswith('"'):
                self._append(self._string(line, number))
            elif line:
                yield from self._keyword(line, number)
        yield from self._finish()

    def _comment(self, line: str) -> Iterator[Entry]:
        if self.entry.texts:
            yield from self._finish()
        if line.startswith("#,") and "fuzzy" in line:
            self.entry.fuzzy = True

    def _keyword(self, line: str, number: int) -> Iterator[Entry]:
        word, _, rest = line.partition(" ")
        if word in ("msgctxt", "msgid") and self.entry.texts:
            yield from self._finish()
        value = self._string(rest.strip(), number)
        self.field, self.begun = word, True
        if word == "msgid":
            self.entry.msgid = value
        elif word == "msgctxt":
            self.entry.context = value
        elif word == "msgid_plural":
            self.entry.plural = value
        elif word == "msgstr" or (word.startswith("msgstr[") and word[7:-1].isdigit()):
            self.entry.texts[self._form()] = value
        else:
            raise CatalogueError(f"{self.name}:{number}: unknown word {word!r}")

    def _form(self) -> int:
        return int(self.field[7:-1]) if "[" in self.field else 0

    def _append(self, value: str) -> None:
        if self.field == "msgid":
            self.entry.msgid += value
        elif self.field == "msgctxt":
            self.entry.context = (self.entry.context or "") + value
        elif self.field == "msgid_plural":
            self.entry.plural = (self.entry.plural or "") + value
        elif self.field:
            self.entry.texts[self._form()] += value

    def _string(self, quoted: str, number: int) -> str:
        try:
            value = ast.literal_eval(quoted)
        except (SyntaxError, ValueError):
            raise CatalogueError(f"{self.name}:{number}: not a quoted string: {quoted[:40]}") from None
        if not isinstance(value, str):
            raise CatalogueError(f"{self.name}:{number}: not a quoted string: {quoted[:40]}")
        return value

    def _finish(self) -> Iterator[Entry]:
        if self.begun:
            yield self.entry
        self.entry, self.field, self.begun = Entry(), "", False


def build(entries: list[Entry]) -> bytes:
    """The .mo file of the translated, non-fuzzy messages; keys sorted, as the format asks."""
    pairs = sorted(
        (entry.key.encode(), entry.value.encode())
        for entry in entries
        if entry.is_translated and not (entry.fuzzy and entry.msgid)
    )
    start = 28 + 16 * len(pairs)
    keys, values, blob = [], [], b""
    for key, _ in pairs:
        keys.append((len(key), start + len(blob)))
        blob += key + b"\0"
    for _, value in pairs:
        values.append((len(value), start + len(blob)))
        blob += value + b"\0"
    head = struct.pack("<7I", MO_MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return head + b"".join(struct.pack("<2I", *row) for row in [*keys, *values]) + blob


if __name__ == "__main__":
    compile_newer(Path(__file__).resolve().parent.parent)
