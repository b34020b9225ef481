"""What is to be sent: a row in the caller's transaction, carried out later by a job that drains batches."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import structlog
from django.db import transaction

from okibi.channels.models import Outbound
from okibi.channels.port import IncomingFile, Outgoing, Party, SendError
from okibi.channels.registry import ADAPTERS, channel
from okibi.kernel import blobs
from okibi.kernel.clock import now
from okibi.kernel.models import Blob

log = structlog.get_logger(__name__)

RETRY_AFTER = tuple(timedelta(minutes=m) for m in (1, 3, 10, 30, 60, 180, 360, 720, 1440, 1440))
CLAIM_FOR = timedelta(minutes=10)  # a worker killed while sending lets go of its rows after this

Listener = Callable[[Outbound], None]


def put(  # noqa: PLR0913 - a message has this many parts
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
    """Queue one message; the same ``key`` a second time gives the row that is there. ``files``: [{name, type, sha256}]."""
    moment = now()
    row, _ = Outbound.objects.get_or_create(
        key=key,
        defaults={
            "channel": kind,
            "recipient": to.address,
            "recipient_name": to.name,
            "subject": subject,
            "text": text,
            "html": html,
            "headers": dict(headers or {}),
            "attachments": [dict(file) for file in files],
            "external_id": external_id,
            "automatic": automatic,
            "subject_kind": about[0] if about else "",
            "subject_id": about[1] if about else None,
            "next_attempt_at": moment,
            "created_at": moment,
        },
    )
    return row


def automatic_since(kind: str, recipient: str, since_seconds: int) -> int:
    """How many automatic messages went to this address lately: the brake against mail loops."""
    since = now() - timedelta(seconds=since_seconds)
    rows = Outbound.objects.filter(channel=kind, recipient__iexact=recipient, automatic=True, created_at__gte=since)
    return rows.count()


def drain(listener: Listener, batch: int = 50) -> int:
    """Send what is due; gives how many rows were taken. Several workers may drain at once.

    A row is claimed in a short transaction of its own, sent outside of any, and marked after. ``listener`` is told of
    every row that reached an end (sent, failed), in the transaction that marks it.
    """
    kinds = [kind for kind in ADAPTERS if channel(kind).can_send()]
    rows = _claim(kinds, batch)
    for row in rows:
        _send(row, listener)
    return len(rows)


@transaction.atomic
def _claim(kinds: Sequence[str], batch: int) -> list[Outbound]:
    pending = Outbound.objects.select_for_update(skip_locked=True).filter(
        state__in=[Outbound.State.QUEUED, Outbound.State.SENDING], channel__in=kinds, next_attempt_at__lte=now()
    )
    rows = list(pending.order_by("next_attempt_at", "id")[:batch])
    Outbound.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=Outbound.State.SENDING, next_attempt_at=now() + CLAIM_FOR
    )
    return rows


def _send(row: Outbound, listener: Listener) -> None:
    if row.state == Outbound.State.SENDING:  # a worker died between handing over and marking: nobody knows
        log.warning("outbound_resumed", outbound=row.pk)
    try:
        channel(row.channel).send(_outgoing(row))
    except SendError as error:
        _failed(row, error, listener)
    except Exception as error:  # a broken row must not hold up the others
        log.exception("outbound_broken", outbound=row.pk)
        _failed(row, SendError(f"{type(error).__name__}: {error}"), listener)
    else:
        with transaction.atomic():
            row.state, row.sent_at, row.error, row.attempts = Outbound.State.SENT, now(), "", row.attempts + 1
            row.save(update_fields=["state", "sent_at", "error", "attempts"])
            listener(row)
        log.info("outbound_sent", outbound=row.pk, channel=row.channel)


def _failed(row: Outbound, error: SendError, listener: Listener) -> None:
    row.attempts += 1
    row.error = str(error)[:2000]
    if error.uncertain:
        row.state = Outbound.State.UNCERTAIN
    elif error.permanent_failure or row.attempts > len(RETRY_AFTER):
        row.state = Outbound.State.FAILED
    else:
        row.state, row.next_attempt_at = Outbound.State.QUEUED, now() + RETRY_AFTER[row.attempts - 1]
    with transaction.atomic():
        row.save(update_fields=["state", "attempts", "error", "next_attempt_at"])
        if row.state in {Outbound.State.FAILED, Outbound.State.UNCERTAIN}:
            listener(row)
    log.info("outbound_failed", outbound=row.pk, channel=row.channel, state=row.state, attempts=row.attempts)


def _outgoing(row: Outbound) -> Outgoing:
    found = Blob.objects.in_bulk([file["sha256"] for file in row.attachments])
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


def send_again(outbound_id: int) -> None:
    """A specialist's decision to try a failed or uncertain message once more."""
    Outbound.objects.filter(
        pk=outbound_id, state__in=[Outbound.State.FAILED, Outbound.State.UNCERTAIN, Outbound.State.BOUNCED]
    ).update(state=Outbound.State.QUEUED, attempts=0, next_attempt_at=now(), error="")
