"""The desk in figures: how soon it reacts by class and month, how much within term, and what stands open now.

A request belongs to the month in which it was placed (of the zone passed in). The working time until the reaction
is the one the journal recorded when the clock stopped (``ticket.reacted``): later corrections of the
calendar don't rewrite it. Everything is added up by the database; what comes back is a few rows per month.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, F, Q

from okibi.accounts.models import Staff
from okibi.journal.models import Entry
from okibi.tickets.models import ACTIVE_STATES, CLOCK_STATES, Ticket

TICKETS = Ticket._meta.db_table  # noqa: SLF001  Django's own public habit
ENTRIES = Entry._meta.db_table  # noqa: SLF001
REACTED = "ticket.reacted"

# Month by month, so that each walks its own stretch of the index and its few groups are added up in memory.
_PLACED = f"""
SELECT m.number, p.kind, p.placed, p.overdue
FROM unnest(%(begins)s::timestamptz[], %(ends)s::timestamptz[]) WITH ORDINALITY AS m (began, ended, number),
LATERAL (
    SELECT t.kind, count(*) AS placed,
           count(*) FILTER (
               WHERE t.reacted_at IS NULL AND t.due_at <= %(now)s AND t.state = ANY(%(running)s)
           ) AS overdue
    FROM {TICKETS} t
    WHERE t.placed_at >= m.began AND t.placed_at < m.ended AND t.due_at IS NOT NULL
    GROUP BY t.kind
) p
"""  # noqa: S608  names of our own tables
_REACTED = f"""
SELECT m.number, p.kind, p.actor_id, p.reacted, p.seconds, p.within
FROM unnest(%(begins)s::timestamptz[], %(ends)s::timestamptz[]) WITH ORDINALITY AS m (began, ended, number),
LATERAL (
    SELECT t.kind, e.actor_id, count(*) AS reacted, sum((e.data->>'seconds')::float8) AS seconds,
           count(*) FILTER (WHERE t.reacted_at <= t.due_at) AS within
    FROM {TICKETS} t JOIN {ENTRIES} e ON e.subject_kind = 'ticket' AND e.subject_id = t.id AND e.code = %(code)s
    WHERE t.placed_at >= m.began AND t.placed_at < m.ended AND t.reacted_at IS NOT NULL
    GROUP BY t.kind, e.actor_id
) p
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Months:
    """A stretch of whole months, both ends included; each a first day of its month."""

    first: date
    last: date

    def each(self) -> list[date]:
        """Every month of it, in order."""
        months, month = [], self.first
        while month <= self.last:
            months.append(month)
            month = next_month(month)
        return months

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The half-open stretch of time in ``zone``."""
        after = next_month(self.last)
        return datetime(self.first.year, self.first.month, 1, tzinfo=zone), datetime(
            after.year, after.month, 1, tzinfo=zone
        )


def next_month(month: date) -> date:
    """The first day of the month after this one."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Reaction:
    """How one class fared in one month (or several added up).

    ``placed``: requests that were promised a term. ``reacted``: those that got their reaction. ``late``: reacted after
    the term, or still without reaction after it. ``elapsed``: working time until the reactions, together.
    """

    placed: int = 0
    reacted: int = 0
    within: int = 0
    overdue: int = 0  # no reaction yet, and the term is over
    elapsed: timedelta = timedelta()

    @property
    def average(self) -> timedelta | None:
        """Working time until the reaction; None where nobody was answered yet."""
        return self.elapsed / self.reacted if self.reacted else None

    @property
    def late(self) -> int:
        return self.reacted - self.within + self.overdue

    @property
    def share(self) -> float | None:
        """Of the terms that came to an end, how many were kept: 0…1; None where none did."""
        ended = self.reacted + self.overdue
        return self.within / ended if ended else None

    def __add__(self, other: "Reaction") -> "Reaction":
        return Reaction(
            self.placed + other.placed,
            self.reacted + other.reacted,
            self.within + other.within,
            self.overdue + other.overdue,
            self.elapsed + other.elapsed,
        )


@dataclass(frozen=True, slots=True)
class Reactions:
    """The whole stretch: by (month, class), and by the specialist who gave the reaction (id of staff)."""

    by_month: dict[tuple[date, str], Reaction]
    by_staff: dict[int | None, Reaction]

    def total(self, kind: str | None = None) -> Reaction:
        """All months of one class, or of all classes."""
        return together(value for (_, of), value in self.by_month.items() if kind in {None, of})

    def of_month(self, month: date) -> Reaction:
        """All classes of one month."""
        return together(value for (of, _), value in self.by_month.items() if of == month)


def together(parts: Iterable[Reaction]) -> Reaction:
    """Several added up."""
    return sum(parts, Reaction())


def reactions(months: Months, zone: ZoneInfo, now: datetime) -> Reactions:
    """How soon the desk reacted to what was placed in these months; ``now`` aware. Two queries."""
    each = months.each()
    bounds = [Months(month, month).bounds(zone) for month in each]
    values: dict[str, Any] = {
        "begins": [begin for begin, _ in bounds],
        "ends": [end for _, end in bounds],
        "now": now,
        "running": CLOCK_STATES,
        "code": REACTED,
    }
    by_month: dict[tuple[date, str], Reaction] = {}
    by_staff: dict[int | None, Reaction] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PLACED, values)
        for number, kind, placed, overdue in cursor.fetchall():
            by_month[each[number - 1], kind] = Reaction(placed=placed, overdue=overdue)
        cursor.execute(_REACTED, values)
        for number, kind, actor, count, seconds, within in cursor.fetchall():
            key = each[number - 1], kind
            part = Reaction(reacted=count, within=within, elapsed=timedelta(seconds=seconds or 0))
            by_month[key] = by_month.get(key, Reaction()) + part
            by_staff[actor] = by_staff.get(actor, Reaction()) + part
    return Reactions(by_month, by_staff)


def open_by_state() -> dict[str, int]:
    """How many active requests stand in each state now; one query on the partial index."""
    rows = Ticket.objects.filter(state__in=ACTIVE_STATES).values_list("state").annotate(count=Count("pk")).order_by()
    return dict(rows)


@dataclass(frozen=True, slots=True)
class Load:
    """What one specialist has now. ``staff_id`` None: nobody's."""

    staff_id: int | None
    name: str
    open: int
    overdue: int


def open_by_staff(now: datetime) -> list[Load]:
    """Active requests by who has them, the fullest first; those that are past their term. One query."""
    overdue = Q(state__in=CLOCK_STATES, reacted_at__isnull=True, due_at__lte=now)
    rows = (
        Ticket.objects.filter(state__in=ACTIVE_STATES)
        .values("assignee_id", name=F("assignee__name"))
        .annotate(count=Count("pk"), overdue=Count("pk", filter=overdue))
        .order_by("-count", "name")
    )
    return [Load(row["assignee_id"], row["name"] or "", row["count"], row["overdue"]) for row in rows]


def staff_names(ids: Iterable[int]) -> dict[int, str]:
    """Names by id of staff."""
    return dict(Staff.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def first_month(zone: ZoneInfo) -> date | None:
    """The month of the oldest request; None where there is none. One look at the index."""
    oldest = Ticket.objects.order_by("placed_at").values_list("placed_at", flat=True).first()
    return oldest.astimezone(zone).date().replace(day=1) if oldest else None
