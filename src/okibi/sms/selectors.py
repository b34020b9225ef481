"""Reading lines and SMS: for the console, the commands and the scheme's condition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum

from okibi.kernel.clock import now
from okibi.sms import usage
from okibi.sms.lines import SILENT_AFTER
from okibi.sms.models import Line, SimUse, Sms

RECENT = timedelta(hours=24)
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether any gateway is connected now; when one last spoke (aware, None for never), and which model it is."""

    connected: bool
    seen_at: datetime | None
    model: str


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line and what is left of its SIM's limits (None: no limit); what it did within a day."""

    line: Line
    is_alive: bool
    used_today: int
    used_month: int
    left_today: int | None
    left_month: int | None
    sent: int
    failed: int

    @property
    def dbm(self) -> int | None:
        """AT+CSQ as decibel-milliwatts."""
        return None if self.line.signal is None else 2 * self.line.signal - 113


def gateway_standing() -> Standing:
    """The desk's own gateways: connected is one line that spoke within 92 seconds."""
    last = Line.objects.filter(is_listed=True, seen_at__isnull=False).order_by("-seen_at").first()
    if last is None or last.seen_at is None:
        return Standing(False, None, "")
    alive = last.registered_at is not None and now() - last.seen_at < SILENT_AFTER
    return Standing(alive, last.seen_at, last.model)


def lines() -> Sequence[LineShown]:
    """Every line of the file, by gateway and name: four statements however many there are."""
    moment, day = now(), usage.today()
    rows = list(Line.objects.filter(is_listed=True).order_by("gateway", "name"))
    sims = [row.sim for row in rows]
    uses = SimUse.objects.filter(sim__in=sims, day__gte=day.replace(day=1))
    month = dict(uses.values_list("sim").annotate(all=Sum("segments")))
    today = dict(SimUse.objects.filter(sim__in=sims, day=day).values_list("sim", "segments"))
    done = Q(state__in=["sent", "delivered"])
    lately = Sms.objects.filter(line__in=rows, ended_at__gt=moment - RECENT).values_list("line")
    counts = {
        pk: (well, badly) for pk, well, badly in lately.annotate(well=Count("id", done), badly=Count("id", ~done))
    }
    return [
        _shown(row, moment, (today.get(row.sim, 0), month.get(row.sim, 0)), counts.get(row.pk, (0, 0))) for row in rows
    ]


def _shown(row: Line, moment: datetime, used: tuple[int, int], counts: tuple[int, int]) -> LineShown:
    today, month = used
    alive = row.registered_at is not None and row.seen_at is not None and moment - row.seen_at < SILENT_AFTER
    return LineShown(
        line=row,
        is_alive=alive,
        used_today=today,
        used_month=month,
        left_today=max(0, row.day_limit - today) if row.day_limit else None,
        left_month=max(0, row.month_limit - month) if row.month_limit else None,
        sent=counts[0],
        failed=counts[1],
    )


def counts() -> dict[str, int]:
    """How many SMS are in each state that is not over or needs somebody; over partial indexes."""
    found = dict.fromkeys(("queued", "sending", "failed", "uncertain"), 0)
    for state in found:
        found[state] = Sms.objects.filter(state=state).count()
    return found


def newest(state: str = "", before: int | None = None) -> Sequence[Sms]:
    """The newest SMS, of one state where it is given, older than an id where that is given; with their lines."""
    rows = Sms.objects.select_related("line").order_by("-id")
    if state:
        rows = rows.filter(state=state)
    return list((rows.filter(pk__lt=before) if before else rows)[:SHOWN])


def by_key(source: str, key: str) -> Sms | None:
    """The SMS of that source and key, or None."""
    return Sms.objects.filter(source=source, key=key).first()


def names() -> Sequence[tuple[int, str]]:
    """Every line of the file by name, for choosing one: one statement."""
    rows = Line.objects.filter(is_listed=True).order_by("gateway", "name")
    return [(row.pk, str(row)) for row in rows.only("gateway", "name")]
