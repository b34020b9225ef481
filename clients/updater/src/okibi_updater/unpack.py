"""Archives unpacked safely: nothing leaves the folder, nothing but files, folders and links inside; a limit on size."""

import os
import re
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

from okibi_sdk.words import Sentence
from okibi_updater import disk
from okibi_updater.problems import RefusedError

MOST_FILES = 200_000
MOST_BYTES = 20 * 1024**3
_IMPOSSIBLE = re.compile(r'[<>"|?*\x01-\x1f]')  # in a name under Windows; a point or space at its end is lost there
_PORTS = {f"{kind}{number}" for kind in ("com", "lpt") for number in "123456789¹²³"}
_RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$", *_PORTS}


@dataclass(frozen=True, slots=True)
class _Entry:
    """One thing of an archive; ``open`` gives a file's content, ``link`` where a link leads."""

    name: str
    mode: int
    size: int
    folder: bool = False
    link: str = ""
    source: object = None


def unpacked_size(path: Path) -> int:
    """Bytes that the archive will take. Raises RefusedError for what is no archive or too much."""
    return sum(entry.size for _, entry in _entries(path))


def unpack(path: Path, target: Path, strip: int = 0, passed: disk.Passed = disk.nothing) -> None:
    """The archive's content into ``target``, made anew. ``strip``: so many leading folders are left out.

    Raises:
        RefusedError: a name or a link that leads outside, a device, too many files, no archive.

    """
    target = disk.far(target)
    disk.remove(target)
    target.mkdir(parents=True)
    links: list[tuple[Path, str]] = []
    for number, (opened, entry) in enumerate(_entries(path)):
        parts = _inside(entry.name)[strip:]
        if parts:
            place = target.joinpath(*parts)
            if entry.link:
                links.append((place, _safe_link(entry, parts)))
            else:
                _lay(opened, entry, place)
        if number == 1:
            passed("unpack half")
    for place, leads in links:  # last: no file can be written through a link
        place.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(place):
            raise _refused(place.name)
        place.symlink_to(leads, target_is_directory=place.parent.joinpath(leads).is_dir())
    for folder in [each for each in target.rglob("*") if each.is_dir() and not each.is_symlink()]:
        disk.flush(folder)
    disk.flush(target)


def _lay(opened: "zipfile.ZipFile | tarfile.TarFile", entry: _Entry, place: Path) -> None:
    if entry.folder:
        place.mkdir(parents=True, exist_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(place):
        raise _refused(entry.name)
    with _content(opened, entry) as source, place.open("xb") as file:
        shutil.copyfileobj(source, file, 1024 * 1024)
        if file.tell() != entry.size:
            raise _refused(entry.name)
        file.flush()
        os.fsync(file.fileno())
    place.chmod((entry.mode & 0o755) | 0o600 if entry.mode else 0o644)


def _content(opened: "zipfile.ZipFile | tarfile.TarFile", entry: _Entry) -> IO[bytes]:
    if isinstance(opened, zipfile.ZipFile):
        assert isinstance(entry.source, zipfile.ZipInfo)
        return opened.open(entry.source)
    assert isinstance(entry.source, tarfile.TarInfo)
    found = opened.extractfile(entry.source)
    assert found is not None
    return found


def _entries(path: Path) -> "Iterator[tuple[zipfile.ZipFile | tarfile.TarFile, _Entry]]":
    count, total = 0, 0
    for opened, entry in _raw(path):
        count, total = count + 1, total + entry.size
        if count > MOST_FILES or total > MOST_BYTES:
            raise RefusedError(Sentence("Архив слишком велик.", "The archive is too large."))
        yield opened, entry


def _raw(path: Path) -> "Iterator[tuple[zipfile.ZipFile | tarfile.TarFile, _Entry]]":
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as opened:
                for info in opened.infolist():
                    yield opened, _zipped(opened, info)
            return
        with tarfile.open(path) as opened_tar:
            for member in opened_tar:
                yield opened_tar, _tarred(member)
    except (tarfile.TarError, zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise RefusedError(Sentence("Архив не читается.", "The archive can't be read."), str(error)) from error


def _zipped(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Entry:
    mode = info.external_attr >> 16
    if info.is_dir():
        return _Entry(info.filename, mode, 0, folder=True)
    if stat.S_ISLNK(mode):
        if info.file_size > 4096:
            raise _refused(info.filename)
        return _Entry(info.filename, mode, 0, link=opened.read(info).decode("utf-8", "replace"))
    if info.flag_bits & 1:
        raise _refused(info.filename)
    return _Entry(info.filename, mode, info.file_size, source=info)


def _tarred(member: tarfile.TarInfo) -> _Entry:
    if member.isdir():
        return _Entry(member.name, member.mode, 0, folder=True)
    if member.issym():
        return _Entry(member.name, member.mode, 0, link=member.linkname)
    if not member.isreg():
        raise _refused(member.name)
    return _Entry(member.name, member.mode, member.size, source=member)


def _inside(name: str, *, on_windows: bool = disk.ON_WINDOWS) -> tuple[str, ...]:
    """The parts of a name that stays inside, on every system. Raises RefusedError."""
    parts = tuple(part for part in PurePosixPath(name.replace("\\", "/")).parts if part != ".")
    if name.startswith(("/", "\\")) or PureWindowsPath(name).drive or ".." in parts:
        raise _refused(name)
    for part in parts:
        if ":" in part or "\0" in part or part.partition(".")[0].rstrip().lower() in _RESERVED:
            raise _refused(name)
        if on_windows and (part != part.rstrip(" .") or _IMPOSSIBLE.search(part)):
            raise _refused(name)
    return parts


def _safe_link(entry: _Entry, parts: tuple[str, ...]) -> str:
    """Where the link leads, relative, and never above the folder. Raises RefusedError."""
    leads = PurePosixPath(entry.link.replace("\\", "/"))
    ups = next((number for number, part in enumerate(leads.parts) if part != ".."), len(leads.parts))
    if leads.is_absolute() or PureWindowsPath(entry.link).drive or ups > len(parts) - 1 or ".." in leads.parts[ups:]:
        raise _refused(entry.name)  # ".." behind a name could climb out by another link
    return entry.link


def _refused(name: str) -> RefusedError:
    return RefusedError(
        Sentence(f"В архиве недопустимое: «{name[:80]}».", f"The archive has what must not be there: “{name[:80]}”.")
    )
