"""The program's log folder as one archive, the newest first, up to a limit."""

import os
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MOST_FILES = 2000
EARLIEST, LATEST = 86400 * 366 * 10.0, 86400 * 365 * 137.0  # seconds since 1970: an archive knows 1980 to 2107
PIECE = 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Packed:
    """``size``: bytes of the archive. ``left_out``: files that did not fit; ``unread``: that could not be read."""

    path: Path
    files: int
    left_out: int
    size: int
    unread: int = 0


class EmptyFolderError(Exception):
    """There is no file in it."""


def pack(folder: Path, to: Path, limit: int) -> Packed:
    """Pack the regular files below ``folder`` into ``to``; links are not followed out of it.

    Where not everything fits into ``limit`` bytes, the oldest files are left out. One that can't be read, or goes away
    meanwhile, is passed over. Raises OSError (the archive can't be written, or no file be read), EmptyFolderError.
    """
    found = sorted(_files(folder), key=lambda each: each[1], reverse=True)
    if not found:
        raise EmptyFolderError(folder)
    taken, left_out, troubles = 0, max(0, len(found) - MOST_FILES), []
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for index, (path, _) in enumerate(found[:MOST_FILES]):
            try:
                source = path.open("rb")
            except OSError as error:
                troubles.append(error)
                continue
            with source:
                if not _fits(archive, source, path, folder, limit):
                    left_out = len(found) - index
                    break
            taken += 1
    if troubles and not taken:
        raise troubles[0]
    return Packed(to, taken, left_out, to.stat().st_size, len(troubles))


def _files(folder: Path) -> Iterator[tuple[Path, float]]:
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        with suppress(OSError):  # logs are turned over while we look
            yield path, path.stat().st_mtime


def _fits(archive: zipfile.ZipFile, source: BinaryIO, path: Path, folder: Path, limit: int) -> bool:
    """Add the file; one that would pass the limit is cut at the front, so that the end of a huge log is there."""
    file = archive.fp
    assert file is not None
    room = limit - file.tell() - 64 * 1024  # the archive's own table of contents
    if room <= 0:
        return False
    found = os.fstat(source.fileno())
    size = found.st_size
    # what is packed is never much larger than what it is packed from
    start = max(0, size - room) if not archive.filelist else 0
    if size - start > room and archive.filelist:
        return False
    name = path.relative_to(folder).as_posix()
    entry = zipfile.ZipInfo(name, time.localtime(min(max(found.st_mtime, EARLIEST), LATEST))[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(entry, "w") as target:
        source.seek(start)
        left = size - start  # a log that grows meanwhile is cut where it was
        while left > 0 and (piece := source.read(min(PIECE, left))):
            target.write(piece)
            left -= len(piece)
    return True
