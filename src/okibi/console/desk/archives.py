"""What stands in an archive that came from outside: names and sizes, nothing unpacked, within limits.

A zip's list stands at its end and is read alone. A tar has no list: its heads are read one after another, and of a
packed one no more is unpacked (and thrown away at once) than a fixed amount: a bomb costs a second and no memory.
"""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

MOST_MEMBERS = 2000  # that are listed
MOST_LIST = 8 << 20  # bytes of a zip's own list
MOST_UNPACKED = 256 << 20  # bytes of a packed tar that are looked through
MOST_RATIO = 100  # unpacked to packed: beyond that it is said, of more than …
HARMLESS = 16 << 20  # … bytes unpacked
END, END_SIZE, LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
ZIP64_LOCATOR = b"PK\x06\x07"
UTF8_NAME = 0x800  # flag bit 11 of a zip member: its name is UTF-8 (APPNOTE 4.4.4)


class UnlistedError(ValueError):
    """It is no archive that can be listed, or a damaged one."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive; ``size`` unpacked, in bytes, as the archive says; ``at`` as it says, without a zone."""

    name: str
    size: int
    at: datetime | None
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Members in their order. ``more``: there are others that were not looked at. ``swells``: unpacked it is huge."""

    members: tuple[Member, ...]
    total: int
    more: bool
    swells: bool


def listing(source: BinaryIO, size: int) -> Listing:
    """What stands in a zip or tar of ``size`` bytes. Raises UnlistedError."""
    try:
        return _of_zip(source, size) if _is_zip(source) else _of_tar(source, size)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, zlib.error, lzma.LZMAError) as error:
        raise UnlistedError(str(error)) from error
    except (NotImplementedError, OverflowError, struct.error, ValueError) as error:
        raise UnlistedError(str(error)) from error


def _is_zip(source: BinaryIO) -> bool:
    source.seek(0)
    return source.read(2) == b"PK"


def _of_zip(source: BinaryIO, size: int) -> Listing:
    """The end record is looked at first: a list of millions would be read into memory whole."""
    start = max(0, size - END_SIZE - LONGEST_COMMENT - 20)
    source.seek(start)
    tail = source.read()
    place = tail.rfind(END)
    if place < 0 or len(tail) - place < END_SIZE or ZIP64_LOCATOR in tail[max(0, place - 20) : place]:
        raise UnlistedError("no end record, or one of a huge archive")
    if struct.unpack_from("<L", tail, place + 12)[0] > MOST_LIST:
        raise UnlistedError("its list is too long")
    with zipfile.ZipFile(source) as archive:
        found = [info for info in archive.infolist() if not info.is_dir()]
    total = sum(info.file_size for info in found)
    members = tuple(
        Member(_zip_name(info), info.file_size, _zip_moment(info), bool(info.flag_bits & 1))
        for info in found[:MOST_MEMBERS]
    )
    return Listing(members, total, len(found) > MOST_MEMBERS, _swells(total, size))


def _swells(total: int, size: int) -> bool:
    return total > max(HARMLESS, size * MOST_RATIO)


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Windows writes Russian names in its DOS code page and does not say so."""
    name = info.filename
    if not info.flag_bits & UTF8_NAME:
        try:
            name = name.encode("cp437").decode("cp866")
        except UnicodeError:
            return name
    return name


def _zip_moment(info: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*info.date_time)  # noqa: DTZ001  a zip does not say the zone
    except ValueError:
        return None


class _Limited(io.RawIOBase):
    """No more than so many bytes of a stream; then it ends."""

    def __init__(self, source: BinaryIO, limit: int) -> None:
        self.source, self.left = source, limit

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted = min(self.left, size if size >= 0 else self.left)
        piece = self.source.read(wanted) if wanted else b""
        self.left -= len(piece)
        return piece


def _of_tar(source: BinaryIO, size: int) -> Listing:
    plain = _Limited(_unpacked(source), MOST_UNPACKED)
    members: list[Member] = []
    total, more = 0, False
    with tarfile.open(fileobj=plain, mode="r|") as archive:
        try:
            for info in archive:
                if len(members) >= MOST_MEMBERS:
                    more = True
                    break
                if info.isfile():
                    members.append(Member(info.name, info.size, _tar_moment(info)))
                    total += info.size
        except tarfile.ReadError:
            more = True  # it ends early, or at our limit
    more = more or not plain.left
    return Listing(tuple(members), total, more, _swells(total, size))


def _unpacked(source: BinaryIO) -> BinaryIO:
    source.seek(0)
    head = source.read(6)
    source.seek(0)
    if head.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=source)  # type: ignore[return-value]
    if head.startswith(b"BZh"):
        return bz2.BZ2File(source)  # type: ignore[return-value]
    if head.startswith(b"\xfd7zXZ"):
        return lzma.LZMAFile(source)  # type: ignore[return-value]
    return source


def _tar_moment(info: tarfile.TarInfo) -> datetime | None:
    try:
        return datetime.fromtimestamp(info.mtime)  # noqa: DTZ006  shown as it is on this desk's clock
    except (ValueError, OverflowError, OSError):
        return None
