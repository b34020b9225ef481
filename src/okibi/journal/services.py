"""Writing the journal, sealing it, and checking the seals."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from okibi.journal.codes import CODES
from okibi.journal.models import Entry, Seal
from okibi.kernel.clock import now
from okibi.kernel.statements import insert

NOTIFY_CHANNEL = "okibi_events"  # a trigger of the table speaks on it, one folded notification per transaction
SEAL_LOCK = 0x0B1B1  # advisory lock: one sealer at a time
SETTLED = timedelta(seconds=30)  # ids may commit out of order; older ones are all there


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a member of staff, a customer's person, or the system itself."""

    kind: str
    id: int | None = None
    name: str = ""


SYSTEM = Actor("system")


def record(
    code: str,
    subject: tuple[str, int],
    actor: Actor = SYSTEM,
    data: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Entry:
    """Write one act beside the change it describes; call it inside the same transaction.

    ``code`` must be one of :data:`okibi.journal.codes.CODES`. Wakes the live event streams on commit.
    """
    if code not in CODES:
        raise KeyError(code)
    entry = Entry(
        at=at or now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        code=code,
        subject_kind=subject[0],
        subject_id=subject[1],
        data=dict(data or {}),
    )
    return insert(entry)


def digest_of(previous: str, entry: Entry) -> str:
    """SHA-256 over the previous digest and every field of the entry, as canonical JSON."""
    fields = [
        previous,
        entry.pk,
        entry.at.timestamp(),
        entry.actor_kind,
        entry.actor_id,
        entry.actor_name,
        entry.code,
        entry.subject_kind,
        entry.subject_id,
        entry.data,
    ]
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def seal(limit: int = 5000) -> int:
    """Chain the settled entries that have no seal yet; gives how many. Harmless to repeat."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEAL_LOCK])
        row = cursor.fetchone()
        if not row or not row[0]:
            return 0
    last = Seal.objects.order_by("-position").first()
    previous = last.digest if last else ""
    entries = Entry.objects.filter(seal__isnull=True, at__lt=now() - SETTLED).order_by("id")
    if last:  # a late commit may carry a lower id: look back over a window, not from the start
        entries = entries.filter(id__gt=last.entry_id - 10_000)
    seals = []
    for entry in entries[:limit]:
        previous = digest_of(previous, entry)
        seals.append(Seal(entry=entry, digest=previous))
    Seal.objects.bulk_create(seals)
    return len(seals)


def verify() -> int | None:
    """Walk the whole chain; gives the id of the first entry that was changed, or None when all is whole."""
    previous = ""
    for link in Seal.objects.select_related("entry").order_by("position").iterator(chunk_size=2000):
        previous = digest_of(previous, link.entry)
        if previous != link.digest:
            return link.entry_id
    return None
