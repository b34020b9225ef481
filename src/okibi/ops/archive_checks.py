"""What a restored archive means: whether this version knows its database, its files are there, its journal is whole.

Imported when Django is ready.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from okibi.journal.services import record, verify
from okibi.kernel import blobs
from okibi.kernel.errors import InputError
from okibi.kernel.models import Blob
from okibi.kernel.sentence import Sentence

SUBJECT = ("system", 0)
JOURNAL = "okibi_journal_entry"
SHOWN = 3


def refuse_newer(migrations: Sequence[str]) -> None:
    """Raises InputError where the archive's database is of a version that this one does not know."""
    on_disk = MigrationLoader(None).disk_migrations
    ours, known = {app for app, _ in on_disk}, {f"{app}.{name}" for app, name in on_disk}
    strange = [name for name in migrations if name not in known and name.partition(".")[0] in ours]
    if strange:
        shown = ", ".join(strange[:SHOWN])
        raise InputError(
            Sentence(
                ru=f"архив сделан более новой версией продукта: эта не знает {shown}",
                en=f"the archive was made by a newer version of the product: this one does not know {shown}",
            )
        )


def check() -> None:
    """Every file that the database names stands with its length, and the journal's chain holds. Raises InputError."""
    named = Blob.objects.filter(data__isnull=True).values_list("sha256", "size")
    lost = [sha256 for sha256, size in named.iterator() if not _stands(sha256, size)]
    if lost:
        shown = ", ".join(lost[:SHOWN])
        raise InputError(
            Sentence(
                ru=f"восстановлено, но файлов, которые называет база, нет ({len(lost)}): {shown}",
                en=f"restored, but files that the database names are missing ({len(lost)}): {shown}",
            )
        )
    broken = verify()
    if broken is not None:
        raise InputError(
            Sentence(
                ru=f"восстановлено, но цепочка журнала нарушена на записи {broken}: её правили",
                en=f"restored, but the journal's chain is broken at entry {broken}: it was altered",
            )
        )


def _stands(sha256: str, size: int) -> bool:
    path = blobs.path_of(sha256)
    return path.is_file() and path.stat().st_size == size


def note(code: str, data: Mapping[str, Any]) -> None:
    """Write it into the journal, where there is one yet."""
    if JOURNAL in connection.introspection.table_names():
        record(code, SUBJECT, data=data)
