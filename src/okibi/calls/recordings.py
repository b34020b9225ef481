"""Writing recordings: where an exchange keeps one, our copy of it, or that it is lost.

Who fetches is ``flows.phone_recordings``: it claims one at a time, for so long as a lease says.
"""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction

from okibi.calls.kinds import RecordingState
from okibi.calls.models import Call, Recording
from okibi.kernel.sentence import Sentence
from okibi.kernel.statements import insert_once

LEASE = timedelta(minutes=10)  # a worker that dies while it fetches leaves the recording to the next one after this
OURS = "ours"  # the key of what the voice mail recorded: no exchange has it


def note(call: Call, where: str, at: datetime, due: datetime | None) -> bool:
    """An exchange has a recording: ``where`` is its id there, or its address. False where that was known.

    ``due``: when it is fetched by itself; None: only when somebody asks for it.
    """
    where = where[:2000]
    key = hashlib.sha256(where.encode()).hexdigest()
    return insert_once(Recording(call=call, key=key, where=where, created_at=at, next_attempt_at=due))


def keep_ours(call: Call, sha256: str, seconds: int, at: datetime) -> None:
    """What the voice mail recorded of a call; the bytes are stored."""
    row = Recording(
        call=call, key=OURS, state=RecordingState.KEPT, blob_id=sha256, seconds=seconds, created_at=at
    )  # fmt: skip
    insert_once(row)


@transaction.atomic
def claim(at: datetime) -> Recording | None:
    """The recording that is due first, in the caller's hands until the lease ends; None where none is due."""
    due = Recording.objects.select_for_update(skip_locked=True, of=("self",))
    row = due.filter(state=RecordingState.WAITING, next_attempt_at__lte=at).order_by("next_attempt_at", "id").first()
    if row is None:
        return None
    row.attempts += 1
    row.next_attempt_at = at + LEASE
    row.save(update_fields=["attempts", "next_attempt_at"])
    return row


def kept(recording_id: int, sha256: str) -> bool:
    """The copy is here; False where one is already, or where the recording was forgotten meanwhile."""
    rows = Recording.objects.filter(pk=recording_id).exclude(state=RecordingState.KEPT)
    return bool(rows.update(state=RecordingState.KEPT, blob_id=sha256, next_attempt_at=None, error={}))


def not_yet(recording_id: int, why: Sentence, again: datetime | None) -> None:
    """It did not come, and is tried again at that moment; None: when somebody asks for it."""
    rows = Recording.objects.filter(pk=recording_id).exclude(state=RecordingState.KEPT)
    rows.update(error=why.as_dict(), next_attempt_at=again)


def lost(recording_id: int, why: Sentence) -> bool:
    """It won't come any more; False where that was known, or a copy is here."""
    rows = Recording.objects.filter(pk=recording_id, state=RecordingState.WAITING)
    return bool(rows.update(state=RecordingState.LOST, error=why.as_dict(), next_attempt_at=None))
