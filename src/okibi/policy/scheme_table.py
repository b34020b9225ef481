"""Reads one table of a policy file: each typed reader takes a key, and notes what is wrong with it instead of stopping.

So that a file with five mistakes is refused once, with five lines, and not five times.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeVar

from okibi.kernel.sentence import Sentence
from okibi.policy.scheme_lines import Lines, Path
from okibi.policy.term_values import Hours as HoursTerm
from okibi.policy.term_values import Term, TermError, parse_term
from okibi.policy.worktime import Hours

Kind = TypeVar("Kind", bound=StrEnum)

EMPTY = Sentence("", "")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_TYPE_WORDS = {
    str: Sentence("строка", "a string"),
    int: Sentence("целое число", "a whole number"),
    bool: Sentence("true или false", "true or false"),
    list: Sentence("список", "a list"),
    dict: Sentence("таблица", "a table"),
    date: Sentence("дата вида 2026-01-31", "a date like 2026-01-31"),
}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong with a policy file: its line, the key ("vendor.contacts[0].phone"), the reason."""

    line: int
    where: str
    sentence: Sentence = field(compare=False)

    def __str__(self) -> str:
        return f"{self.line}: {self.where}: {self.sentence.en}"


@dataclass(slots=True)
class Book:
    """What is shared by the tables of one file: where the lines are, and what was found wrong."""

    lines: Lines
    problems: list[Problem] = field(default_factory=list)


def written(path: Path) -> str:
    """A path as people write it: ``vendor.contacts[0].phone``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "file"


class Table:
    """One table. Readers return a harmless value where they note a problem, so that reading goes on."""

    def __init__(self, data: Mapping[str, Any], path: Path, book: Book) -> None:
        self._data = data
        self._path = path
        self._book = book
        self._asked: set[str] = set()

    def problem(self, key: str | Path | None, ru: str, en: str) -> None:
        """Notes what is wrong with a key of this table, with what stands deeper by a path, or with the table itself."""
        path = (*self._path, *((key,) if isinstance(key, str) else key or ()))
        self._book.problems.append(Problem(self._book.lines.of(path), written(path), Sentence(ru, en)))

    def has(self, key: str) -> bool:
        return key in self._data

    def has_problems(self) -> bool:
        """Whether anything was found wrong in the whole file so far."""
        return bool(self._book.problems)

    def done(self) -> None:
        """Refuses every key that nobody asked for: a misspelt key must not pass unseen."""
        for key in self._data:
            if key not in self._asked:
                self.problem(key, "такого ключа здесь нет", "there is no such key here")

    def _take(self, key: str, kind: type) -> Any:
        self._asked.add(key)
        if key not in self._data:
            self._missing(key, kind)
            return None
        value = self._data[key]
        wrong_flag = isinstance(value, bool) and kind is not bool
        wrong_moment = isinstance(value, datetime) and kind is date
        if not isinstance(value, kind) or wrong_flag or wrong_moment:
            words = _TYPE_WORDS[kind]
            self.problem(key, f"здесь нужно другое: {words.ru}", f"{words.en} is needed here")
            return None
        return value

    def _missing(self, key: str, kind: type) -> None:
        """Notes a key that is not there, on the line beside which it can be written; ``dict`` stands for a table."""
        path = (*self._path, key)
        line = self._book.lines.of(path) if self._path or kind in {dict, list} else self._book.lines.of_head()
        said = Sentence("ключа нет, а он нужен", "the key is missing")
        if kind is dict:
            name = written(path)
            said = Sentence(f"таблицы [{name}] нет, а она нужна", f"the table [{name}] is missing")
        self._book.problems.append(Problem(line, written(path), said))

    def text(self, key: str, pattern: str = r".*\S.*", what: Sentence = EMPTY) -> str:
        """A string that isn't blank; with a pattern, one that matches it whole."""
        value = self._take(key, str)
        if value is not None and not re.fullmatch(pattern, value, re.DOTALL):
            ru, en = (what.ru, what.en) if what.ru else ("строка пуста", "the string is blank")
            self.problem(key, f"«{value}»: {ru}", f'"{value}": {en}')
        return value or ""

    def sentence(self, key: str) -> Sentence:
        """``{ ru = "...", en = "..." }``, both filled in."""
        if self._take(key, dict) is None:
            return EMPTY
        table = self._inner(key)
        said = Sentence(table.text("ru"), table.text("en"))
        table.done()
        return said

    def optional_sentence(self, key: str) -> Sentence | None:
        return self.sentence(key) if self.has(key) else None

    def whole(self, key: str, least: int, most: int) -> int:
        """A whole number between ``least`` and ``most``."""
        value = self._take(key, int)
        if value is not None and not least <= value <= most:
            self.problem(key, f"{value}: нужно от {least} до {most}", f"{value}: must be from {least} to {most}")
            return least
        return least if value is None else int(value)

    def flag(self, key: str) -> bool:
        return bool(self._take(key, bool))

    def day(self, key: str) -> date:
        value = self._take(key, date)
        return value if isinstance(value, date) else date.min

    def choice(self, key: str, kind: type[Kind]) -> Kind:
        """One of the words of an enum."""
        return kind(self.word(key, [item.value for item in kind]))

    def word(self, key: str, allowed: Iterable[str]) -> str:
        """One of some words."""
        return self._one_of(key, self._take(key, str), list(allowed))

    def words(self, key: str, allowed: Iterable[str], *, least: int = 1) -> tuple[str, ...]:
        """A list of different words, each one of those allowed."""
        value = self._take(key, list)
        if value is None:
            return ()
        known = list(allowed)
        if len(value) < least:
            self.problem(key, "список пуст", "the list is empty")
        if len({str(item) for item in value}) < len(value):
            self.problem(key, "в списке есть повтор", "the list says something twice")
        return tuple(self._one_of(key, item, known) for item in value)

    def _one_of(self, key: str, value: Any, allowed: list[str]) -> str:
        if value in allowed:
            return str(value)
        if value is not None:
            listed = ", ".join(allowed)
            self.problem(key, f"«{value}»: здесь пишут одно из: {listed}", f'"{value}": must be one of: {listed}')
        return allowed[0]

    def term(self, key: str) -> Term:
        """A term: "2 hours", "5 days", "2 working days", "2 months"."""
        value = self._take(key, str)
        if value is None:
            return HoursTerm(1)
        try:
            return parse_term(value)
        except TermError as error:
            self.problem(key, error.sentence.ru, error.sentence.en)
            return HoursTerm(1)

    def hours(self, key: str) -> Hours:
        """A list of "08:00-20:00", in order and apart; "00:00-24:00" is the whole day."""
        value = self._take(key, list) or []
        stretches = []
        for item in value:
            found = _HOURS.fullmatch(item) if isinstance(item, str) else None
            minutes = [int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])] if found else [0, 0]
            if not minutes[0] < minutes[1] <= 24 * 60:
                self.problem(
                    key, f"«{item}»: часы пишут так: «08:00-20:00»", f'"{item}": hours are written "08:00-20:00"'
                )
                continue
            stretches.append(minutes)
        if any(later[0] <= earlier[1] for earlier, later in pairwise(stretches)):
            self.problem(key, "часы идут не по порядку или пересекаются", "the hours overlap or are out of order")
        return tuple((_clock(start), _clock(end)) for start, end in stretches)

    def table(self, key: str) -> "Table":
        """A table within this one; an empty one where it is missing (which is noted)."""
        return self._inner(key) if self._take(key, dict) is not None else _Absent((*self._path, key), self._book)

    def tables(self, key: str, *, least: int = 1) -> list["Table"]:
        """An array of tables."""
        if least == 0 and not self.has(key):
            return []
        if not self.has(key):
            self._missing(key, dict)
            return []
        value = self._take(key, list)
        if value is None:
            return []
        if len(value) < least or not all(isinstance(item, dict) for item in value):
            self.problem(key, "здесь нужны таблицы [[…]]", "tables [[…]] are needed here")
            return []
        return [Table(item, (*self._path, key, index), self._book) for index, item in enumerate(value)]

    def apart(self, key: str, field: str) -> None:
        """Notes a problem at each table of an array whose ``field`` says what an earlier one says already."""
        rows = self._data.get(key)
        seen: set[str] = set()
        for index, row in enumerate(rows if isinstance(rows, list) else ()):
            value = str(row.get(field, "")) if isinstance(row, dict) else ""
            if value in seen:
                self.problem((key, index, field), f"«{value}» записан дважды", f'"{value}" is written twice')
            seen |= {value} - {""}

    def _inner(self, key: str) -> "Table":
        return Table(self._data[key], (*self._path, key), self._book)


class _Absent(Table):
    """Stands for a table that is missing: it was noted once, so its keys are not noted again."""

    def __init__(self, path: Path, book: Book) -> None:
        super().__init__({}, path, Book(book.lines))


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
