"""What winget searches for: a word, fields of which one has to fit, fields of which all have to.

``winget upgrade`` asks by ProductCode, UpgradeCode and the name without its signs.
Source: microsoft/winget-cli-restsource, documentation/WinGet-1.10.0.yaml, ManifestSearchRequestSchema.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

WORDS = ("PackageIdentifier", "PackageName")  # in which a mere word is looked for
NORMALIZED = "NormalizedPackageNameAndPublisher"
UNSUPPORTED = ("Moniker", "Command", "Tag", "PackageFamilyName", "Market", "HasInstallerType")  # we have none of them
MOST = 200  # conditions of one question
Package = Mapping[str, Sequence[str]]
"""The values of a package by the name of their field."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A word, how it has to fit, and in which fields."""

    word: str
    way: str
    fields: tuple[str, ...] = WORDS

    def fits(self, package: Package) -> bool:
        """Whether one value of one field fits; capitals never matter."""
        return any(
            _fits(self.word, value.casefold(), self.way) for name in self.fields for value in package.get(name, ())
        )


@dataclass(frozen=True, slots=True)
class Question:
    """``any_of`` empty: every package; ``all_of`` narrows it."""

    any_of: tuple[Condition, ...] = ()
    all_of: tuple[Condition, ...] = ()
    readable: bool = True

    def fits(self, package: Package) -> bool:
        """Whether a package is an answer."""
        found = not self.any_of or any(each.fits(package) for each in self.any_of)
        return self.readable and found and all(each.fits(package) for each in self.all_of)


def question_of(body: bytes) -> Question:
    """The question as it was sent; one that can't be read finds nothing."""
    try:
        asked = json.loads(body or b"{}")
        word = asked.get("Query") or {}
        any_of = [_condition(word, WORDS)] if word.get("KeyWord") else []
        return Question((*any_of, *_conditions(asked.get("Inclusions"))), tuple(_conditions(asked.get("Filters"))))
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError):
        return Question(readable=False)


def plain(text: str) -> str:
    """A name without its signs and spaces, as winget compares names of programs."""
    return "".join(char for char in text.casefold() if char.isalnum())


def _conditions(given: Any) -> list[Condition]:
    return [_condition(each["RequestMatch"], (str(each["PackageMatchField"]),)) for each in (given or [])[:MOST]]


def _condition(given: Mapping[str, Any], fields: tuple[str, ...]) -> Condition:
    return Condition(str(given.get("KeyWord") or "").casefold(), str(given.get("MatchType") or "Substring"), fields)


def _fits(word: str, value: str, way: str) -> bool:
    if way in ("Exact", "CaseInsensitive"):
        return word == value
    if way == "StartsWith":
        return value.startswith(word)
    if way == "Wildcard":
        return fnmatchcase(value, word)
    return word in value
