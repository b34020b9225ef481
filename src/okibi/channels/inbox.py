"""What was received, from the first byte to the flow that understands it.

The raw bytes are committed before anything looks at them; the same message a second time changes nothing.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from django.db import DatabaseError, transaction
from django.db.models import F

from okibi.channels.clean import json_safe, text_safe
from okibi.channels.deadline import within
from okibi.channels.models import Inbound
from okibi.channels.port import Incoming, UnreadableError
from okibi.channels.registry import channel
from okibi.channels.tasks import nudge_intake, wake_intake_at
from okibi.kernel import blobs, stopping
from okibi.kernel.clock import now
from okibi.kernel.errors import NotAllowedError
from okibi.kernel.memory import short_memory
from okibi.kernel.sentence import Sentence
from okibi.kernel.statements import gathering, insert, insert_once, next_of, run, sequence_of

log = structlog.get_logger(__name__)

RETRY_AFTER = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
PENDING = (Inbound.State.RECEIVED, Inbound.State.FAILED)
ERROR_LENGTH = 2000  # characters
BATCH = 16  # messages taken in with one commit
BATCH_SECONDS = 0.5  # then a batch is committed as far as it is: receipts don't wait for a neighbour's large mail
LEASE = timedelta(seconds=30)  # the rows of a worker that was killed come up again after this
PARSE_WITHIN = 120.0  # seconds for one message; a parser that hangs ends its worker, and that counts as a death
DEATHS = 3  # workers that one message may end before it is put aside
NOTHING_IN_IT = Sentence(
    ru="В байтах не нашлось ни отправителя, ни текста.", en="Neither a sender nor a text was found in the bytes."
)
NOT_UNDERSTOOD = Sentence(
    ru="Не похоже на сообщение этого канала.", en="It does not look like a message of this channel."
)
OUR_FAULT = Sentence(
    ru="Программа споткнулась на этом сообщении. После обновления его можно прочесть снова.",
    en="The program stumbled over this message. It can be read again after an upgrade.",
)
KILLED = Sentence(
    ru=f"Рабочий процесс {DEATHS} раза прервался, разбирая это сообщение. Оно отложено, чтобы не мешать остальным.",
    en=f"The worker was ended {DEATHS} times while it read this message. It was put aside for the others' sake.",
)

# In the order of the partial index: a claim costs the same however long the history is.
_DUE = """
    SELECT id, in_hand, attempts FROM okibi_channels_inbound
    WHERE state IN ('received', 'failed') AND next_attempt_at <= %s
    ORDER BY next_attempt_at, id LIMIT %s FOR UPDATE SKIP LOCKED
"""
_NAMED = """
    SELECT id, in_hand, attempts FROM okibi_channels_inbound
    WHERE state IN ('received', 'failed') AND id = %s FOR UPDATE SKIP LOCKED
"""
_TAKE_UP = """
    UPDATE okibi_channels_inbound SET in_hand = in_hand + 1, next_attempt_at = %s WHERE id = ANY(%s)
"""
_MARK = """
    UPDATE okibi_channels_inbound AS row
    SET state = done.state, error = done.error, outcome = done.outcome, subject_id = done.subject, done_at = done.at,
        in_hand = 0
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[])
        AS done (id, state, error, outcome, subject, at)
    WHERE row.id = done.id
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a flow made of a message: a word for it, the ticket it belongs to; ``subject``: its row, where at hand."""

    word: str
    subject_id: int | None = None
    subject: Any = field(default=None, repr=False, compare=False)


# The rows of the batch in hand: they are marked at its end, and stand as pending until then.
_together: ContextVar[frozenset[int]] = ContextVar("together", default=frozenset())

Handler = Callable[[Inbound, Incoming], Outcome]


@transaction.atomic(savepoint=False)
def receive(
    kind: str,
    external_id: str,
    raw: bytes,
    source: str,
    envelope: Mapping[str, object],
    rest: timedelta = timedelta(),
) -> tuple[Inbound, bool]:
    """Store the raw bytes; gives the row and whether it is new. On return (outside a transaction) it is durable.

    The intake is woken when the row is committed; with a ``rest`` it is left alone for so long. A repeat gives the row
    of the first time and writes nothing.
    """
    row, new = _store(kind, external_id, raw, source, envelope, rest)
    if new and rest:
        wake_intake_at(row.next_attempt_at or row.received_at)
    elif new:
        nudge_intake()
    return row, new


def earlier_wait(kind: str, than: int) -> bool:
    """Whether something that this channel received before that row is being taken in by others, or still waits."""
    before = Inbound.objects.filter(channel=kind, state__in=PENDING, pk__lt=than)
    return before.exclude(pk__in=_together.get()).exists()


@transaction.atomic(savepoint=False)
def receive_and_take(
    kind: str, external_id: str, raw: bytes, source: str, envelope: Mapping[str, object], handler: Handler
) -> tuple[Inbound, Outcome | None]:
    """Store the raw bytes and take them in, in one commit: for somebody who waits for the answer.

    Nobody else sees the row before it is done, so it needs no claim and wakes no worker; the parser gets the very bytes
    that are stored, and both are written with what the handler makes of them. The outcome is None where it was received
    before, or could not be taken in: then the bytes stay and are tried again later. A repeat of what is still pending
    is taken in now.
    """
    row = _received(kind, external_id, raw, source, envelope)
    row.pk = next_of(sequence_of(Inbound))
    with short_memory():
        before = transaction.savepoint()  # never released: the commit ends it
        try:
            with gathering():
                blobs.put(raw)
                outcome = _handle(row, raw, handler)
                insert(row)
        except Exception as error:  # noqa: BLE001  the raw bytes must stay whatever went wrong in a flow
            transaction.savepoint_rollback(before)
            transaction.set_rollback(False)  # what failed is undone: what follows may be committed
            return _kept(kind, external_id, raw, source, envelope, handler, error), None
        return row, outcome


def _kept(
    kind: str,
    external_id: str,
    raw: bytes,
    source: str,
    envelope: Mapping[str, object],
    handler: Handler,
    error: Exception,
) -> Inbound:
    """The row of what was received before, or of what could not be taken in."""
    row, new = _store(kind, external_id, raw, source, envelope)
    if new:
        log.error("inbound_failed", inbound=row.pk, exc_info=error)
        _postpone(row.pk, error)
    elif row.state in PENDING:
        process_one(handler, row.pk)
    row.refresh_from_db()
    return row


def _received(kind: str, external_id: str, raw: bytes, source: str, envelope: Mapping[str, object]) -> Inbound:
    moment = now()
    return Inbound(
        channel=kind,
        external_id=text_safe(external_id)[:200],
        source=text_safe(source)[:60],
        envelope=json_safe(dict(envelope)),
        raw_id=hashlib.sha256(raw).hexdigest(),
        received_at=moment,
        next_attempt_at=moment,
    )


def _store(
    kind: str,
    external_id: str,
    raw: bytes,
    source: str,
    envelope: Mapping[str, object],
    rest: timedelta = timedelta(),
) -> tuple[Inbound, bool]:
    row = _received(kind, external_id, raw, source, envelope)
    row.next_attempt_at = row.received_at + rest
    if not insert_once(row):  # the blob's foreign key is checked at the commit, so the row may go first
        return Inbound.objects.get(channel=kind, external_id=row.external_id), False
    blobs.put(raw)
    return row, True


def process_one(handler: Handler, inbound_id: int | None = None) -> bool:
    """Take in one pending message, or the named one out of its turn. False: nothing was pending.

    Several workers may call this at once. A message that can't be parsed goes to the unreadable tray; one whose
    handling fails is tried again later, so it can't hold up the others.
    """
    return _process(handler, 1, inbound_id) > 0


def process_batch(handler: Handler, size: int = BATCH) -> int:
    """Take in up to ``size`` pending messages with one commit; gives how many were taken up, 0 when none was pending.

    What fails in a batch undoes all of it, and then each message has a transaction of its own: none is spoiled by its
    neighbour. A message that failed or ended its worker before is always alone.
    """
    return _process(handler, size, None)


def _process(handler: Handler, size: int, inbound_id: int | None) -> int:
    ids = _claim(size, inbound_id)
    taken = None
    try:
        if len(ids) > 1:
            taken = _attend_together(ids, handler)
        if taken is None:
            taken = sum(_attend_alone(pk, handler) for pk in ids)
    except Exception:
        raise
    except BaseException:  # the worker was told to go at once: that is no fault of the messages
        with suppress(DatabaseError):
            _give_back(ids)
        raise
    return taken


@transaction.atomic
def _claim(size: int, inbound_id: int | None) -> list[int]:
    """Take up pending rows: that they are in hand is committed before anything looks at their bytes.

    One statement for the whole batch. A worker that is killed lets go of its row locks at once, and its rows come up
    again when the lease ends, with the count of that death. A worker that is merely slow is guarded by the row locks.
    """
    found = run(_DUE, [now(), size]) if inbound_id is None else run(_NAMED, [inbound_id])
    dead = [pk for pk, deaths, _ in found if deaths >= DEATHS]
    alive = [(pk, deaths + attempts) for pk, deaths, attempts in found if deaths < DEATHS]
    if dead:
        log.error("inbound_kills_workers", inbound=dead)
        Inbound.objects.filter(pk__in=dead).update(
            state=Inbound.State.UNREADABLE, error=KILLED.en, next_attempt_at=None, in_hand=0
        )
        if not alive:
            return _claim(size, inbound_id)
    troubled = bool(alive and alive[0][1])  # it failed or ended a worker before: it goes alone
    ids = [alive[0][0]] if troubled else [pk for pk, trouble in alive if not trouble]
    if ids:
        run(_TAKE_UP, [now() + LEASE, ids])
    return ids


def _attend_together(ids: list[int], handler: Handler) -> int | None:
    """All of them in one transaction; None where one failed and everything was undone."""
    try:
        return _attend(ids, handler)
    except Exception as error:  # noqa: BLE001  whose fault it is shows when each is alone
        log.warning("inbound_batch_undone", inbound=ids, error=f"{type(error).__name__}: {error}"[:ERROR_LENGTH])
        return None


def _attend_alone(pk: int, handler: Handler) -> int:
    try:
        return _attend([pk], handler)
    except Exception as error:  # the row must move on whatever went wrong in a flow
        log.exception("inbound_failed", inbound=pk)
        _postpone(pk, error)
        return 1


def _attend(ids: list[int], handler: Handler) -> int:
    """Parse and hand over, until time is up; the rows that nobody came to are given back in the same commit.

    Gives how many of them need no more work: handled here, or by another worker meanwhile.
    """
    deadline = time.monotonic() + BATCH_SECONDS
    with transaction.atomic(), short_memory():
        # Not skip_locked: a claimer that saw our rows as they were before our claim holds their locks for a moment, to
        # see that they are not due any more. Passed over, such a row would count a death that nobody died.
        mine = Inbound.objects.select_for_update(of=("self",)).order_by("pk")
        rows = {row.pk: row for row in mine.filter(pk__in=ids, state__in=PENDING).select_related("raw")}
        waiting = [rows[pk] for pk in ids if pk in rows]
        _together.set(frozenset(rows))
        done: list[Inbound] = []
        while waiting and not (done and (time.monotonic() > deadline or stopping.asked())):
            row = waiting.pop(0)
            _handle(row, blobs.read(row.raw), handler)
            done.append(row)
        _mark(done)
        _give_back([row.pk for row in waiting])
    return len(ids) - len(waiting)


def _handle(row: Inbound, raw: bytes, handler: Handler) -> Outcome | None:
    try:
        with within(PARSE_WITHIN):
            incoming = channel(row.channel).parse(raw, row.envelope)
    except UnreadableError as error:
        row.state, row.error, row.done_at = Inbound.State.UNREADABLE, text_safe(str(error))[:ERROR_LENGTH], now()
        log.warning("inbound_unreadable", inbound=row.pk, channel=row.channel)
        return None
    else:
        outcome = handler(row, incoming)
        row.state, row.error, row.done_at = Inbound.State.DONE, "", now()
        row.outcome, row.subject_id = outcome.word, outcome.subject_id
        return outcome


def _mark(rows: list[Inbound]) -> None:
    """Write what became of handled rows, one statement for all."""
    if rows:
        ends = [(row.pk, str(row.state), row.error, row.outcome, row.subject_id, row.done_at) for row in rows]
        run(_MARK, [list(column) for column in zip(*ends, strict=True)])


def _give_back(ids: list[int]) -> None:
    """Rows taken up and not come to: they count as never taken up."""
    given = Inbound.objects.filter(pk__in=ids, state__in=PENDING, in_hand__gt=0) if ids else Inbound.objects.none()
    if given.update(in_hand=F("in_hand") - 1, next_attempt_at=now()):
        nudge_intake()


def _postpone(pk: int, error: Exception) -> None:
    # The rolled back transaction let go of the row: whoever finished it meanwhile has the last word.
    row = Inbound.objects.filter(pk=pk, state__in=PENDING).first()
    if row is None:
        return
    attempts = row.attempts + 1
    gave_up = attempts > len(RETRY_AFTER)
    Inbound.objects.filter(pk=pk, state__in=PENDING, attempts=row.attempts).update(
        state=Inbound.State.UNREADABLE if gave_up else Inbound.State.FAILED,
        attempts=attempts,
        in_hand=0,
        error=text_safe(f"{type(error).__name__}: {error}")[:ERROR_LENGTH],
        next_attempt_at=None if gave_up else now() + RETRY_AFTER[attempts - 1],
    )


def read_again(inbound_id: int) -> None:
    """Put an unreadable message back to be parsed once more (after an upgrade, or by hand)."""
    Inbound.objects.filter(pk=inbound_id, state=Inbound.State.UNREADABLE).update(
        state=Inbound.State.RECEIVED, attempts=0, in_hand=0, next_attempt_at=now(), error="", done_at=None
    )
    nudge_intake()


def unreadable() -> list[Inbound]:
    """The tray: what could not be read, newest first. ``error`` is for engineers, :func:`why_unreadable` for people."""
    return list(Inbound.objects.filter(state=Inbound.State.UNREADABLE).select_related("raw").order_by("-id")[:500])


def why_unreadable(error: str) -> Sentence:
    """Why a message lies in the tray, for people."""
    if error == KILLED.en:
        return KILLED
    kind, _, said = error.partition(": ")
    if kind != UnreadableError.__name__:
        return OUR_FAULT
    return NOTHING_IN_IT if said.startswith("unreadable") else NOT_UNDERSTOOD


def raw_of(inbound_id: int) -> tuple[str, bytes]:
    """A file name and the bytes as they came. Raises NotAllowedError where there is no such row."""
    row = Inbound.objects.filter(pk=inbound_id).select_related("raw").first()
    if row is None:
        raise NotAllowedError(Sentence(ru="Такого письма нет.", en="There is no such mail."))
    suffix = "eml" if row.channel == "email" else "json"
    return f"{row.channel}-{row.pk}.{suffix}", blobs.read(row.raw)
