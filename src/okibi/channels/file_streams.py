"""The bytes of a message's file, a piece at a time, whether it carries them or names a blob that is kept."""

import io
import os
from collections.abc import Iterator
from contextlib import closing
from typing import BinaryIO

from okibi.channels.port import IncomingFile
from okibi.kernel import blobs
from okibi.kernel.models import Blob


class LostFileError(Exception):
    """The files folder or the database has not got it, or only a part of it."""


def opened(file: IncomingFile) -> tuple[BinaryIO, int]:
    """A stream at its beginning, and its size in bytes; close it. At most a small blob (256 KB) is held in memory.

    Raises LostFileError.
    """
    if not file.stored:
        return io.BytesIO(file.content), len(file.content)
    try:
        blob = blobs.stored(file.stored)
        stream = blobs.stream(blob)
    except (Blob.DoesNotExist, OSError) as error:
        raise LostFileError(f"{file.name}: {type(error).__name__}"[:300]) from error
    there = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if there != blob.size:
        stream.close()
        raise LostFileError(f"{file.name}: {there} bytes of {blob.size}"[:300])
    return stream, blob.size


def pieces(file: IncomingFile, size: int = blobs.PIECE) -> Iterator[bytes]:
    """All bytes, ``size`` of them at a time. Raises LostFileError at once or at the first piece."""
    stream, _ = opened(file)
    with closing(stream):
        while piece := stream.read(size):
            yield piece
