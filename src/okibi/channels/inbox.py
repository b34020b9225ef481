"""What was received, from the first byte to the flow that understands it.

The raw bytes are committed before anything looks at them; the same message a second time changes nothing.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.db import transaction

from okibi.channels.clean import json_safe, text_safe
from okibi.channels.models import Inbound
from okibi.channels.once import insert_once
from okibi.channels.port import Incoming, UnreadableError
from okibi.channels.registry import channel
from okibi.channels.tasks import nudge_intake
from okibi.kernel import blobs
from okibi.kernel.clock import now
from okibi.kernel.errors import NotAllowedError
from okibi.kernel.sentence import Sentence

log = structlog.get_logger(__name__)

RETRY_AFTER = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
PENDING = (Inbound.State.RECEIVED, Inbound.State.FAILED)
ERROR_LENGTH = 2000  # characters


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a flow made of a message: a word for it and the ticket it belongs to."""

    word: str
    subject_id: int | None = None


Handler = Callable[[Inbound, Incoming], Outcome]


@transaction.atomic
def receive(
    kind: str, external_id: str, raw: bytes, source: str, envelope: Mapping[str, object]
) -> tuple[Inbound, bool]:
    """Store the raw bytes; gives the row and whether it is new. On return (outside a transaction) it is durable.

    The intake is woken when the row is committed. A repeat gives the row of the first time and writes nothing.
    """
    moment = now()
    row = Inbound(
        channel=kind,
        external_id=text_safe(external_id)[:200],
        source=text_safe(source)[:60],
        envelope=json_safe(dict(envelope)),
        raw_id=hashlib.sha256(raw).hexdigest(),
        received_at=moment,
        next_attempt_at=moment,
    )
    if not insert_once(row):  # the blob's foreign key is checked at the commit, so the row may go first
        return Inbound.objects.get(channel=kind, external_id=row.external_id), False
    blobs.put(raw)
    nudge_intake()
    return row, True


def process_one(handler: Handler, inbound_id: int | None = None) -> bool:
    """Claim one pending row, parse it, hand it to the flow, all in one transaction. False: nothing was pending.

    Several workers may call this at once. A message that can't be parsed goes to the unreadable tray; one whose
    handling fails is tried again later, so it can't hold up the others.
    """
    row: Inbound | None = None
    try:
        with transaction.atomic():
            row = _claim(inbound_id)
            if row is None:
                return False
            _handle(row, handler)
    except Exception as error:  # the row must move on whatever went wrong in a flow
        if row is None:
            raise
        log.exception("inbound_failed", inbound=row.pk, attempt=row.attempts + 1)
        _postpone(row, error)
    return True


def _claim(inbound_id: int | None) -> Inbound | None:
    pending = Inbound.objects.select_for_update(skip_locked=True, of=("self",)).filter(state__in=PENDING)
    if inbound_id is not None:
        pending = pending.filter(pk=inbound_id)
    else:  # in the order of the partial index, so that a claim costs the same however long the history is
        pending = pending.filter(next_attempt_at__lte=now()).order_by("next_attempt_at", "id")
    return pending.select_related("raw").first()


def _handle(row: Inbound, handler: Handler) -> None:
    try:
        incoming = channel(row.channel).parse(blobs.read(row.raw), row.envelope)
    except UnreadableError as error:
        row.state, row.error, row.done_at = Inbound.State.UNREADABLE, text_safe(str(error))[:ERROR_LENGTH], now()
        log.warning("inbound_unreadable", inbound=row.pk, channel=row.channel)
    else:
        outcome = handler(row, incoming)
        row.state, row.error, row.done_at = Inbound.State.DONE, "", now()
        row.outcome, row.subject_id = outcome.word, outcome.subject_id
    row.save(update_fields=["state", "error", "done_at", "outcome", "subject_id"])


def _postpone(row: Inbound, error: Exception) -> None:
    attempts = row.attempts + 1
    gave_up = attempts > len(RETRY_AFTER)
    # The rolled back transaction let go of the row: whoever finished it meanwhile has the last word.
    Inbound.objects.filter(pk=row.pk, state__in=PENDING).update(
        state=Inbound.State.UNREADABLE if gave_up else Inbound.State.FAILED,
        attempts=attempts,
        error=text_safe(f"{type(error).__name__}: {error}")[:ERROR_LENGTH],
        next_attempt_at=None if gave_up else now() + RETRY_AFTER[attempts - 1],
    )


def read_again(inbound_id: int) -> None:
    """Put an unreadable message back to be parsed once more (after an upgrade, or by hand)."""
    Inbound.objects.filter(pk=inbound_id, state=Inbound.State.UNREADABLE).update(
        state=Inbound.State.RECEIVED, attempts=0, next_attempt_at=now(), error="", done_at=None
    )
    nudge_intake()


def unreadable() -> list[Inbound]:
    """The tray: what could not be read, newest first."""
    return list(Inbound.objects.filter(state=Inbound.State.UNREADABLE).select_related("raw").order_by("-id")[:500])


def raw_of(inbound_id: int) -> tuple[str, bytes]:
    """A file name and the bytes as they came. Raises NotAllowedError where there is no such row."""
    row = Inbound.objects.filter(pk=inbound_id).select_related("raw").first()
    if row is None:
        raise NotAllowedError(Sentence(ru="Такого письма нет.", en="There is no such mail."))
    suffix = "eml" if row.channel == "email" else "json"
    return f"{row.channel}-{row.pk}.{suffix}", blobs.read(row.raw)
