"""What is wrong with lines: begun, gone on, over; each is told of once, and once more when it is over.

Looked at every minute by a job of its own process, so that gateways whose process died are silent too.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta

from django.db import transaction

from okibi.journal.services import record
from okibi.kernel.clock import now
from okibi.sms.campaign_kinds import TroubleKind
from okibi.sms.errors import SmsFileError
from okibi.sms.lines import FAILING_AFTER, SILENT_AFTER
from okibi.sms.models import Line, Trouble
from okibi.sms.options import SmsOptions, sms_options

NO_NETWORK_FOR = timedelta(minutes=5)  # a modem that looks for its network now and then is no news (vendor's figure)
STAYS_WELL = timedelta(minutes=5)  # what comes back sooner is the same trouble: no letter twice
CODES = {TroubleKind.NETWORK: "sms.line_no_network", TroubleKind.BALANCE: "sms.line_low_balance"}
"""Journal codes of those that :mod:`okibi.sms.lines` does not record when they happen."""


def look() -> int:
    """Compare each line with its troubles; gives how many began or ended."""
    lows = _lows()
    lines = list(Line.objects.filter(is_listed=True, seen_at__isnull=False))
    changed = 0
    with transaction.atomic():
        rows = Trouble.objects.select_for_update(of=("self",)).filter(ended_at=None).select_related("line")
        running = {(row.line_id, row.kind): row for row in rows}
        for line in lines:
            for kind, detail in _wrong_with(line, lows.get((line.gateway, line.name), 0)).items():
                row = running.pop((line.pk, kind.value), None)
                changed += _goes_on(line, kind, detail, row)
        changed += sum(map(_well, running.values()))
    return changed


def _lows() -> dict[tuple[str, str], int]:
    try:
        options = sms_options()
    except (SmsFileError, OSError):
        options = SmsOptions()
    return {
        (gateway.name, line.name): line.balance.low
        for gateway in options.gateways
        for line in gateway.lines
        if line.balance
    }


def _wrong_with(line: Line, low: int) -> dict[TroubleKind, str]:
    moment = now()
    if line.seen_at is None or moment - line.seen_at >= SILENT_AFTER:
        return {TroubleKind.SILENT: "", **_of_its_sim(line, low)}
    found = _of_its_sim(line, low)
    if line.network_lost_at and not line.has_network and moment - line.network_lost_at >= NO_NETWORK_FOR:
        found[TroubleKind.NETWORK] = line.operator
    return found


def _of_its_sim(line: Line, low: int) -> dict[TroubleKind, str]:
    found = {}
    if low and line.balance_amount is not None and line.balance_amount < low:
        found[TroubleKind.BALANCE] = f"{line.balance_amount} < {low}"
    if line.failures >= FAILING_AFTER:
        found[TroubleKind.FAILING] = line.last_error
    return found


def _goes_on(line: Line, kind: TroubleKind, detail: str, row: Trouble | None) -> int:
    if row is None:
        Trouble.objects.create(line=line, kind=kind.value, detail=detail[:300], began_at=now())
        if kind in CODES:
            record(CODES[kind], ("sms_line", line.pk), data={"line": str(line), "why": detail[:300]})
        return 1
    if row.well_since is not None or row.detail != detail[:300]:
        row.well_since, row.detail = None, detail[:300]
        row.save(update_fields=["well_since", "detail"])
    return 0


def _well(row: Trouble) -> int:
    """It looks well: over when it stays so, at once where the file has the line no more."""
    moment = now()
    if row.line.is_listed and row.well_since is None:
        row.well_since = moment
        row.save(update_fields=["well_since"])
        return 0
    if row.line.is_listed and row.well_since is not None and moment - row.well_since < STAYS_WELL:
        return 0
    row.ended_at = moment
    row.save(update_fields=["ended_at"])
    record("sms.line_well", ("sms_line", row.line_id), data={"line": str(row.line), "trouble": row.kind}, at=moment)
    return 1


def tell(began: Callable[[Trouble], None], over: Callable[[Trouble], None]) -> int:
    """Have each trouble told once when it began and once when it is over; each in a transaction of its own.

    One that was over before anybody was told of it is told of by nobody.
    """
    Trouble.objects.filter(ended_at__isnull=False, told_at=None).update(told_at=now(), over_told_at=now())
    told = 0
    for filters, mark, say in (
        ({"told_at": None}, "told_at", began),
        ({"ended_at__isnull": False, "over_told_at": None}, "over_told_at", over),
    ):
        for pk in list(Trouble.objects.filter(**filters).order_by("pk").values_list("pk", flat=True)):
            with transaction.atomic():
                waiting = Trouble.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk, **filters)
                row = waiting.select_related("line").first()
                if row is None:
                    continue
                say(row)
                Trouble.objects.filter(pk=pk).update(**{mark: now()})
                told += 1
    return told


def running(line_ids: Collection[int] | None = None) -> Sequence[Trouble]:
    """What is wrong now, the oldest first, with the lines."""
    rows = Trouble.objects.filter(ended_at=None).select_related("line").order_by("began_at", "pk")
    return list(rows if line_ids is None else rows.filter(line_id__in=line_ids))


def running_count() -> int:
    """How many."""
    return Trouble.objects.filter(ended_at=None).count()


def by_line(rows: Sequence[Trouble]) -> Mapping[int, Sequence[Trouble]]:
    """Troubles of each line."""
    found: dict[int, list[Trouble]] = {}
    for row in rows:
        found.setdefault(row.line_id, []).append(row)
    return found


def past(line_id: int, limit: int = 20) -> Sequence[Trouble]:
    """The newest troubles of a line, those that are over among them."""
    return list(Trouble.objects.filter(line_id=line_id).order_by("-began_at", "-pk")[:limit])
