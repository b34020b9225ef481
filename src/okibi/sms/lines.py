"""What lines do: who lives, who is silent, whose SIM was changed, who fails and rests."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from okibi.journal.services import record
from okibi.kernel.clock import now
from okibi.policy.phone_numbers import PhoneNumberError, parse_phone, tail_of
from okibi.sms import usage
from okibi.sms.gateways.port import LineNews, Trouble
from okibi.sms.models import Line, LineEvent
from okibi.sms.options import GatewayOptions
from okibi.sms.storable import MOST_FACTS, storable, storable_facts

log = structlog.get_logger(__name__)

SILENT_AFTER = timedelta(seconds=92)  # three keepalives missed: the vendor's own rule
FAILING_AFTER = 3  # failures in a row
PARKED_FOR = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
LENGTHS = {"operator": 60, "imei": 20, "imsi": 20, "iccid": 24, "model": 60}  # of the row's columns
REPEATS_FOR = timedelta(minutes=10)
EVENTS_KEPT = 500  # newest of each line
PIECE = "PIECE"  # a segment whose others have not come yet: kept until they have


def listed(gateways: tuple[GatewayOptions, ...]) -> dict[tuple[str, str], int]:
    """Have a row for each line of the file, and give their ids by gateway and name; others are listed no more."""
    found: dict[tuple[str, str], int] = {}
    with transaction.atomic():
        for gateway in gateways:
            for line in gateway.lines:
                known = {
                    "kind": gateway.kind,
                    "is_listed": True,
                    "group": line.group,
                    "day_limit": line.day_limit,
                    "month_limit": line.month_limit,
                }
                row, _ = Line.objects.update_or_create(
                    gateway=gateway.name,
                    name=line.name,
                    defaults=known,
                    create_defaults=known | {"number": line.number},
                )
                if line.number and row.number != line.number:
                    Line.objects.filter(pk=row.pk).update(number=line.number)
                found[gateway.name, line.name] = row.pk
        Line.objects.filter(is_listed=True).exclude(pk__in=found.values()).update(
            is_listed=False, registered_at=None, has_network=False
        )
    return found


@transaction.atomic
def alive(line_id: int, news: LineNews) -> None:
    """A line spoke. A SIM that was changed takes the learned number with it."""
    moment = now()
    row = Line.objects.select_for_update(no_key=True).get(pk=line_id)
    if row.registered_at is None:
        row.registered_at = moment
        if row.seen_at is not None:
            record("sms.line_back", ("sms_line", row.pk), data={"line": str(row)}, at=moment)
    row.seen_at = moment
    was, swapped = row.sim, _is_another(row, news)
    if swapped:
        row.number, row.balance, row.balance_at, row.iccid, row.imsi = "", "", None, "", ""
        row.balance_amount, row.balance_asked_at = None, None
        card = storable(news.imsi or news.iccid or "", 24)[-6:]
        record("sms.sim_swapped", ("sms_line", row.pk), data={"line": str(row), "imsi": card}, at=moment)
    if news.has_network is False and row.network_lost_at is None:
        row.network_lost_at = moment
    elif news.has_network:
        row.network_lost_at = None
    _write_down(row, news)
    if not swapped and row.sim != was:  # the same card, by a better name: what it used is its own
        usage.carry(was, row.sim)
    row.save()


def _write_down(row: Line, news: LineNews) -> None:
    """What a line said of itself, as far as the row has room for it."""
    for name in ("has_network", "signal"):
        told = getattr(news, name)
        if told is not None:
            setattr(row, name, told)
    for name, most in LENGTHS.items():
        told = getattr(news, name)
        if told is not None:
            setattr(row, name, storable(told, most))
    if news.number:
        row.number = _e164(news.number)
    if news.facts:
        row.facts = dict(list({**row.facts, **storable_facts(news.facts)}.items())[-MOST_FACTS:])


def _is_another(row: Line, news: LineNews) -> bool:
    """Whether the slot has another card than before."""
    if news.imsi and row.imsi:
        return news.imsi != row.imsi
    return bool(news.iccid and row.iccid and news.iccid != row.iccid)


def silent() -> int:
    """Lines that have not spoken for 92 seconds: each is told of once. Gives how many were found."""
    before = now() - SILENT_AFTER
    found = Line.objects.filter(Q(seen_at__lt=before) | Q(seen_at=None), is_listed=True, registered_at__isnull=False)
    with transaction.atomic():
        rows = list(found.select_for_update())
        for row in rows:
            seen = row.seen_at.isoformat() if row.seen_at else None
            record("sms.line_silent", ("sms_line", row.pk), data={"line": str(row), "seen": seen})
        Line.objects.filter(pk__in=[row.pk for row in rows]).update(registered_at=None, has_network=False)
    return len(rows)


def did_well(line_id: int, moment: datetime) -> None:
    """It sent one: what failed before is forgotten."""
    Line.objects.filter(pk=line_id).update(failures=0, parked_until=None, last_sent_at=moment)


def did_badly(line_id: int, error: str, moment: datetime) -> None:
    """One more failure; several in a row park the line for longer and longer, and then it is tried again."""
    row = Line.objects.select_for_update().filter(pk=line_id).first()
    if row is None:
        return
    row.failures += 1
    row.last_error, row.last_error_at = error[:300], moment
    if row.failures >= FAILING_AFTER:
        row.parked_until = moment + PARKED_FOR[min(row.failures - FAILING_AFTER, len(PARKED_FOR) - 1)]
        if row.failures == FAILING_AFTER:
            record("sms.line_failing", ("sms_line", row.pk), data={"line": str(row), "why": row.last_error}, at=moment)
    row.save(update_fields=["failures", "last_error", "last_error_at", "parked_until"])


def rest(line_id: int, trouble: Trouble, moment: datetime) -> None:
    """A line that could not even begin is left alone for a while."""
    values: dict[str, object] = {"parked_until": moment + trouble.rest}
    if trouble.is_failure:
        values |= {"last_error": trouble.error[:300], "last_error_at": moment}
    Line.objects.filter(pk=line_id).update(**values)


def keep_event(line_id: int, verb: str, external_id: str, fields: Mapping[str, str], *, waits: bool = False) -> None:
    """Put on record what a line told. ``waits``: a report that is about nothing we have yet.

    What comes again because our answer was lost stands there once.
    """
    verb, external_id, told, moment = storable(verb, 16), storable(external_id, 64), storable_facts(fields), now()
    same = LineEvent.objects.filter(line_id=line_id, verb=verb, external_id=external_id, fields=told)
    if external_id and same.filter(at__gt=moment - REPEATS_FOR).exists():
        return
    LineEvent.objects.create(line_id=line_id, verb=verb, external_id=external_id, fields=told, at=moment, waits=waits)


def early_report(line_id: int, reference: str, since: datetime, number: str = "") -> int | None:
    """The TP-Status of a report that came before its SMS was known as sent, if that says its end; taken once.

    ``number``: whose it must be where the report names one; "": the reference alone tells.
    """
    tail = tail_of(number)
    rows = LineEvent.objects.filter(line_id=line_id, waits=True, at__gte=since).order_by("-id")[:200]
    mine = [
        row for row in rows
        if row.fields.get("sms_no") == reference and (not tail or tail_of(row.fields.get("num", "")) in {"", tail})
    ]  # fmt: skip
    LineEvent.objects.filter(pk__in=[row.pk for row in mine]).update(waits=False)
    return next((state for row in mine if (state := _end_in(row)) is not None), None)


def report_for(line_id: int, number: str, since: datetime) -> tuple[str, int] | None:
    """A report to a number about nothing that is known, if it says an end: its reference and TP-Status; taken once."""
    tail = tail_of(number)
    rows = LineEvent.objects.filter(line_id=line_id, waits=True, at__gte=since).order_by("-id")[:200]
    for row in rows:
        state = _end_in(row)
        if state is not None and tail and tail_of(row.fields.get("num", "")) == tail:
            LineEvent.objects.filter(pk=row.pk).update(waits=False)
            return row.fields.get("sms_no", ""), state
    return None


def _end_in(report: LineEvent) -> int | None:
    state = report.fields.get("state", "")
    return int(state) if state.isdigit() and (state == "0" or int(state) >= 64) else None


def hold(line_id: int) -> str:
    """Inside a transaction: what is told of a line's SMS and what is marked of them do not pass each other unseen.

    Gives the kind of its gateway, "" where there is no such line.
    """
    return Line.objects.select_for_update(no_key=True).filter(pk=line_id).values_list("kind", flat=True).first() or ""


def prune() -> None:
    """Keep the newest events of each line."""
    for pk in Line.objects.values_list("pk", flat=True):
        kept = LineEvent.objects.filter(line_id=pk).order_by("-id").values_list("pk", flat=True)
        last = kept[EVENTS_KEPT : EVENTS_KEPT + 1].first()
        if last is not None:
            LineEvent.objects.filter(line_id=pk, pk__lte=last).exclude(verb=PIECE).delete()


def _e164(text: str) -> str:
    try:
        return parse_phone(text).e164
    except PhoneNumberError:
        return ""
