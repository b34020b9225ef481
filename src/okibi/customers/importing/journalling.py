"""Journal entries of an import: written together, after the rows they are about have their ids."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, models

from okibi.journal.codes import CODES
from okibi.journal.models import Entry
from okibi.journal.services import NOTIFY_CHANNEL, Actor

Data = Mapping[str, Any] | Callable[[], Mapping[str, Any]]


@dataclass(slots=True)
class Acts:
    """Acts to be recorded; ``data`` may be a function where it needs ids that do not exist yet."""

    waiting: list[tuple[str, str, models.Model, Data]] = field(default_factory=list)

    def add(self, code: str, kind: str, row: models.Model, data: Data) -> None:
        if code not in CODES:
            raise KeyError(code)
        self.waiting.append((code, kind, row, data))

    def write(self, actor: Actor, at: datetime) -> None:
        """Record all; call it in the transaction of the rows."""
        Entry.objects.bulk_create(
            [
                Entry(
                    at=at,
                    actor_kind=actor.kind,
                    actor_id=actor.id,
                    actor_name=actor.name,
                    code=code,
                    subject_kind=kind,
                    subject_id=row.pk,
                    data=dict(data() if callable(data) else data),
                )
                for code, kind, row, data in self.waiting
            ],
            batch_size=2_000,
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [NOTIFY_CHANNEL])
