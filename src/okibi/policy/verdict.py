"""A verdict: what was judged, how it came out, on which ground, by what evidence, and said in both languages.

A verdict is stored on the ticket as JSON and read back years later, so the codes here never change their meaning.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from okibi.kernel.sentence import Sentence


class Status(StrEnum):
    """How one line came out. Nothing said is ``unknown``, never ``unmet``."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


class Coverage(StrEnum):
    """How a whole verdict came out, in the words of the scheme (scheme.md §1)."""

    COVERED = "covered"
    UNCOVERED = "uncovered"
    UNKNOWN = "unknown"


_COVERAGE = {
    Status.MET: Coverage.COVERED,
    Status.UNMET: Coverage.UNCOVERED,
    Status.UNKNOWN: Coverage.UNKNOWN,
}
_NOTHING = Sentence(ru="", en="")


def worst(statuses: Iterable[Status]) -> Status:
    """One ``unmet`` makes the whole unmet; else one ``unknown`` makes it unknown; nothing judged is unknown."""
    found = set(statuses)
    if Status.UNMET in found:
        return Status.UNMET
    if Status.UNKNOWN in found or not found:
        return Status.UNKNOWN
    return Status.MET


def _sentence(value: Mapping[str, str] | None) -> Sentence:
    value = value or {}
    return Sentence(ru=value.get("ru", ""), en=value.get("en", ""))


@dataclass(frozen=True, slots=True)
class Line:
    """One judged thing.

    ``subject`` is what was judged (``os``, ``runtime``, ``entitlement`` …), ``ground`` a stable code of why it came
    out so, ``evidence`` JSON-able facts (for platforms at least ``required`` and ``seen``), ``sentence`` says what
    is required and what was seen, ``detail`` what else there is to know or to do (may be empty).
    """

    subject: str
    status: Status
    ground: str
    sentence: Sentence
    detail: Sentence = _NOTHING
    evidence: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "subject": self.subject,
            "status": self.status.value,
            "ground": self.ground,
            "evidence": dict(self.evidence),
            "sentence": self.sentence.as_dict(),
            "detail": self.detail.as_dict(),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The line that :meth:`to_json` made. Raises ``KeyError`` or ``ValueError`` where it is not one."""
        return cls(
            subject=value["subject"],
            status=Status(value["status"]),
            ground=value["ground"],
            sentence=_sentence(value["sentence"]),
            detail=_sentence(value.get("detail")),
            evidence=dict(value.get("evidence") or {}),
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """Lines judged together, by one version of the policy (``policy_version``, empty where it does not matter)."""

    lines: tuple[Line, ...]
    policy_version: str = ""

    @property
    def status(self) -> Status:
        return worst(line.status for line in self.lines)

    @property
    def coverage(self) -> Coverage:
        return _COVERAGE[self.status]

    def line(self, subject: str) -> Line | None:
        """The first line about a subject, or nothing."""
        return next((line for line in self.lines if line.subject == subject), None)

    def with_status(self, status: Status) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.status is status)

    def __add__(self, other: "Verdict") -> "Verdict":
        """Both verdicts together, for example who is covered and what environment is covered."""
        return Verdict(self.lines + other.lines, self.policy_version or other.policy_version)

    def to_json(self) -> dict[str, Any]:
        return {
            "status": self.status.value,
            "coverage": self.coverage.value,
            "policy_version": self.policy_version,
            "lines": [line.to_json() for line in self.lines],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The verdict that :meth:`to_json` made. Status and coverage are worked out again from the lines."""
        return cls(
            lines=tuple(Line.from_json(line) for line in value["lines"]),
            policy_version=value.get("policy_version") or "",
        )
