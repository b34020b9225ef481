"""What requesters think of the answers, in figures. A rating belongs to the month in which it was given."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from okibi.tickets.models import Rating
from okibi.tickets.reports import Months

GOOD = 4  # from this mark on the answer helped
MOST_LOW = 30


@dataclass(frozen=True, slots=True)
class Marks:
    """Several ratings added up: how many, their sum, how many of them are 4 or 5."""

    count: int = 0
    total: int = 0
    good: int = 0

    @property
    def average(self) -> float | None:
        """1 to 5; None where there are none."""
        return self.total / self.count if self.count else None

    @property
    def share(self) -> float | None:
        """How many of them are 4 or 5: 0…1; None where there are none."""
        return self.good / self.count if self.count else None

    def __add__(self, other: "Marks") -> "Marks":
        return Marks(self.count + other.count, self.total + other.total, self.good + other.good)


@dataclass(frozen=True, slots=True)
class Rated:
    """One rating. ``by``: the name of who has the request, "" for nobody."""

    number: str
    subject: str
    kind: str
    by: str
    score: int
    text: str
    at: datetime


def _in(months: Months, zone: ZoneInfo) -> QuerySet[Rating]:
    begin, end = months.bounds(zone)
    return Rating.objects.filter(at__gte=begin, at__lt=end)


def marks(months: Months, zone: ZoneInfo) -> dict[tuple[date, str], Marks]:
    """By month and class; one query."""
    rows = (
        _in(months, zone)
        .annotate(month=TruncMonth("at", tzinfo=zone))
        .values("month", kind=F("ticket__kind"))
        .annotate(count=Count("pk"), total=Sum("score"), good=Count("pk", filter=Q(score__gte=GOOD)))
    )
    return {(row["month"].date(), row["kind"]): Marks(row["count"], row["total"], row["good"]) for row in rows}


def together(parts: Iterator[Marks]) -> Marks:
    """Several added up."""
    return sum(parts, Marks())


def low(months: Months, zone: ZoneInfo, limit: int = MOST_LOW) -> Sequence[Rated]:
    """The newest ratings below 4; one query."""
    return list(_rated(_in(months, zone).filter(score__lt=GOOD).order_by("-at")[:limit]))


def every(months: Months, zone: ZoneInfo) -> Iterator[Rated]:
    """All ratings of the months, oldest first, read piece by piece."""
    return _rated(_in(months, zone).order_by("at"))


def _rated(rows: QuerySet[Rating]) -> Iterator[Rated]:
    names = ("ticket__number", "ticket__subject", "ticket__kind", "ticket__assignee__name", "score", "text", "at")
    for number, subject, kind, by, score, text, at in rows.values_list(*names).iterator():
        yield Rated(number, subject, kind, by or "", score, text, at)
