"""Reading the history of the scheme."""

import difflib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from okibi.schemes.models import SchemeVersion


class VersionState(StrEnum):
    """Where a version stands at a moment."""

    IN_FORCE = "in_force"
    COMING = "coming"
    PAST = "past"
    NEVER = "never"  # replaced before its moment came


@dataclass(frozen=True, slots=True)
class Version:
    """One row of the history. ``valid_until`` is the moment at which the next one took over; moments are UTC."""

    id: int
    digest: str
    valid_from: datetime
    valid_until: datetime | None
    loaded_at: datetime
    loaded_by: str
    state: VersionState

    @property
    def short(self) -> str:
        return self.digest[:8]


class LineKind(StrEnum):
    """What became of a line between two texts."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a comparison; ``number`` counts lines of the newer text, or of the older one for a removed line."""

    kind: LineKind
    text: str
    number: int


def history(at: datetime) -> list[Version]:
    """Every version, newest first, as it stands at an aware moment."""
    rows = list(SchemeVersion.objects.select_related("loaded_by").defer("text").order_by("valid_from", "pk"))
    versions = []
    for index, row in enumerate(rows):
        until = rows[index + 1].valid_from if index + 1 < len(rows) else None
        by = row.loaded_by.name if row.loaded_by else ""
        state = _state(row.valid_from, until, at)
        versions.append(Version(row.pk, row.digest, row.valid_from, until, row.loaded_at, by, state))
    return versions[::-1]


def text_of(version_id: int) -> str | None:
    """The text of a version as it was loaded."""
    return SchemeVersion.objects.filter(pk=version_id).values_list("text", flat=True).first()


def changes(older: str, newer: str, around: int = 2) -> list[DiffLine]:
    """What a newer text changed, with some lines around each change; empty for equal texts."""
    old, new = older.splitlines(), newer.splitlines()
    lines: list[DiffLine] = []
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(around):
        if group[0][3] > 0:
            lines.append(DiffLine(LineKind.SKIPPED, "", group[0][3]))
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                lines += [DiffLine(LineKind.SAME, new[at], at + 1) for at in range(new_from, new_to)]
                continue
            lines += [DiffLine(LineKind.REMOVED, old[at], at + 1) for at in range(old_from, old_to)]
            lines += [DiffLine(LineKind.ADDED, new[at], at + 1) for at in range(new_from, new_to)]
    return lines


def _state(valid_from: datetime, until: datetime | None, at: datetime) -> VersionState:
    if until is not None and until <= valid_from:
        return VersionState.NEVER
    if valid_from > at:
        return VersionState.COMING
    return VersionState.PAST if until is not None and until <= at else VersionState.IN_FORCE
