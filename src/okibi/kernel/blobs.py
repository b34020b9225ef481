"""Content-addressed storage: the same bytes are stored once, and a half-written file can never be read.

Small blobs go into the database row, so that one commit makes a mail and its ticket durable; large ones go to
``<data>/files/ab/cd/<sha256>`` by temporary file, fsync and rename.
"""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from okibi.kernel.clock import now
from okibi.kernel.models import Blob

INLINE_LIMIT = 256 * 1024  # bytes


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
    Blob.objects.bulk_create([blob], ignore_conflicts=True)
    return blob


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
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
