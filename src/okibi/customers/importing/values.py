"""From cells to values. What can't be taken is noted and reading goes on: a line shows all its faults at once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from okibi.customers.errors import FieldError
from okibi.customers.importing.plan import Problem
from okibi.customers.importing.tables import Cells
from okibi.customers.keys import squeeze
from okibi.kernel.sentence import Sentence

T = TypeVar("T")

MISSING = Sentence(ru="не заполнено", en="not filled in")
BAD_DATE = Sentence(ru="это не дата: нужно 01.03.2026 или 2026-03-01", en="not a date: write 2026-03-01 or 01.03.2026")
BAD_FLAG = Sentence(ru="нужно «да» или «нет»", en="write “yes” or “no”")
BAD_NUMBER = Sentence(ru="нужно целое число от 1 до 1 000 000", en="a whole number from 1 to 1,000,000 is needed")
_YES = frozenset(("да", "yes", "y", "true", "1", "+", "вкл", "on"))
_NO = frozenset(("нет", "no", "n", "false", "0", "-", "выкл", "off"))
_ENDLESS = frozenset({"бессрочно", "бессрочная", "perpetual", "-", "—", "нет"})
_DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})(?: г\.?)?(?: \d.*)?")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?")
_LIST = re.compile(r"[,;\n]+")
_ADDRESSES = re.compile(r"[,;\s]+")
_FIRST_YEAR, _LAST_YEAR = 1990, 2199


@dataclass(slots=True)
class Reader:
    """One line being read; ``problems`` grow with what could not be taken."""

    cells: Cells
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.problems.extend(Problem(name, reason) for name, reason in self.cells.broken.items())

    def refuse(self, name: str | None, reason: Sentence) -> None:
        """Note why a cell can't be taken; only the first reason of a cell is told."""
        if all(problem.column != name for problem in self.problems):
            self.problems.append(Problem(name, reason))

    def text(self, name: str, limit: int, *, needed: bool = False) -> str:
        value = squeeze(self.cells[name]) if limit < 1000 else self.cells[name].strip()
        if len(value) > limit:
            self.refuse(name, Sentence(ru=f"длиннее {limit} знаков", en=f"longer than {limit} characters"))
            return ""
        if needed and not value:
            self.refuse(name, MISSING)
        return value

    def checked(self, name: str, text: str, check: Callable[[str], T]) -> T | None:
        """What ``check`` makes of the text; a FieldError's sentence becomes the reason."""
        try:
            return check(text)
        except FieldError as error:
            self.refuse(name, error.sentence)
            return None

    def texts(self, name: str) -> list[str]:
        """Values by comma, semicolon or line, each once."""
        return list(dict.fromkeys(part.strip() for part in _LIST.split(self.cells[name]) if part.strip()))

    def addresses(self, name: str) -> list[str]:
        return list(dict.fromkeys(part for part in _ADDRESSES.split(self.cells[name]) if part))

    def flag(self, name: str) -> bool | None:
        value = self.cells[name].strip().casefold()
        if not value:
            return None
        if value in _YES or value in _NO:
            return value in _YES
        self.refuse(name, BAD_FLAG)
        return None

    def count(self, name: str, default: int) -> int:
        value = re.sub(r"\s", "", self.cells[name])
        if not value:
            return default
        if not re.fullmatch(r"\d{1,7}", value) or not 1 <= int(value) <= 1_000_000:
            self.refuse(name, BAD_NUMBER)
            return default
        return int(value)

    def day(self, name: str, *, needed: bool = False) -> date | None:
        value = self.cells[name].strip()
        if not value or (not needed and value.casefold() in _ENDLESS):
            if needed:
                self.refuse(name, MISSING)
            return None
        if match := _DAY_FIRST.fullmatch(value):
            day, month, year = match.groups()
        elif match := _YEAR_FIRST.fullmatch(value):
            year, month, day = match.groups()
        else:
            self.refuse(name, BAD_DATE)
            return None
        try:
            found = date(int(year), int(month), int(day))
        except ValueError:
            found = date.min
        if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            self.refuse(name, BAD_DATE)
            return None
        return found

    def codes(self, name: str, known: Mapping[str, str], *, needed: bool = False) -> list[str]:
        """Codes of products or modules; ``known`` gives the code by code or name in lower case."""
        found = []
        for part in self.texts(name):
            code = known.get(squeeze(part).casefold())
            if code is None:
                choice = ", ".join(sorted(set(known.values())))
                self.refuse(
                    name,
                    Sentence(
                        ru=f"«{part}» неизвестно; есть: {choice}", en=f"“{part}” is not known; there are: {choice}"
                    ),
                )
            else:
                found.append(code)
        if needed and not found:
            self.refuse(name, MISSING)
        return list(dict.fromkeys(found))
