"""The queue: claiming SMS for lines that are free, and marking what became of them. Short transactions, one thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.db.models import F, Q

from okibi.kernel.clock import now
from okibi.kernel.statements import run
from okibi.policy import sms_hours
from okibi.policy.phone_numbers import tail_of
from okibi.policy.sms_hours import Quiet
from okibi.policy.sms_states import SmsState, before
from okibi.sms import lines, usage
from okibi.sms.gateways.port import Fate, Order, Refused, Sent, Trouble
from okibi.sms.gateways.registry import GATEWAYS, shape_of
from okibi.sms.holding import dead
from okibi.sms.models import Line, Sms
from okibi.sms.tasks import nudge

log = structlog.get_logger(__name__)

MOST_TRIES = 5  # lines that may refuse one SMS
REPORT_WITHIN = timedelta(hours=1)  # a modem's numbers wrap: a report is of the newest within this (vendor's rule)
AWAY_FOR = timedelta(hours=1)  # a line that was silent for longer is nobody's hope
KEPT_TRYING = timedelta(days=3)  # an operator tries to deliver for about so long
TOLD = ("desk", "api")  # sources that are told what became of theirs
SMALL = 2**31  # gateways count in 31 bits

_CLAIM = """
    WITH picked AS (
        SELECT id FROM okibi_sms_sms
        WHERE state = 'queued' AND not_before <= %s AND (expires_at IS NULL OR expires_at > %s)
            AND NOT (tried @> ARRAY[%s]::bigint[]) AND segments <= %s
            AND ("group" = '' OR "group" = %s OR NOT EXISTS (
                SELECT FROM unnest(%s::bigint[], %s::text[]) AS living(id, name)
                WHERE living.name = "group" AND NOT (tried @> ARRAY[living.id])
            ))
        ORDER BY priority DESC, not_before, id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    UPDATE okibi_sms_sms AS sms SET state = 'sending', line_id = %s, holder = %s, sim = %s, used_on = %s,
        attempts = sms.attempts + 1, handed_at = NULL, reference = ''
    FROM picked WHERE sms.id = picked.id RETURNING sms.id, sms.number, sms.text, sms.segments, sms.attempts, sms.zone
"""
_BACK = """
    UPDATE okibi_sms_sms SET state = 'queued', not_before = %s, line_id = NULL, holder = NULL, used_on = NULL,
        attempts = attempts - 1
    WHERE id = %s
"""
_ASLEEP = """
    UPDATE okibi_sms_sms SET not_before = %s WHERE id IN (
        SELECT id FROM okibi_sms_sms WHERE state = 'queued' AND zone = %s AND not_before < %s FOR UPDATE SKIP LOCKED
    )
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """One SMS that a line is to carry. ``attempt``: which claim of this SMS it is; an older one counts no more."""

    sms: int
    line: Line
    order: Order
    attempt: int


def claim(
    free: Sequence[int], holder: int, living: Mapping[int, str], quiet: Quiet | None = None
) -> list[Claim]:  # fmt: skip
    """For each free line (their ids) the SMS that is due first. The healthiest and least used lines choose first.

    ``living``: lines that can send, and their operator groups: an SMS for a group waits for those of it that have not
    failed on its number. ``quiet``: what waited for a line into the night waits for the morning.
    """
    if not free:
        return []
    moment = now()
    usable = Q(parked_until=None) | Q(parked_until__lte=moment)
    rows = Line.objects.filter(usable, pk__in=free, is_listed=True).order_by(
        "failures", F("last_sent_at").asc(nulls_first=True), "pk"
    )
    taken = (_claim_one(line, holder, living, moment, quiet) for line in rows)
    return [found for found in taken if found is not None]


@transaction.atomic
def _claim_one(
    line: Line, holder: int, living: Mapping[int, str], moment: datetime, quiet: Quiet | None
) -> Claim | None:  # fmt: skip
    day = usage.today()
    left = usage.left_of(line, day, hold=True)
    if not left:
        return None
    wanted = [moment, moment, line.pk, left, line.group, list(living), list(living.values())]
    while found := run(_CLAIM, [*wanted, line.pk, holder, line.sim, day]):
        pk, number, text, segments, attempt, zone = found[0]
        wakes = _wakes(zone, moment, quiet)
        if wakes is None:
            usage.count(line.sim, day, segments)
            return Claim(pk, line, Order(pk % SMALL, number, text), attempt)
        run(_BACK, [wakes, pk])
        run(_ASLEEP, [wakes, zone, wakes])  # and everything else for that zone, in one statement
    return None


def _wakes(zone: str, moment: datetime, quiet: Quiet | None) -> datetime | None:
    """When quiet hours end in the zone, or in both; None where there are none now."""
    if not zone or quiet is None:
        return None
    wakes = sms_hours.first_open(moment, [quiet], [ZoneInfo(name) for name in zone.split()])
    return wakes if wakes > moment else None


def hand(sms_id: int, holder: int, attempt: int | None = None) -> bool:
    """From now on the SMS may leave; False where it is not ours any more.

    ``attempt``: of which claim; this process itself may have claimed it anew meanwhile, for another line.
    """
    ours = Sms.objects.filter(pk=sms_id, state=Sms.State.SENDING, holder=holder)
    if attempt is not None:
        ours = ours.filter(attempts=attempt)
    return ours.update(handed_at=now()) == 1


@transaction.atomic
def settle(sms_id: int, line_id: int, fate: Fate, attempt: int | None = None) -> SmsState | None:
    """Write what became of an SMS that this line had; the state it has now, None where nothing changed.

    ``attempt``: of which claim; news of an older one change nothing. None: news that came by themselves.
    """
    kind = lines.hold(line_id)
    row = Sms.objects.select_for_update().filter(pk=sms_id, line_id=line_id).first()
    if row is None or row.state not in {Sms.State.SENDING, Sms.State.UNCERTAIN}:
        return None
    if attempt is not None and row.attempts != attempt:
        return None
    moment = now()
    if isinstance(fate, Sent):
        state = _sent(row, fate, moment, kind)
        lines.did_well(line_id, moment)
    elif isinstance(fate, Refused):
        state = _refused(row, fate, moment)
        if not fate.permanent:  # a number that does not exist is no fault of the line
            lines.did_badly(line_id, fate.error, moment)
    elif isinstance(fate, Trouble):
        state = _returned(row)
        lines.rest(line_id, fate, moment)
    elif row.state == Sms.State.UNCERTAIN:
        return None
    else:
        state = _unknown(row, fate.error, moment)
        if state is SmsState.UNCERTAIN:
            lines.did_badly(line_id, fate.error, moment)
        else:
            lines.did_well(line_id, moment)
    log.info("sms_settled", sms=row.pk, line=line_id, state=row.state, error=row.error)
    return state


def _sent(row: Sms, fate: Sent, moment: datetime, kind: str) -> SmsState:
    row.reference, row.sent_at = fate.reference[:64], moment
    if row.reference:
        number = "" if _reports_within(kind) > REPORT_WITHIN else row.number  # references that never come again
        report = lines.early_report(row.line_id or 0, row.reference, row.handed_at or moment, number)
        if report is not None:
            return _end(row, Sms.State.DELIVERED if report == 0 else Sms.State.FAILED, moment, _status(report))
    return _end(row, Sms.State.SENT, moment, "")


def _unknown(row: Sms, error: str, moment: datetime) -> SmsState:
    """No answer; a report of its number that came meanwhile says what the answer would have."""
    report = lines.report_for(row.line_id or 0, row.number, row.handed_at or moment)
    if report is None:
        return _end(row, Sms.State.UNCERTAIN, moment, error)
    row.reference, row.sent_at = report[0][:64], moment
    return _end(row, Sms.State.DELIVERED if report[1] == 0 else Sms.State.FAILED, moment, _status(report[1]))


def _refused(row: Sms, fate: Refused, moment: datetime) -> SmsState:
    usage.give_back(row.sim, row.used_on, row.segments)
    row.tried = [*row.tried, row.line_id or 0]
    others = Line.objects.filter(is_listed=True, seen_at__gt=moment - AWAY_FOR).exclude(pk__in=row.tried)
    if row.state == Sms.State.UNCERTAIN or fate.permanent or len(row.tried) >= MOST_TRIES or not others.exists():
        return _end(row, Sms.State.FAILED, moment, fate.error)
    row.error = fate.error[:300]
    return _requeue(row)


def _returned(row: Sms) -> SmsState:
    if row.state == Sms.State.UNCERTAIN:
        return SmsState.UNCERTAIN
    usage.give_back(row.sim, row.used_on, row.segments)
    return _requeue(row)


def _requeue(row: Sms) -> SmsState:
    row.state, row.holder, row.handed_at, row.used_on = Sms.State.QUEUED, None, None, None
    row.save(update_fields=["state", "holder", "handed_at", "used_on", "tried", "error"])
    return SmsState.QUEUED


def _end(row: Sms, state: str, moment: datetime, error: str) -> SmsState:
    row.state, row.holder, row.error, row.ended_at = state, None, error[:300], moment
    row.save(update_fields=["state", "holder", "error", "ended_at", "tried", "reference", "sent_at"])
    if row.source in TOLD:
        nudge()
    return SmsState(state)


def _status(state: int) -> str:
    return "" if state == 0 else f"TP-Status {state}"


@transaction.atomic
def delivered(line_id: int, reference: str, number: str, state: int, also: Sequence[str] = ()) -> bool:
    """A delivery report: of the newest SMS of that line and reference; of one of unknown fate, by its number.

    ``also``: other notations of the reference, which count only for an SMS to that number. ``state``: TP-Status
    (3GPP TS 23.040 §9.2.3.15): 0 arrived, 64 and above did not; between, it is still on its way.
    False: nothing it could be about (yet).
    """
    kind = Line.objects.filter(pk=line_id).values_list("kind", flat=True).first()
    within = _reports_within(kind or "")
    since, tail = now() - within, tail_of(number)
    of_line = Sms.objects.select_for_update().filter(line_id=line_id, created_at__gt=since - timedelta(days=30))
    named = of_line.filter(sent_at__gt=since).order_by("-id")
    row = named.filter(reference=reference, number__endswith=tail).first() if reference else None
    if row is None and reference and (not tail or within > REPORT_WITHIN):  # a modem's counter comes round
        row = named.filter(reference=reference).first()
    if row is None and also and tail:
        row = named.filter(reference__in=also, number__endswith=tail).first()
    if row is None and reference and tail:  # a telephone that was off for longer
        older = of_line.filter(state=Sms.State.SENT, reference=reference, number__endswith=tail)
        row = older.filter(sent_at__gt=now() - KEPT_TRYING).order_by("-id").first()
    if row is None and tail:
        lost = of_line.filter(state=Sms.State.UNCERTAIN, handed_at__gt=since, number__endswith=tail)
        row = lost.order_by("-id").first()
    if row is None:
        return False
    then = SmsState.DELIVERED if state == 0 else SmsState.FAILED
    if (state == 0 or state >= 64) and SmsState(row.state) in before(then):
        row.sent_at = row.sent_at or now()
        _end(row, then.value, now(), _status(state))
    return True


def _reports_within(kind: str) -> timedelta:
    return shape_of(kind).reports_within if kind in GATEWAYS else REPORT_WITHIN


def expire() -> int:
    """End what waited too long; gives how many."""
    late = Sms.objects.filter(state=Sms.State.QUEUED, expires_at__lte=now())
    found = late.update(state=Sms.State.EXPIRED, ended_at=now())
    if found:
        nudge()
    return found


def free_the_dead() -> tuple[int, int]:
    """Rows of processes that died: what was not handed over goes back, the rest is uncertain. Gives both counts."""
    back = lost = 0
    for holder in dead():
        with transaction.atomic():
            mine = Sms.objects.select_for_update(skip_locked=True).filter(state=Sms.State.SENDING, holder=holder)
            for row in mine:
                if row.handed_at is None:
                    _returned(row)
                    back += 1
                else:
                    said = _unknown(row, "the process ended while the gateway had it", now())
                    lost += said is SmsState.UNCERTAIN
    if back or lost:
        log.warning("sms_of_the_dead", back=back, uncertain=lost)
    return back, lost
