"""On which line of a TOML text each key stands; ``tomllib`` does not say.

Works on text that ``tomllib`` has already accepted, so it only has to find keys and step over values.
"""

import re

Path = tuple[str | int, ...]
"""Where a value stands: keys, and indexes within arrays of tables: ``("vendor", "contacts", 0, "phone")``."""

_KEY = re.compile(r"""\s*(?:"(?P<basic>[^"]*)"|'(?P<literal>[^']*)'|(?P<bare>[A-Za-z0-9_-]+))[ \t]*(?P<dot>\.)?""")
_BLANK = re.compile(r"(?:\s|#[^\n]*)*")
_STRING = re.compile(r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'', re.DOTALL)


class Lines:
    """The line numbers of a TOML text, from 1."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        self._bare: set[Path] = set()
        self._last = text.rstrip().count("\n") + 1
        self._read()

    def of(self, path: Path) -> int:
        """The line of a value, or of the nearest table around it.

        Where nothing around it is written: the last line, because that is where a missing table can be added.
        """
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, self._last)

    def of_head(self) -> int:
        """The line of the last key above the first table, where a missing key of the whole file belongs; else 1."""
        return max((line for path, line in self._lines.items() if len(path) == 1 and path in self._bare), default=1)

    def _read(self) -> None:
        table: Path = ()
        at = self._skip(0)
        while at < len(self._text):
            if self._text.startswith("[", at):
                array = self._text.startswith("[[", at)
                keys, end = self._keys(at + (2 if array else 1))
                table = self._opened(keys, at, array=array)
                at = self._skip(self._text.index("]", end) + (2 if array else 1))
                continue
            keys, end = self._keys(at)
            for length in range(1, len(keys) + 1):
                self._note((*table, *keys[:length]), at)
            self._bare |= {tuple(keys)} if not table else set()
            at = self._skip(self._value(end))

    def _note(self, path: Path, at: int) -> None:
        self._lines.setdefault(path, self._text.count("\n", 0, at) + 1)

    def _opened(self, keys: list[str], at: int, *, array: bool) -> Path:
        """The path of a table header, with the index of the last element of every array on the way."""
        path: Path = ()
        for position, key in enumerate(keys):
            path = (*path, key)
            self._note(path, at)
            last = position == len(keys) - 1
            if last and array:
                self._counts[path] = self._counts.get(path, -1) + 1
            if path in self._counts:
                path = (*path, self._counts[path])
        self._note(path, at)
        return path

    def _skip(self, at: int) -> int:
        blank = _BLANK.match(self._text, at)
        return blank.end() if blank else at

    def _keys(self, at: int) -> tuple[list[str], int]:
        keys: list[str] = []
        while found := _KEY.match(self._text, at):
            keys.append(next(text for text in found.group("basic", "literal", "bare") if text is not None))
            at = found.end()
            if not found["dot"]:
                break
        return keys, at

    def _value(self, at: int) -> int:
        """The end of the line on which a value ends: strings and brackets are stepped over."""
        depth = 0
        while at < len(self._text):
            char = self._text[at]
            if string := _STRING.match(self._text, at):
                at = string.end()
                continue
            if char == "#":
                newline = self._text.find("\n", at)
                at = len(self._text) if newline < 0 else newline
                continue
            depth += (char in "[{") - (char in "]}")
            at += 1
            if char == "\n" and depth == 0:
                break
        return at
