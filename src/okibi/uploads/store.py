"""The bytes of an upload while it is not whole: one file, one writer at a time, known good up to the row's offset.

The file stands below the files folder, so that becoming a blob is a change of name. The writer's lock is the operating
system's: it ends with the process that held it, however that ended.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from okibi.uploads.errors import BusyError

READ = 1024 * 1024  # bytes at a time


def path_of(public_id: str) -> Path:
    """Where the bytes of an unfinished upload stand."""
    return Path(settings.OKIBI_FILES) / "incoming" / public_id


def create(public_id: str) -> None:
    """An empty file, there for good."""
    path = path_of(public_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def writing(public_id: str) -> Iterator[int]:
    """The file's descriptor, held alone. Raises BusyError, FileNotFoundError."""
    handle = os.open(path_of(public_id), os.O_RDWR)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError from None
        yield handle
    finally:
        os.close(handle)


def write(handle: int, at: int, content: bytes) -> None:
    """All of ``content`` at that byte."""
    view = memoryview(content)
    while view:
        written = os.pwrite(handle, view, at)
        at, view = at + written, view[written:]


def digest_of(handle: int) -> str:
    """SHA-256 of the whole file, in constant memory."""
    digest = hashlib.sha256()
    at = 0
    while piece := os.pread(handle, READ, at):
        digest.update(piece)
        at += len(piece)
    return digest.hexdigest()


def remove(public_id: str) -> None:
    """Harmless to repeat."""
    path_of(public_id).unlink(missing_ok=True)
