"""The program's log folder as one archive, the newest first, up to a limit."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MOST_FILES = 2000
PIECE = 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Packed:
    """``size``: bytes of the archive. ``left_out``: files that did not fit."""

    path: Path
    files: int
    left_out: int
    size: int


class EmptyFolderError(Exception):
    """There is no file in it."""


def pack(folder: Path, to: Path, limit: int) -> Packed:
    """Pack the regular files below ``folder`` into ``to``; links are not followed out of it.

    Where not everything fits into ``limit`` bytes, the oldest files are left out. Raises OSError, EmptyFolderError.
    """
    found = sorted(_files(folder), key=lambda each: each[1], reverse=True)
    if not found:
        raise EmptyFolderError(folder)
    taken = 0
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for path, _ in found[:MOST_FILES]:
            if not _fits(archive, path, folder, limit):
                break
            taken += 1
    return Packed(to, taken, len(found) - taken, to.stat().st_size)


def _files(folder: Path) -> Iterator[tuple[Path, float]]:
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        yield path, path.stat().st_mtime


def _fits(archive: zipfile.ZipFile, path: Path, folder: Path, limit: int) -> bool:
    """Add the file; one that would pass the limit is cut at the front, so that the end of a huge log is there."""
    file = archive.fp
    assert file is not None
    room = limit - file.tell() - 64 * 1024  # the archive's own table of contents
    if room <= 0:
        return False
    size = path.stat().st_size
    # what is packed is never much larger than what it is packed from
    start = max(0, size - room) if not archive.filelist else 0
    if size - start > room and archive.filelist:
        return False
    name = path.relative_to(folder).as_posix()
    with (
        path.open("rb") as source,
        archive.open(zipfile.ZipInfo.from_file(path, name, strict_timestamps=False), "w") as target,
    ):
        source.seek(start)
        left = size - start  # a log that grows meanwhile is cut where it was
        while left > 0 and (piece := source.read(min(PIECE, left))):
            target.write(piece)
            left -= len(piece)
    return True
