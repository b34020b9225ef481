"""Files of accounts in TOML (messengers, exchanges, gateways): taken or refused whole, read once until they change.

A wrong file is refused with every problem's line and reason, as the vendor's scheme is (``policy.scheme``). Pure but
for reading files; secrets are ``policy.account_secrets``.
"""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from okibi.kernel.errors import ConfigurationError
from okibi.kernel.sentence import Sentence
from okibi.policy.scheme_lines import Lines
from okibi.policy.scheme_table import Book, Problem, Table

FORMAT = 1
NAME = Sentence(
    "нужны строчные латинские буквы, цифры и дефис", "lower-case Latin letters, digits and hyphens are needed"
)
NUMBER = Sentence("номер пишут так: +79000000001", "a number is written +79000000001")
_TOML_LINE = re.compile(r" \(at line (\d+), column \d+\)$")

Made = TypeVar("Made")
Made_co = TypeVar("Made_co", covariant=True)


class AccountsFileError(ConfigurationError):
    """The file can't be taken. ``problems`` has every reason with its line."""

    code = "accounts_file"

    def __init__(self, path: str, problems: tuple[Problem, ...]) -> None:
        ru = "; ".join(f"строка {each.line}, {each.where}: {each.sentence.ru}" for each in problems)
        en = "; ".join(f"line {each.line}, {each.where}: {each.sentence.en}" for each in problems)
        super().__init__(Sentence(f"{path} не принят: {ru}", f"{path} is refused: {en}"))
        self.problems = problems


class Reader(Protocol[Made_co]):
    """Reads a text; ``folder``: where relative files are looked for; ``private``: nobody else can read the file."""

    def __call__(self, text: str, folder: Path, *, private: bool) -> tuple[Made_co, tuple[Problem, ...]]: ...


def read_table(text: str, make: Callable[[Table], Made], nothing: Made) -> tuple[Made, tuple[Problem, ...]]:
    """What ``make`` takes from a text's tables, and everything that is wrong with it: ``nothing`` where anything is."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_LINE.search(str(error))
        said = _TOML_LINE.sub("", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        return nothing, (Problem(line, "file", Sentence(f"ошибка записи TOML ({said})", said)),)
    book = Book(Lines(text.replace("\r\n", "\n")))
    root = Table(data, (), book)
    root.whole("format", FORMAT, FORMAT)
    made = make(root)
    root.done()
    problems = tuple(sorted(book.problems))
    return (nothing if problems else made), problems


class AccountsFile(Generic[Made]):
    """A kind of file: how it is read, what stands for one that is not there, how one is refused."""

    def __init__(self, read: Reader[Made], nothing: Made, refused: type[AccountsFileError]) -> None:
        self._read = read
        self._nothing = nothing
        self._refused = refused
        self._known: dict[Path, tuple[tuple[int, int, int], Made]] = {}

    def load(self, path: Path) -> Made:
        """What the file says, read again only when it changed. Raises ``refused``, UnicodeDecodeError, OSError."""
        try:
            at = path.stat()
        except FileNotFoundError:
            return self._nothing
        stamp = (at.st_mtime_ns, at.st_size, at.st_mode)
        known = self._known.get(path)
        if known is None or known[0] != stamp:
            text = path.read_text(encoding="utf-8-sig")
            made, problems = self._read(text, path.parent, private=not at.st_mode & 0o077)
            if problems:
                raise self._refused(str(path), problems)
            known = self._known[path] = (stamp, made)
        return known[1]
