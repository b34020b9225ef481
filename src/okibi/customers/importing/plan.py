"""What an import would do, line by line. Made by the dry run, and again by the run itself."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from okibi.customers.importing.columns import COLUMNS, Kind
from okibi.kernel.sentence import Sentence

WHOLE_LINE = Sentence(ru="вся строка", en="the whole line")


class Outcome(StrEnum):
    """What becomes of a line."""

    CREATED = "created"
    CHANGED = "changed"
    SAME = "same"  # everything in it is there already
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line can't be taken: the column (None: the whole line) and the reason."""

    column: str | None
    reason: Sentence


@dataclass(slots=True)
class Line:
    """One line of the file: its number there, what it is about, what would happen, and what is wrong with it."""

    number: int
    title: str
    outcome: Outcome = Outcome.SAME
    acts: list[Sentence] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Sentence] = field(default_factory=list)  # worth a look, but taken


@dataclass(frozen=True)
class Plan:
    """All lines of a file and the headers that were not understood."""

    kind: Kind
    lines: Sequence[Line]
    ignored: tuple[str, ...]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many lines of each outcome, for example ``{"created": 2, "changed": 0, "same": 1, "bad": 1}``."""
        counted = Counter(line.outcome for line in self.lines)
        return {outcome.value: counted[outcome] for outcome in Outcome}

    @property
    def to_do(self) -> int:
        """How many lines the run would write."""
        return self.counts["created"] + self.counts["changed"]

    def of(self, outcome: Outcome) -> list[Line]:
        return [line for line in self.lines if line.outcome is outcome]

    def column_title(self, name: str | None) -> Sentence:
        """A column's title as people know it."""
        return next((column.title for column in COLUMNS[self.kind] if column.name == name), WHOLE_LINE)
