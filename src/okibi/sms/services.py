"""Putting SMS into the queue, taking them out of it, and keeping who wants none."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from okibi.journal.services import SYSTEM, Actor, record
from okibi.kernel.clock import now
from okibi.kernel.statements import insert_once
from okibi.policy import sms_hours
from okibi.policy.phone_numbers import PhoneNumberError, parse_phone
from okibi.policy.sms_text import SmsText, lines_of_one, measure
from okibi.policy.sms_words import Wish
from okibi.sms.errors import BUSY, EMPTY, NO_SMS, TOO_LONG, SmsBusyError, SmsNumberError, SmsTextError, said
from okibi.sms.models import Consent, Sms, SmsIn
from okibi.sms.options import SmsOptions, sms_options
from okibi.sms.tasks import nudge

MOST = 10  # segments of one SMS; more is a letter
MOST_AN_HOUR = 30  # of the desk, to one number
HOUR, AWAKE = timedelta(hours=1), timedelta(minutes=15)
CONSENT = "consent"  # the source of confirmations: quiet hours and the block are not for them
DESK = "desk"
CONFIRMATIONS_FIRST = 1000  # their priority
_LOCK = "SELECT pg_advisory_xact_lock(%s, half) FROM (SELECT unnest(%s::int[]) AS half) AS each"
_NUMBER_LOCK = 0x0B1B7  # an SMS and a wish to have none do not pass each other unseen


@transaction.atomic
def submit(
    number: str,
    text: str,
    *,
    source: str,
    key: str,
    priority: int = 0,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    at_once: bool = False,
    zone: ZoneInfo | None = None,
) -> Sms:
    """Queue one SMS; the same ``source`` and ``key`` a second time gives the row that is there.

    ``at_once``: quiet hours do not hold it (an answer to somebody who wrote). ``zone``: of the recipient, where known.
    To a number that wants none the row is there, blocked; an answer of the desk to what was written after that goes.
    Raises SmsError, SmsBusyError, SmsFileError, OSError.
    """
    e164, text = numbered(number), lines_of_one(text)
    options, moment = sms_options(), now()
    measured = measured_text(text)
    begin = max(moment, not_before) if not_before else moment
    lives_in = "" if at_once else zone_name(e164, zone)
    if not at_once:
        begin = after_quiet(begin, e164, options, zone)
    row = Sms(
        source=source,
        key=key[:120],
        number=e164,
        text=text,
        alphabet=measured.alphabet.value,
        segments=measured.count,
        priority=priority,
        group=options.group_of(e164),
        zone=lives_in,
        not_before=begin,
        expires_at=expires_at or begin + options.expires,
        created_at=moment,
    )
    if source != CONSENT:
        lock_numbers([e164])
        if source == DESK:
            _brake(e164, row.key, moment)
        if not may_be_sent(e164, source):
            row.state, row.ended_at = Sms.State.BLOCKED, moment
    if not insert_once(row):
        return Sms.objects.get(source=source, key=row.key)
    if row.state == Sms.State.BLOCKED and source == DESK:
        nudge()
    return row


def measured_text(text: str) -> SmsText:
    """A text as its segments. Raises SmsTextError for one that is empty or too long."""
    measured = measure(text)
    if not text.strip():
        raise SmsTextError(EMPTY, field="text")
    if measured.count > MOST:
        raise SmsTextError(said(TOO_LONG, MOST), field="text")
    return measured


def numbered(text: str) -> str:
    """The E.164 number of a text, one that takes SMS. Raises SmsNumberError."""
    try:
        number = parse_phone(text)
    except PhoneNumberError as error:
        raise SmsNumberError(error.sentence, field="to") from error
    if not number.takes_sms:
        raise SmsNumberError(said(NO_SMS, text[:30]), field="to")
    return number.e164


def takes_sms(e164: str) -> bool:
    """Whether a number can be told anything by SMS."""
    try:
        return bool(numbered(e164))
    except SmsNumberError:
        return False


def _brake(e164: str, key: str, moment: datetime) -> None:
    """Two machines that answer each other stop here. Raises SmsBusyError."""
    lately = Sms.objects.filter(number=e164, source=DESK, created_at__gt=moment - HOUR).exclude(key=key)
    if lately.count() >= MOST_AN_HOUR:
        raise SmsBusyError(said(BUSY, e164))


def wrote_lately(number: str) -> bool:
    """Whether an SMS came from this number a short while ago: whoever wrote is awake."""
    return SmsIn.objects.filter(number=number, received_at__gt=now() - AWAKE).exists()


def digest(text: str) -> str:
    """A short name of a text."""
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def after_quiet(begin: datetime, e164: str, options: SmsOptions, zone: ZoneInfo | None) -> datetime:
    """The first moment from ``begin`` on that is not quiet where the number's owner lives."""
    home = ZoneInfo(settings.TIME_ZONE)
    closed = [options.quiet] if options.quiet else []
    return sms_hours.first_open(begin, closed, [zone] if zone else sms_hours.zones_of(e164, home))


def zone_name(e164: str, zone: ZoneInfo | None) -> str:
    """Where the number's owner lives, as far as is known: quiet hours there hold what waited for a line, too. One name,
    or two with a space between.
    """
    return str(zone) if zone else " ".join(map(str, sms_hours.zones_of(e164, ZoneInfo(settings.TIME_ZONE))))


@transaction.atomic
def cancel(sms_id: int) -> bool:
    """Take an SMS out of the queue; False where a line has it already, or it is over."""
    changed = Sms.objects.filter(pk=sms_id, state=Sms.State.QUEUED).update(state=Sms.State.CANCELLED, ended_at=now())
    return changed == 1


# ---------------------------------------------------------------- who wants none


def may_be_sent(e164: str, source: str = "") -> bool:
    """Whether a number takes SMS of ours: its newest word decides."""
    last = Consent.objects.filter(number=e164).order_by("-id").first()
    if last is None or last.kind == Consent.Kind.IN:
        return True
    wrote = SmsIn.objects.filter(number=e164, received_at__gt=last.at + timedelta(seconds=1))
    return source == DESK and wrote.exists()  # they ask us something: they are answered


@transaction.atomic
def wish(
    e164: str, wanted: Wish, *, source: str, words: str = "", key: str = "", actor: Actor = SYSTEM,
    at: datetime | None = None,
) -> Consent:  # fmt: skip
    """Keep what a number's owner wants, with where they said so.

    Who wants none is told so by one more SMS, put into the queue before the block stands (``key`` makes it one);
    everything else that waits for the number is blocked.
    """
    moment = at or now()
    lock_numbers([e164])
    was_out = Consent.objects.filter(number=e164).order_by("-id").values_list("kind", flat=True).first() == "out"
    if wanted is Wish.OUT and not was_out and key and takes_sms(e164):
        submit(
            e164, sms_options().confirmation.in_language(_language(words)), source=CONSENT, key=key,
            priority=CONFIRMATIONS_FIRST, at_once=True,
        )  # fmt: skip
    row = Consent.objects.create(number=e164, kind=wanted.value, source=source, words=words[:300], at=moment)
    if wanted is Wish.OUT:
        waiting = Sms.objects.filter(number=e164, state=Sms.State.QUEUED).exclude(source=CONSENT)
        waiting.update(state=Sms.State.BLOCKED, ended_at=moment)
        nudge()
    code = "sms.opted_out" if wanted is Wish.OUT else "sms.opted_in"
    record(code, ("sms_number", row.pk), actor, {"number": e164, "words": words[:300]}, moment)
    return row


def _language(words: str) -> str:
    return "ru" if any("а" <= letter <= "я" for letter in words.lower()) else "en"


def lock_numbers(numbers: Iterable[str]) -> None:
    """Until the transaction's end nobody else queues for these numbers or notes their wishes; always in one order."""
    halves = sorted({int.from_bytes(hashlib.blake2b(e164.encode(), digest_size=4).digest(), "big", signed=True)
                     for e164 in numbers})  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [_NUMBER_LOCK, halves])


# ---------------------------------------------------------------- by hand


@transaction.atomic
def send_again(sms_id: int, actor: Actor) -> bool:
    """A person decided that an SMS of unknown fate, or a failed one, is to leave once more: as a new row."""
    row = Sms.objects.select_for_update().filter(pk=sms_id, state__in=["failed", "uncertain"]).first()
    if row is None:
        return False
    new = submit(row.number, row.text, source="hand", key=f"again:{row.pk}", at_once=True)
    record("sms.sent_again", ("sms", new.pk), actor, {"number": row.number, "was": row.pk})
    return True
