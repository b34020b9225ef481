"""What is to be sent: a row in the caller's transaction, carried out later by a job that drains batches."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Lower

from okibi.channels.clean import json_safe, text_safe
from okibi.channels.models import Outbound
from okibi.channels.once import insert_once
from okibi.channels.port import IncomingFile, Outgoing, Party, SendError
from okibi.channels.registry import ADAPTERS, channel
from okibi.channels.tasks import nudge_outbox
from okibi.kernel import blobs
from okibi.kernel.clock import now
from okibi.kernel.models import Blob

log = structlog.get_logger(__name__)

RETRY_AFTER = tuple(timedelta(minutes=m) for m in (1, 3, 10, 30, 60, 180, 360, 720, 1440, 1440))
CLAIM = 50  # rows claimed at once
CLAIM_FOR = timedelta(minutes=15)  # a worker killed while sending lets go of its rows after this
BATCH_SECONDS = 300  # what is not sent by then is given back, so that a claim never ends under a slow batch
UNREACHABLE_FOR = timedelta(minutes=1)  # the channel's rows rest this long when its way out is away
ERROR_LENGTH = 2000  # characters

Listener = Callable[[Outbound], None]


def put(
    *,
    kind: str,
    key: str,
    to: Party,
    subject: str,
    text: str,
    html: str = "",
    headers: Mapping[str, str] | None = None,
    files: Sequence[Mapping[str, str]] = (),
    external_id: str = "",
    automatic: bool = False,
    about: tuple[str, int] | None = None,
) -> Outbound:
    """Queue one message; the same ``key`` a second time gives the row that is there. ``files``: [{name, type, sha256}].

    The row carries the external id that the message will have, where the channel lets us choose it: answers can be
    threaded to it before it is sent. The sender is woken when the caller's transaction is committed.
    """
    moment = now()
    row = Outbound(
        channel=kind,
        key=key,
        recipient=text_safe(to.address),
        recipient_name=text_safe(to.name)[:200],
        subject=text_safe(subject)[:998],
        text=text_safe(text),
        html=text_safe(html),
        headers=json_safe(dict(headers or {})),
        attachments=json_safe([dict(file) for file in files]),
        external_id=external_id or channel(kind).new_external_id(key),
        automatic=automatic,
        subject_kind=about[0] if about else "",
        subject_id=about[1] if about else None,
        next_attempt_at=moment,
        created_at=moment,
    )
    if not insert_once(row):
        return Outbound.objects.get(key=key)
    nudge_outbox()
    return row


def automatic_since(kind: str, recipient: str, since_seconds: int) -> int:
    """How many automatic messages went to this address (in any letter case) lately: the brake against mail loops."""
    since = now() - timedelta(seconds=since_seconds)
    rows = Outbound.objects.annotate(address=Lower("recipient"))
    return rows.filter(channel=kind, address=recipient.lower(), automatic=True, created_at__gte=since).count()


def drain(listener: Listener, batch: int = 50) -> int:
    """Send what is due, at most ``batch`` rows; gives how many were taken. Several workers may drain at once.

    A row is claimed in a short transaction of its own, sent outside of any, and marked after. ``listener`` is told of
    every row that reached an end (sent, failed, uncertain), in the transaction that marks it.
    """
    kinds = [kind for kind in ADAPTERS if channel(kind).can_send()]
    deadline = time.monotonic() + BATCH_SECONDS
    taken = 0
    while kinds and taken < batch and time.monotonic() < deadline:
        rows = _claim(kinds, min(CLAIM, batch - taken))
        away = _send_all(rows, listener, deadline)
        kinds = [kind for kind in kinds if kind not in away]
        taken += len(rows)
        if len(rows) < CLAIM:
            break
    if taken >= batch or time.monotonic() >= deadline:  # there may be more, and nobody else will say so
        nudge_outbox()
    return taken


def _send_all(rows: Sequence[Outbound], listener: Listener, deadline: float) -> set[str]:
    """Send claimed rows until the deadline (seconds, monotonic); gives the channels whose way out is away."""
    away: set[str] = set()
    for row in rows:
        if row.channel in away:
            _give_back(row, "", now() + UNREACHABLE_FOR)
        elif time.monotonic() > deadline:
            _give_back(row, "", now())
        elif not _send(row, listener):
            away.add(row.channel)
    return away


@transaction.atomic
def _claim(kinds: Sequence[str], batch: int) -> list[Outbound]:
    """Take rows that are due. The attempt is counted now: a message that kills its worker must come to an end too."""
    pending = Outbound.objects.select_for_update(skip_locked=True).filter(
        state__in=[Outbound.State.QUEUED, Outbound.State.SENDING], channel__in=kinds, next_attempt_at__lte=now()
    )
    rows = list(pending.order_by("next_attempt_at", "id")[:batch])
    lease = now() + CLAIM_FOR
    Outbound.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=Outbound.State.SENDING, next_attempt_at=lease, attempts=F("attempts") + 1
    )
    for row in rows:
        row.attempts, row.next_attempt_at = row.attempts + 1, lease
    return rows


def _send(row: Outbound, listener: Listener) -> bool:
    """Send one claimed row and mark it. False: the channel's way out is away, and its other rows need not try."""
    adapter = channel(row.channel)
    if row.state == Outbound.State.SENDING:  # a worker died between claiming and marking: nobody knows whether it left
        log.warning("outbound_resumed", outbound=row.pk, channel=row.channel, attempts=row.attempts)
        if not adapter.repeatable:
            _failed(row, SendError("the worker was stopped while it was sending", uncertain=True), listener)
            return True
    try:
        external_id = adapter.send(_outgoing(row))
    except SendError as error:
        if error.unreachable:
            _give_back(row, str(error), now() + UNREACHABLE_FOR)
            log.warning("outbound_way_out_away", channel=row.channel, error=str(error))
            return False
        _failed(row, error, listener)
    except Exception as error:  # a broken row must not hold up the others
        log.exception("outbound_broken", outbound=row.pk)
        _failed(row, SendError(f"{type(error).__name__}: {error}"), listener)
    else:
        row.external_id = external_id[:200] or row.external_id
        row.state, row.sent_at, row.error = Outbound.State.SENT, now(), ""
        _end(row, listener)
        log.info("outbound_sent", outbound=row.pk, channel=row.channel)
    return True


def _end(row: Outbound, listener: Listener) -> None:
    """Mark the row and tell the listener in one transaction; a listener that fails must not make us send again."""
    fields = ["state", "sent_at", "error", "external_id"]
    try:
        with transaction.atomic():
            row.save(update_fields=fields)
            listener(row)
    except Exception:
        log.exception("outbound_listener_failed", outbound=row.pk, state=row.state)
        row.save(update_fields=fields)


def _failed(row: Outbound, error: SendError, listener: Listener) -> None:
    row.error = text_safe(str(error))[:ERROR_LENGTH]
    if error.uncertain:
        row.state = Outbound.State.UNCERTAIN
    elif error.permanent_failure or row.attempts > len(RETRY_AFTER):
        row.state = Outbound.State.FAILED
    else:
        row.state, row.next_attempt_at = Outbound.State.QUEUED, now() + RETRY_AFTER[row.attempts - 1]
        row.save(update_fields=["state", "error", "next_attempt_at"])
    if row.state != Outbound.State.QUEUED:
        _end(row, listener)
    log.info("outbound_failed", outbound=row.pk, channel=row.channel, state=row.state, attempts=row.attempts)


def _give_back(row: Outbound, why: str, when: datetime) -> None:
    """Return a claimed row unsent: the attempt does not count. A row whose fate was unknown stays so (SENDING)."""
    Outbound.objects.filter(pk=row.pk, state=Outbound.State.SENDING, next_attempt_at=row.next_attempt_at).update(
        state=row.state,
        attempts=F("attempts") - 1,
        next_attempt_at=when,
        error=text_safe(why or row.error)[:ERROR_LENGTH],
    )


def _outgoing(row: Outbound) -> Outgoing:
    found = Blob.objects.in_bulk([file["sha256"] for file in row.attachments]) if row.attachments else {}
    files = tuple(
        IncomingFile(file["name"], file["type"], blobs.read(found[file["sha256"]])) for file in row.attachments
    )
    return Outgoing(
        recipient=Party(row.recipient, row.recipient_name),
        subject=row.subject,
        text=row.text,
        html=row.html,
        headers=row.headers,
        files=files,
        external_id=row.external_id,
        automatic=row.automatic,
    )


def by_external_id(external_id: str) -> Outbound | None:
    """The message that bears this external id (a Message-ID, with or without its brackets), or None."""
    bare = external_id.strip().strip("<>")
    if not bare:
        return None
    return Outbound.objects.filter(external_id__in=[f"<{bare}>", bare]).order_by("-id").first()


def mark_bounced(row: Outbound, reason: str) -> None:
    """News that a message did not arrive after all; one that never left keeps its state."""
    left = [Outbound.State.SENDING, Outbound.State.SENT, Outbound.State.DELIVERED, Outbound.State.UNCERTAIN]
    row.state, row.error = Outbound.State.BOUNCED, text_safe(reason)[:ERROR_LENGTH]
    Outbound.objects.filter(pk=row.pk, state__in=left).update(state=row.state, error=row.error)


def send_again(outbound_id: int) -> None:
    """A specialist's decision to try a failed, bounced or uncertain message once more."""
    Outbound.objects.filter(
        pk=outbound_id, state__in=[Outbound.State.FAILED, Outbound.State.UNCERTAIN, Outbound.State.BOUNCED]
    ).update(state=Outbound.State.QUEUED, attempts=0, next_attempt_at=now(), error="")
    nudge_outbox()
