"""What the system page is made of: lines with a state, and what to do about those that are not well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from okibi.kernel.sentence import Sentence

Words = str | Sentence


class State(StrEnum):
    """How a thing is: well, worth a look, wrong, or idle (nothing is expected of it)."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing: ``value`` in words, ``at`` a moment that belongs to it (aware UTC, ``since`` says what it is).

    ``advice`` is what to do where it is not well; ``page`` the page of the documentation that tells more.
    """

    name: Words
    state: State
    value: Words = ""
    at: datetime | None = None
    since: str = ""
    detail: Words = ""
    advice: Words = ""
    page: str = ""
    url: str = ""

    @property
    def is_trouble(self) -> bool:
        return self.state in {State.BAD, State.WARN}


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one title."""

    title: str
    lines: Sequence[Line]
    has_journal: bool = False  # the check of its seals stands below the lines


def worst(sections: Sequence[Section]) -> State:
    """The state of the whole: the worst of its lines."""
    states = {line.state for section in sections for line in section.lines}
    return next((state for state in (State.BAD, State.WARN) if state in states), State.GOOD)


def troubles(sections: Sequence[Section]) -> list[Line]:
    """What is not well, the worst first."""
    found = [line for section in sections for line in section.lines if line.is_trouble]
    return sorted(found, key=lambda line: line.state is State.WARN)
