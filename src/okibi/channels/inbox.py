"""What was received, from the first byte to the flow that understands it.

The raw bytes are committed before anything looks at them; the same message a second time changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from okibi.channels.models import Inbound
from okibi.channels.port import Incoming, UnreadableError
from okibi.channels.registry import channel
from okibi.kernel import blobs
from okibi.kernel.clock import now

log = structlog.get_logger(__name__)

RETRY_AFTER = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a flow made of a message: a word for it and the ticket it belongs to."""

    word: str
    subject_id: int | None = None


Handler = Callable[[Inbound, Incoming], Outcome]


@transaction.atomic
def receive(kind: str, external_id: str, raw: bytes, source: str, envelope: Mapping[str, object]) -> tuple[Inbound, bool]:
    """Store the raw bytes; gives the row and whether it is new. On return (outside a transaction) it is durable."""
    blob = blobs.put(raw)
    row = Inbound(
        channel=kind, external_id=external_id[:200], source=source, envelope=dict(envelope), raw=blob, received_at=now()
    )
    created = Inbound.objects.bulk_create([row], ignore_conflicts=True)[0]
    stored = Inbound.objects.get(channel=kind, external_id=external_id[:200])
    del created
    return stored, stored.raw_id == blob.sha256 and stored.received_at == row.received_at


def process_one(handler: Handler, inbound_id: int | None = None) -> bool:
    """Claim one pending row, parse it, hand it to the flow, all in one transaction. False: nothing was pending.

    Several workers may call this at once. A message that can't be parsed goes to the unreadable tray; one whose
    handling fails is tried again later, so it can't hold up the others.
    """
    try:
        with transaction.atomic():
            row = _claim(inbound_id)
            if row is None:
                return False
            _handle(row, handler)
    except Exception as error:  # the row must move on whatever went wrong in a flow
        log.exception("inbound_failed", inbound=row.pk if row else None)
        if row is None:
            raise
        _postpone(row, error)
    return True


def _claim(inbound_id: int | None) -> Inbound | None:
    pending = Inbound.objects.select_for_update(skip_locked=True, of=("self",)).filter(state__in=["received", "failed"])
    if inbound_id is not None:
        pending = pending.filter(pk=inbound_id)
    else:
        pending = pending.filter(Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now()))
    return pending.select_related("raw").order_by("id").first()


def _handle(row: Inbound, handler: Handler) -> None:
    try:
        incoming = channel(row.channel).parse(blobs.read(row.raw), row.envelope)
    except UnreadableError as error:
        row.state, row.error, row.done_at = Inbound.State.UNREADABLE, str(error), now()
    else:
        outcome = handler(row, incoming)
        row.state, row.error, row.done_at = Inbound.State.DONE, "", now()
        row.outcome, row.subject_id = outcome.word, outcome.subject_id
    row.save(update_fields=["state", "error", "done_at", "outcome", "subject_id"])


def _postpone(row: Inbound, error: Exception) -> None:
    attempts = row.attempts + 1
    gave_up = attempts > len(RETRY_AFTER)
    Inbound.objects.filter(pk=row.pk).update(
        state=Inbound.State.UNREADABLE if gave_up else Inbound.State.FAILED,
        attempts=attempts,
        error=f"{type(error).__name__}: {error}"[:2000],
        next_attempt_at=None if gave_up else now() + RETRY_AFTER[attempts - 1],
    )


def read_again(inbound_id: int) -> None:
    """Put an unreadable message back to be parsed once more (after an upgrade, or by hand)."""
    Inbound.objects.filter(pk=inbound_id, state=Inbound.State.UNREADABLE).update(
        state=Inbound.State.RECEIVED, attempts=0, next_attempt_at=None, error=""
    )


def unreadable() -> list[Inbound]:
    """The tray: what could not be read, newest first."""
    return list(Inbound.objects.filter(state=Inbound.State.UNREADABLE).select_related("raw").order_by("-id")[:500])
