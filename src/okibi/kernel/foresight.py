"""What a short transaction will surely need, asked in one statement at its beginning.

Placing a request through the API asked five small questions, each a round trip: the schemes, the calendar's
corrections, the next number, and (with the rows) their keys. Together they cost what one of them did.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db.models import Model

from okibi.kernel.memory import hold, remembered, short_memory
from okibi.kernel.statements import Row, having_drawn, run, sequence_of


@dataclass(frozen=True, slots=True)
class Question:
    """A small query without parameters that gives exactly one row of so many columns."""

    key: str
    sql: str
    columns: int


def answered(question: Question) -> Row:
    """Its row; inside a :func:`okibi.kernel.memory.short_memory` the one that was read first."""
    row: Row = remembered(question.key, lambda: run(question.sql)[0])
    return row


@contextmanager
def foreseen(questions: Sequence[Question], models: Sequence[type[Model]], sequences: Sequence[str]) -> Iterator[None]:
    """Inside the block the questions are answered, and each model has a key drawn and each sequence a number.

    What is not used is lost, as numbers of a sequence may be. A sequence that is not there gives no number. It is a
    :func:`okibi.kernel.memory.short_memory` too: keep it to one transaction.
    """
    names = [*(sequence_of(model) for model in models), *sequences]
    marks = ", ".join(["nextval(to_regclass(%s))"] * len(names))
    asked = " CROSS JOIN ".join(f"({question.sql}) AS {question.key}" for question in questions)
    columns = ", ".join([*(f"{question.key}.*" for question in questions), marks])
    with short_memory():
        (row,) = run(f"SELECT {columns} FROM {asked}", names)  # noqa: S608  statements of our own, not input
        at = 0
        for question in questions:
            hold(question.key, row[at : at + question.columns])
            at += question.columns
        drawn: dict[str, list[int]] = {}
        for name, number in zip(names, row[at:], strict=True):
            if number is not None:
                drawn.setdefault(name, []).append(number)
        with having_drawn(drawn):
            yield
