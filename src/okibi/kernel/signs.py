"""Signs of life: what parts and ways that no table shows said of themselves last. The system page reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Value
from django.db.models.functions import StrIndex

from okibi.kernel.clock import now
from okibi.kernel.models import SignOfLife

PROBLEM_LENGTH = 500  # characters


@dataclass(frozen=True, slots=True)
class Sign:
    """What one of them said last (aware UTC). ``well_at``: when it last was well, None if never; "" is no problem."""

    name: str
    at: datetime
    well_at: datetime | None
    problem: str


def give(name: str, problem: str = "") -> None:
    """Say that it lives, and with ``problem`` what stands in its way. Raises Django's database errors."""
    moment = now()
    row = SignOfLife(name=name[:200], at=moment, well_at=None if problem else moment, problem=problem[:PROBLEM_LENGTH])
    told = ["at", "problem"] if problem else ["at", "well_at", "problem"]
    SignOfLife.objects.bulk_create([row], update_conflicts=True, unique_fields=["name"], update_fields=told)


def withdraw(name: str) -> None:
    """It ended as it was asked to: its silence is no trouble."""
    SignOfLife.objects.filter(name=name[:200]).delete()


def of(beginning: str) -> Sequence[Sign]:
    """All whose name begins so, the newest first. They are few: one per process or mailbox."""
    found = SignOfLife.objects.annotate(place=StrIndex("name", Value(beginning))).filter(place=1).order_by("-at")
    return [Sign(row.name, row.at, row.well_at, row.problem) for row in found]
