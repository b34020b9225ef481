"""What is to be sent: a row in the caller's transaction, carried out later by a job that drains batches."""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce

from okibi.channels import holding
from okibi.channels.clean import json_safe, text_safe
from okibi.channels.messenger.progress import FROM, after
from okibi.channels.messenger.values import Delivery
from okibi.channels.models import Cursor, Outbound
from okibi.channels.once import insert_once
from okibi.channels.port import IncomingFile, Outgoing, Party, SendError
from okibi.channels.registry import ADAPTERS, channel
from okibi.channels.states import OutboundState
from okibi.channels.tasks import nudge_outbox, wake_outbox_at
from okibi.kernel import stopping
from okibi.kernel.clock import now
from okibi.kernel.statements import columns_of, load, run

log = structlog.get_logger(__name__)

RETRY_AFTER = tuple(timedelta(minutes=m) for m in (1, 3, 10, 30, 60, 180, 360, 720, 1440, 1440))
CLAIM_FOR = timedelta(minutes=15)  # nobody else touches a claimed row so long, unless its worker is seen to be dead
LET_GO_AFTER = timedelta(seconds=5)  # the same of a worker that could say that it is to be killed
BATCH_SECONDS = 300  # seconds after which a run makes room for other jobs
UNREACHABLE_FOR = timedelta(minutes=1)  # a channel rests this long when its way out is away
MARK_AGAIN_AFTER = (0.5, 2.0, 5.0)  # seconds between tries to mark a message that has left
ERROR_LENGTH = 2000  # characters

_AUTOMATIC = """
    SELECT count(*) FROM okibi_channels_outbound
    WHERE channel = %s AND lower(recipient) = %s AND automatic AND created_at >= %s
"""

_CLAIM = f"""
    WITH due AS (
        SELECT id, state FROM okibi_channels_outbound
        WHERE state IN ('queued', 'sending') AND channel = ANY(%s) AND next_attempt_at <= %s
        ORDER BY next_attempt_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    UPDATE okibi_channels_outbound AS row SET state = 'sending', attempts = row.attempts + 1, next_attempt_at = %s
    FROM due WHERE row.id = due.id
    RETURNING {columns_of(Outbound, "row")}, due.state, {holding.HOLD}
"""  # noqa: S608  names, not input
_MARK = """
    UPDATE okibi_channels_outbound SET state = %s, sent_at = %s, error = %s, external_id = %s
    WHERE id = %s AND (state = 'sending' AND next_attempt_at <= %s OR %s AND state IN ('queued', 'failed', 'uncertain'))
    RETURNING id
"""

Listener = Callable[[Outbound], None]

_in_hand: set[tuple[int, datetime]] = set()  # what this process is sending: a row's key, the end of its claim


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
    found = run(_AUTOMATIC, [kind, recipient.lower(), now() - timedelta(seconds=since_seconds)])
    count: int = found[0][0]
    return count


def backlog(kind: str, most: int) -> int:
    """How many messages of a channel could leave at this moment, counted up to ``most``; one look into the index."""
    return _pending([kind]).filter(next_attempt_at__lte=now())[:most].count()


def drain(listener: Listener, batch: int = 50, stop: Callable[[], bool] = stopping.asked) -> int:
    """Send what is due, at most ``batch`` rows; gives how many were taken. Several workers may drain at once.

    One row at a time is claimed in a short transaction of its own, sent outside of any, and marked after: a worker
    that is killed holds one row, until the next run sees that it is dead (:mod:`okibi.channels.holding`), and one that
    is to ``stop`` ends between two rows. ``listener`` is told of every row that reached an end (sent, failed,
    uncertain), in the transaction that marks it.
    """
    ready = [kind for kind in ADAPTERS if channel(kind).can_send()]
    resting = _resting(ready)
    kinds = [kind for kind in ready if kind not in resting]
    deadline = time.monotonic() + BATCH_SECONDS
    taken, more = 0, True
    holding.free_the_dead(kinds, {pk for pk, _ in _in_hand}, CLAIM_FOR)
    while more and kinds and taken < batch and not stop() and time.monotonic() < deadline:
        row = _claim(kinds)
        more = row is not None
        if row is not None:
            taken += 1
            if not _send(row, listener):
                resting[row.channel] = _rest(row.channel)
                kinds.remove(row.channel)
    if more and kinds:  # there may be more, and nobody else will say so
        nudge_outbox()
    _wake_for_what_waits(kinds, resting.values())
    return taken


def let_go() -> int:
    """Before this process ends by force in the middle of sending: its rows are free soon and not when the claim ends.

    Whether they left stays unknown (SENDING). The caller ends the process at once: nothing is sent by two. Gives how
    many rows there were.
    """
    soon, rows = now() + LET_GO_AFTER, set(_in_hand)
    for pk, lease in rows:
        Outbound.objects.filter(pk=pk, state=Outbound.State.SENDING, next_attempt_at=lease).update(next_attempt_at=soon)
    if rows:
        wake_outbox_at(soon)
    return len(rows)


# ---------------------------------------------------------------- a channel whose way out is away


def _resting(kinds: Sequence[str]) -> dict[str, datetime]:
    """Which channels rest, and until when."""
    names = {f"rest:{kind}": kind for kind in kinds}
    found = Cursor.objects.filter(name__in=names).values_list("name", "value")
    untils = {names[name]: datetime.fromisoformat(value["until"]) for name, value in found}
    return {kind: until for kind, until in untils.items() if until > now()}


def _rest(kind: str) -> datetime:
    """Let a channel rest: its rows stay as they are, and no worker touches them until then."""
    until = now() + UNREACHABLE_FOR
    Cursor.objects.update_or_create(name=f"rest:{kind}", defaults={"value": {"until": until.isoformat()}})
    return until


def _wake_for_what_waits(kinds: Sequence[str], rests: Iterable[datetime]) -> None:
    """Have the sender woken at the next moment at which something will be due (one look into the partial index)."""
    waiting = _pending(kinds).filter(next_attempt_at__gt=now()).order_by("next_attempt_at", "id")
    moments = [*rests, *waiting.values_list("next_attempt_at", flat=True)[:1]]
    if moments:
        wake_outbox_at(min(moments))


# ---------------------------------------------------------------- one row


def _pending(kinds: Sequence[str]) -> QuerySet[Outbound]:
    return Outbound.objects.filter(state__in=[Outbound.State.QUEUED, Outbound.State.SENDING], channel__in=kinds)


def _claim(kinds: Sequence[str]) -> Outbound | None:
    """Take the row that is due first. ``state`` of what is given tells what it was before (SENDING: somebody died).

    The attempt is counted now: a message that kills its worker must come to an end too. One statement, and so one
    transaction: its lock (:mod:`okibi.channels.holding`) is held when the claim is seen.
    """
    moment = now()
    found = run(_CLAIM, [list(kinds), moment, moment + CLAIM_FOR])
    if not found:
        return None
    *values, before, _held = found[0]
    row = load(Outbound, values)
    row.headers, row.attachments = json.loads(row.headers), json.loads(row.attachments)
    row.state = before
    return row


def _send(row: Outbound, listener: Listener) -> bool:
    """Send one claimed row and mark it. False: the channel's way out is away, and its other rows need not try."""
    claim = (row.pk, row.next_attempt_at)
    _in_hand.add(claim)
    try:
        return _try(row, listener)
    finally:
        holding.release(row.pk)
        _in_hand.discard(claim)


def _try(row: Outbound, listener: Listener) -> bool:
    adapter = channel(row.channel)
    if row.state == Outbound.State.SENDING:  # a worker died between claiming and marking: nobody knows whether it left
        log.warning("outbound_resumed", outbound=row.pk, channel=row.channel, attempts=row.attempts)
        if not adapter.repeatable or row.attempts > len(RETRY_AFTER):
            _failed(row, SendError("the worker was stopped while it was sending", uncertain=True), listener)
            return True
    try:
        external_id = adapter.send(_outgoing(row))
    except SendError as error:
        if error.unreachable:
            _give_back(row, str(error), now() + UNREACHABLE_FOR)
            log.warning("outbound_way_out_away", channel=row.channel, error=str(error))
            return False
        if error.wait is not None:
            _give_back(row, str(error), now() + error.wait)
            return True
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
    """Mark the row and tell the listener in one transaction; a listener that fails must not make us send again.

    Nor must a database that restarts: the message has left, and only this mark keeps it from leaving once more.
    """
    for pause in MARK_AGAIN_AFTER:
        try:
            with transaction.atomic():
                if _mark(row):
                    listener(row)
        except (OperationalError, InterfaceError) as error:
            log.warning("outbound_not_marked", outbound=row.pk, state=row.state, error=type(error).__name__)
            connection.close_if_unusable_or_obsolete()
            time.sleep(pause)
        except Exception:
            log.exception("outbound_listener_failed", outbound=row.pk, state=row.state)
            break
        else:
            return
    _mark(row)


def _mark(row: Outbound) -> bool:
    """Write the end of a row; False where that is not for us to say (any more).

    A worker that overslept its claim (a suspended machine) finds the row with another: a later claim bears a later
    moment. What it failed to do is then of no interest; that it did send is, unless the other has the row in hand. A
    bounce may be quicker than we are, and has the last word.
    """
    sent = row.state == Outbound.State.SENT
    written = [str(row.state), row.sent_at, row.error, row.external_id]
    if run(_MARK, [*written, row.pk, row.next_attempt_at, sent]):
        return True
    if sent:
        bounced = Outbound.objects.filter(pk=row.pk, state=Outbound.State.BOUNCED, sent_at=None)
        bounced.update(sent_at=row.sent_at)
    return False


def _failed(row: Outbound, error: SendError, listener: Listener) -> None:
    row.error = text_safe(str(error))[:ERROR_LENGTH]
    if error.no_window:
        row.state = Outbound.State.NO_WINDOW
    elif error.uncertain:
        row.state = Outbound.State.UNCERTAIN
    elif error.permanent_failure or row.attempts > len(RETRY_AFTER):
        row.state = Outbound.State.FAILED
    else:
        row.state = Outbound.State.QUEUED
        _in_our_hands(row).update(
            state=row.state,
            error=row.error,
            next_attempt_at=now() + (error.retry_after or RETRY_AFTER[row.attempts - 1]),
        )
    if row.state != Outbound.State.QUEUED:
        _end(row, listener)
    log.info("outbound_failed", outbound=row.pk, channel=row.channel, state=row.state, attempts=row.attempts)


def _give_back(row: Outbound, why: str, when: datetime) -> None:
    """Return a claimed row unsent: the attempt does not count. A row whose fate was unknown stays so (SENDING).

    ``when`` lies ahead, so that a row which breaks the way out for itself does not stand before all others for ever.
    """
    _in_our_hands(row).update(
        state=row.state,
        attempts=F("attempts") - 1,
        next_attempt_at=when,
        error=text_safe(why or row.error)[:ERROR_LENGTH],
    )


def _in_our_hands(row: Outbound) -> QuerySet[Outbound]:
    """The row, unless another worker has claimed it since: a later claim bears a later moment."""
    return Outbound.objects.filter(pk=row.pk, state=Outbound.State.SENDING, next_attempt_at__lte=row.next_attempt_at)


def _outgoing(row: Outbound) -> Outgoing:
    """Its files by reference: an adapter opens them as streams (``file_streams``), none is read here."""
    files = tuple(IncomingFile(file["name"], file["type"], b"", stored=file["sha256"]) for file in row.attachments)
    return Outgoing(
        recipient=Party(row.recipient, row.recipient_name),
        subject=row.subject,
        text=row.text,
        html=row.html,
        headers=row.headers,
        files=files,
        external_id=row.external_id,
        automatic=row.automatic,
        attempts=row.attempts,
    )


def by_external_id(external_id: str) -> Outbound | None:
    """The message that bears this external id (a Message-ID, with or without its brackets), or None."""
    bare = external_id.strip().strip("<>")
    if not bare:
        return None
    return Outbound.objects.filter(external_id__in=[f"<{bare}>", bare]).order_by("-id").first()


def by_id(outbound_id: int) -> Outbound | None:
    """The row, or None."""
    return Outbound.objects.filter(pk=outbound_id).first()


def by_key(kind: str, key: str) -> Outbound | None:
    """A channel's row of that key, or None."""
    return Outbound.objects.filter(channel=kind, key=key).first() if key else None


def by_vendor_id(kind: str, external_id: str) -> Outbound | None:
    """A channel's row that the other side knows by that id, or None."""
    return Outbound.objects.filter(channel=kind, external_id=external_id).first() if external_id else None


def mark_progress(row: Outbound, news: Delivery) -> bool:
    """What a messenger says became of a row; never backwards, whatever order it comes in. False: nothing new."""
    state = after(OutboundState(row.state), news.state, window_closed=news.window_closed)
    changed = Outbound.objects.filter(pk=row.pk, state__in=FROM[news.state]).update(
        state=state,
        error=text_safe(news.reason)[:ERROR_LENGTH],
        external_id=news.external_id[:200] or F("external_id"),
        sent_at=Coalesce("sent_at", Value(news.at or now())),
    )
    return bool(changed)


def mark_bounced(row: Outbound, reason: str) -> None:
    """News that a message did not arrive after all; one that never left keeps its state."""
    left = [Outbound.State.SENDING, Outbound.State.SENT, Outbound.State.DELIVERED, Outbound.State.UNCERTAIN]
    row.state, row.error = Outbound.State.BOUNCED, text_safe(reason)[:ERROR_LENGTH]
    Outbound.objects.filter(pk=row.pk, state__in=left).update(state=row.state, error=row.error)


def send_again(outbound_id: int) -> None:
    """A specialist's decision to try a failed, bounced or uncertain message once more."""
    Outbound.objects.filter(
        pk=outbound_id,
        state__in=[
            Outbound.State.FAILED,
            Outbound.State.UNCERTAIN,
            Outbound.State.BOUNCED,
            Outbound.State.NO_WINDOW,
        ],
    ).update(state=Outbound.State.QUEUED, attempts=0, next_attempt_at=now(), error="")
    nudge_outbox()
