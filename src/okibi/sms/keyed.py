"""SMS for keys of the vendor's own systems: put into the queue by one or by hundreds, found, taken back.

A key sees its own SMS only. Everything of a batch is one transaction of a dozen statements, however many there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F

from okibi.kernel.clock import now
from okibi.kernel.errors import NotAllowedError, OkibiError
from okibi.kernel.statements import run
from okibi.policy.sms_text import lines_of_one
from okibi.sms import services, usage
from okibi.sms.errors import (
    DAY_LIMIT,
    NO_SUCH,
    NO_ZONE,
    NOT_QUEUED,
    TWICE,
    USED,
    SmsDayLimitError,
    SmsNotQueuedError,
    SmsReferenceError,
    SmsTwiceError,
    SmsZoneError,
    said,
)
from okibi.sms.key_limits import limit_of
from okibi.sms.key_models import KeySms, KeyUse
from okibi.sms.models import Consent, Sms
from okibi.sms.options import SmsOptions, sms_options
from okibi.sms.tasks import nudge

SOURCE = "api"
MOST = 1000  # of one batch
PRIORITIES = {"low": -10, "normal": 0, "high": 10}
_ONE_BATCH = 0x0B1B8  # one at a time: each holds a lock of every number in it
_ROW = "INSERT INTO okibi_sms_keyuse (owner, day, segments) VALUES (%s, %s, 0) ON CONFLICT DO NOTHING"
_HOLD = "SELECT segments FROM okibi_sms_keyuse WHERE owner = %s AND day = %s FOR UPDATE"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One SMS as a key asks for it. ``reference``: the caller's own name of it, one SMS for ever; "" for none.

    ``at_once``: quiet hours do not hold it. ``zone``: of the recipient (IANA), "" where it is not known.
    """

    to: str
    text: str
    reference: str = ""
    priority: str = "normal"
    not_before: datetime | None = None
    expires_at: datetime | None = None
    at_once: bool = False
    zone: str = ""


Outcome = Sms | OkibiError


@dataclass
class _Batch:
    """What is known while a batch is put in: its rows by place, and what was refused."""

    owner: str
    found: dict[int, Outcome] = field(default_factory=dict)
    rows: dict[int, Sms] = field(default_factory=dict)


@transaction.atomic
def submit(owner: str, call: str, wanted: Sequence[Wanted]) -> list[Outcome]:
    """Queue them for a key (its public id); each has its row or its error, in the same order.

    ``call``: names this call; what has no reference is known by it and by its place. A reference that the key used
    before gives the row of that time, or SmsReferenceError where number or text differ. To a number that wants none
    the row is there, blocked. Raises SmsFileError, OSError.
    """
    options, batch = sms_options(), _Batch(owner)
    for place, each in enumerate(wanted):
        try:
            batch.rows[place] = _row(owner, f"{call}:{place}", each, options)
        except OkibiError as error:
            batch.found[place] = error
    used = _held(owner, usage.today())  # of one key, one call at a time
    if len(batch.rows) > 1:
        run("SELECT pg_advisory_xact_lock(%s)", [_ONE_BATCH])
    services.lock_numbers(row.number for row in batch.rows.values())
    _known(batch, wanted)
    _block(batch)
    _limit(batch, options, used)
    _insert(batch, wanted)
    return [batch.found[place] for place in range(len(wanted))]


def _row(owner: str, unnamed: str, wanted: Wanted, options: SmsOptions) -> Sms:
    """Raises SmsError."""
    number, text, moment = services.numbered(wanted.to), lines_of_one(wanted.text), now()
    measured = services.measured_text(text)
    begin = max(moment, wanted.not_before) if wanted.not_before else moment
    zone = _zone(wanted.zone)
    if not wanted.at_once:
        begin = services.after_quiet(begin, number, options, zone)
    return Sms(
        source=SOURCE, key=f"{owner}:r:{wanted.reference}" if wanted.reference else f"{owner}:c:{unnamed}",
        number=number, text=text, alphabet=measured.alphabet.value, segments=measured.count,
        priority=PRIORITIES[wanted.priority], group=options.group_of(number),
        zone="" if wanted.at_once else services.zone_name(number, zone), not_before=begin,
        expires_at=wanted.expires_at or begin + options.expires, created_at=moment,
    )  # fmt: skip


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, LookupError):
        raise SmsZoneError(said(NO_ZONE, name[:60]), field="time_zone") from None


def _known(batch: _Batch, wanted: Sequence[Wanted]) -> None:
    """What was asked for before is told as it stands."""
    rows = Sms.objects.select_related("asked", "line").filter(
        source=SOURCE, key__in=[row.key for row in batch.rows.values()]
    )
    there, seen = {row.key: row for row in rows}, set()
    for place, row in list(batch.rows.items()):
        before = there.get(row.key)
        if before is not None:
            same = (before.number, before.text) == (row.number, row.text)
            used = SmsReferenceError(said(USED, before.pk), field="reference")
            batch.found[place] = before if same else used
        elif row.key in seen:
            batch.found[place] = SmsTwiceError(said(TWICE, wanted[place].reference), field="reference")
        seen.add(row.key)
        if place in batch.found:
            del batch.rows[place]


def _block(batch: _Batch) -> None:
    numbers = {row.number for row in batch.rows.values()}
    newest = Consent.objects.filter(number__in=numbers).order_by("number", "-id").distinct("number")
    out = {each.number for each in newest if each.kind == Consent.Kind.OUT}
    for row in batch.rows.values():
        if row.number in out:
            row.state, row.ended_at = Sms.State.BLOCKED, row.created_at


def _limit(batch: _Batch, options: SmsOptions, used: int) -> None:
    """Count against the key's day what is to leave; what passes its limit is refused."""
    most, day = limit_of(batch.owner, options), usage.today()
    before = used
    for place, row in list(batch.rows.items()):
        if row.state != Sms.State.QUEUED:
            continue
        if most and used + row.segments > most:
            batch.found[place] = SmsDayLimitError(said(DAY_LIMIT, most), retry_after=_until_midnight(day))
            del batch.rows[place]
        else:
            used += row.segments
    if used > before:
        KeyUse.objects.filter(owner=batch.owner, day=day).update(segments=used)


def _held(owner: str, day: date) -> int:
    run(_ROW, [owner, day])
    return int(run(_HOLD, [owner, day])[0][0])


def _until_midnight(day: date) -> int:
    end = datetime.combine(day + timedelta(days=1), time(0), tzinfo=ZoneInfo(settings.TIME_ZONE))
    return max(1, int((end - now()).total_seconds()))


def _insert(batch: _Batch, wanted: Sequence[Wanted]) -> None:
    places = list(batch.rows)
    rows = Sms.objects.bulk_create([batch.rows[place] for place in places])
    asked = [KeySms(sms=row, owner=batch.owner, reference=wanted[place].reference)
             for place, row in zip(places, rows, strict=True)]  # fmt: skip
    KeySms.objects.bulk_create(asked)
    if any(row.state == Sms.State.BLOCKED for row in rows):
        nudge()
    batch.found |= dict(zip(places, rows, strict=True))


# ---------------------------------------------------------------- what a key's SMS became


def one(owner: str, sms_id: int) -> Sms:
    """An SMS of this key. Raises NotAllowedError."""
    row = Sms.objects.select_related("asked", "line").filter(pk=sms_id, asked__owner=owner).first()
    if row is None:
        raise NotAllowedError(NO_SUCH)
    return row


@transaction.atomic
def cancel(owner: str, sms_id: int) -> Sms:
    """Take it out of the queue; what was taken out already is told as it stands.

    Raises NotAllowedError, SmsNotQueuedError.
    """
    row = one(owner, sms_id)
    if services.cancel(row.pk):
        day = row.created_at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
        mine = KeyUse.objects.filter(owner=owner, day=day, segments__gte=row.segments)
        mine.update(segments=F("segments") - row.segments)
        nudge()
    row.refresh_from_db(fields=["state", "ended_at"])
    if row.state != Sms.State.CANCELLED:
        raise SmsNotQueuedError(said(NOT_QUEUED, row.state))
    return row


def used_today(owner: str) -> tuple[int, int]:
    """Segments that a key asked for today, and how many it may (0: any number). Raises SmsFileError, OSError."""
    options = sms_options()
    used = KeyUse.objects.filter(owner=owner, day=usage.today()).values_list("segments", flat=True).first() or 0
    return used, limit_of(owner, options)
