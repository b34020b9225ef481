"""Content-addressed storage: the same bytes are stored once, and a half-written file can never be read.

Small blobs go into the database row, so that one commit makes a mail and its ticket durable; large ones go to
``<data>/files/ab/cd/<sha256>`` by temporary file, fsync and rename.
"""

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.db.utils import IntegrityError

from okibi.kernel.clock import now
from okibi.kernel.models import Blob
from okibi.kernel.statements import insert_unless_there

INLINE_LIMIT = 256 * 1024  # bytes
PIECE = 256 * 1024  # bytes


def path_of(sha256: str) -> Path:
    """Where the file of a large blob stands."""
    return Path(settings.OKIBI_FILES) / sha256[:2] / sha256[2:4] / sha256


def put(content: bytes) -> Blob:
    """Store the bytes (or find them stored) and give their row. Safe to repeat and to race."""
    digest = hashlib.sha256(content).hexdigest()
    inline = len(content) <= INLINE_LIMIT
    if not inline:
        _write_file(path_of(digest), content)
    blob = Blob(sha256=digest, size=len(content), data=content if inline else None, created_at=now())
    insert_unless_there(blob)
    if not inline:
        _write_file(path_of(digest), content)  # again: it was forgotten between the first look and the row
    return blob


def take_file(path: Path, sha256: str, size: int) -> Blob:
    """Store a synced file by its hash, in constant memory; ``path`` stands on the files folder's disk and stays there.

    The caller removes it once its transaction is committed.
    """
    if size <= INLINE_LIMIT:
        return put(path.read_bytes())
    blob = Blob(sha256=sha256, size=size, data=None, created_at=now())
    _link_file(path, path_of(sha256))
    Blob.objects.bulk_create([blob], ignore_conflicts=True)
    _link_file(path, path_of(sha256))
    return blob


def forget(sha256: str) -> bool:
    """Remove a blob that nothing refers to; gives whether it is gone. Safe beside a :func:`put` of the same bytes."""
    try:
        with transaction.atomic():
            gone, _ = Blob.objects.filter(pk=sha256).delete()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            path_of(sha256).unlink(missing_ok=True)
    except (ProtectedError, IntegrityError):
        return False
    return bool(gone)


def stream(blob: Blob) -> BinaryIO:
    """The bytes of a blob as a file that can be sought in. Raises FileNotFoundError where the folder lost it."""
    return io.BytesIO(bytes(blob.data)) if blob.data is not None else path_of(blob.sha256).open("rb")


def pieces(blob: Blob, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """The bytes from ``start`` to ``end`` (half-open), never more than a quarter of a megabyte in memory at once.

    Raises FileNotFoundError at once where the folder lost it.
    """
    return _pieces(stream(blob), start, blob.size if end is None else end)


def _pieces(source: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    with source:
        source.seek(start)
        left = end - start
        while left > 0 and (piece := source.read(min(PIECE, left))):
            left -= len(piece)
            yield piece


def stored(sha256: str) -> Blob:
    """The row of a blob that is kept already, its bytes not loaded. Raises Blob.DoesNotExist."""
    return Blob.objects.defer("data").get(pk=sha256)


def read(blob: Blob) -> bytes:
    """The bytes of a blob. Raises FileNotFoundError where the files folder lost it."""
    if blob.data is not None:
        return bytes(blob.data)
    return path_of(blob.sha256).read_bytes()


def _write_file(path: Path, content: bytes) -> None:
    if path.exists():
        _sync_folders(path)  # whoever wrote it may not have come to that yet
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _open_to_the_proxy(path)
    _sync_folders(path)


def _link_file(source: Path, path: Path) -> None:
    if path.exists():
        _sync_folders(path)  # whoever wrote it may not have come to that yet
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, path)
    except FileExistsError:  # somebody stored the same bytes at this moment
        return
    _open_to_the_proxy(path)
    _sync_folders(path)


def _open_to_the_proxy(path: Path) -> None:
    """Let the group read, whatever the service's umask is: the proxy is another user."""
    if settings.OKIBI_FILES_BY_PROXY:
        path.chmod(0o640)
        for folder in list(path.parents)[:2]:
            folder.chmod(0o750)


def _sync_folders(path: Path) -> None:
    """Make the rename itself durable, and the two folders that may be new."""
    for folder in list(path.parents)[:3]:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
