"""What SIMs have used, in segments: limits belong to a SIM and not to the slot it stands in."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, Q, Sum

from okibi.kernel.clock import now
from okibi.kernel.statements import run
from okibi.sms.models import Line, SimUse

PLENTY = 1_000_000
_ADD = """
    INSERT INTO okibi_sms_simuse AS known (sim, day, segments) VALUES (%s, %s, %s)
    ON CONFLICT (sim, day) DO UPDATE SET segments = known.segments + EXCLUDED.segments
"""
_HOLD = """
    INSERT INTO okibi_sms_simuse AS known (sim, day, segments) VALUES (%s, %s, 0)
    ON CONFLICT (sim, day) DO UPDATE SET segments = known.segments
"""


def today() -> date:
    """The day by the desk's clock: limits of SIMs begin anew at its midnight."""
    return now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def used(sim: str, day: date) -> tuple[int, int]:
    """Segments of the day and of its month."""
    month = SimUse.objects.filter(sim=sim, day__gte=day.replace(day=1), day__lte=day)
    sums = month.aggregate(of_day=Sum("segments", filter=Q(day=day)), of_month=Sum("segments"))
    return sums["of_day"] or 0, sums["of_month"] or 0


def left_of(line: Line, day: date, *, hold: bool = False) -> int:
    """Segments that the line's SIM may still be given. ``hold``: inside a transaction, nobody else counts meanwhile."""
    if not line.day_limit and not line.month_limit:
        return PLENTY
    if hold:
        run(_HOLD, [line.sim, day])
    of_day, of_month = used(line.sim, day)
    left = PLENTY
    if line.day_limit:
        left = min(left, line.day_limit - of_day)
    if line.month_limit:
        left = min(left, line.month_limit - of_month)
    return max(0, left)


def count(sim: str, day: date, segments: int) -> None:
    """They were given to a line."""
    run(_ADD, [sim, day, segments])


def carry(was: str, sim: str) -> None:
    """A card is known by another name: what it used this month counts under that one."""
    day = today()
    for row in SimUse.objects.select_for_update().filter(sim=was, day__gte=day.replace(day=1)).order_by("day"):
        run(_ADD, [sim, row.day, row.segments])
        row.delete()


def spent(rows: Sequence[Line], day: date) -> set[int]:
    """Those lines (ids) whose SIM may be given nothing more on a day: one statement, none where no line has a limit."""
    limited = {row.pk: row for row in rows if row.day_limit or row.month_limit}
    if not limited:
        return set()
    uses = SimUse.objects.filter(sim__in=[row.sim for row in limited.values()], day__gte=day.replace(day=1))
    of_month: dict[str, int] = {}
    of_day: dict[str, int] = {}
    for use in uses.filter(day__lte=day):
        of_month[use.sim] = of_month.get(use.sim, 0) + use.segments
        of_day[use.sim] = of_day.get(use.sim, 0) + (use.segments if use.day == day else 0)
    return {
        pk for pk, row in limited.items()
        if (row.day_limit and of_day.get(row.sim, 0) >= row.day_limit)
        or (row.month_limit and of_month.get(row.sim, 0) >= row.month_limit)
    }  # fmt: skip


def give_back(sim: str, day: date | None, segments: int) -> None:
    """They certainly did not leave."""
    if day is not None:
        SimUse.objects.filter(sim=sim, day=day, segments__gte=segments).update(segments=F("segments") - segments)
