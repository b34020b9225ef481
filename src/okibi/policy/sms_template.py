"""Texts with places for what differs from one recipient to the next: ``{name}``, ``{organisation}``, ``{number}`` …

A text is checked before anybody gets it: a place that nobody knows and a brace that stands alone are named with their
line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from okibi.kernel.sentence import Sentence


class Place(StrEnum):
    """What may stand in braces."""

    NAME = "name"
    ORGANISATION = "organisation"
    NUMBER = "number"  # of a document: a licence, a contract, a request
    DATE = "date"
    SUM = "sum"
    CODE = "code"


MEANINGS: dict[Place, Sentence] = {
    Place.NAME: Sentence("имя получателя", "the recipient's name"),
    Place.ORGANISATION: Sentence("организация", "the organisation"),
    Place.NUMBER: Sentence("номер лицензии или столбец «Номер»", "a licence's number, or the column “Number”"),
    Place.DATE: Sentence("столбец «Дата»", "the column “Date”"),
    Place.SUM: Sentence("столбец «Сумма»", "the column “Sum”"),
    Place.CODE: Sentence("столбец «Код»", "the column “Code”"),
}
_PLACE = re.compile(r"\{([^{}\n]*)\}")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a text, and on which of its lines (from 1)."""

    line: int
    why: Sentence


def places_of(text: str) -> tuple[Place, ...]:
    """The places of a text, each once and in order; what is no place is left out."""
    known = {each.value for each in Place}
    return tuple(dict.fromkeys(Place(name) for name in _PLACE.findall(text) if name in known))


def faults_of(text: str) -> tuple[Fault, ...]:
    """Everything that is wrong with the braces of a text."""
    found: list[Fault] = []
    known = {each.value for each in Place}
    for number, line in enumerate(text.splitlines(), start=1):
        for name in _PLACE.findall(line):
            if name not in known:
                ru = f"поля {{{name}}} нет; есть: {_listed()}"
                found.append(Fault(number, Sentence(ru, f"there is no field {{{name}}}; there are: {_listed()}")))
        rest = _PLACE.sub("", line)
        if "{" in rest or "}" in rest:
            why = Sentence("скобка без пары: поле пишут так: {name}", "a brace without its pair: fields are {name}")
            found.append(Fault(number, why))
    return tuple(found)


def _listed() -> str:
    return ", ".join(f"{{{each.value}}}" for each in Place)


def missing_in(text: str, values: Mapping[str, str]) -> Place | None:
    """The first place of a text for which there is nothing to put in, or None."""
    return next((place for place in places_of(text) if not values.get(place.value, "").strip()), None)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with every known place filled; values are put in as they are and never read as places again."""
    known = {each.value for each in Place}
    return _PLACE.sub(lambda match: values.get(match[1], "").strip() if match[1] in known else match[0], text)
