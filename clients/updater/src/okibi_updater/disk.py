"""Folders that survive a power cut: copied and written through to the disk, swapped by renaming."""

import ctypes
import errno
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from okibi_sdk.words import Sentence
from okibi_updater import win32
from okibi_updater.problems import RoomError

Passed = Callable[[str], None]
"""Told at each named point; tests end the process there."""

ON_WINDOWS = sys.platform == "win32"
PATIENCE = 30.0  # seconds: Windows lets go of a program's files a little after it ended
PAUSE = 0.5


def nothing(_: str) -> None:
    """Nobody listens."""


def flush(path: Path) -> None:
    """A file, or a folder's list of names, is on the disk when this returns. Windows has no such thing for folders."""
    if sys.platform == "win32" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() or sys.platform != "win32" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Replace a file as a whole."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    patiently(lambda: beside.replace(path))
    flush(path.parent)


def far(path: Path) -> Path:
    """The same place; on Windows in the form whose length has no limit of 260 characters."""
    return Path(win32.far(os.path.abspath(path))) if ON_WINDOWS else path  # noqa: PTH100 - resolve follows links


def patiently(act: Callable[[], object], *, waits: bool = ON_WINDOWS) -> None:
    """Do it. Where a system lets nobody touch a file that somebody has open, wait a while for that. Raises OSError."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            act()
        except OSError as error:
            held = isinstance(error, PermissionError) or error.errno == errno.ENOTEMPTY  # deleted, and still open
            if not waits or not held or time.monotonic() > until:
                raise
            time.sleep(PAUSE)
        else:
            return


def remove(path: Path, *, files_too: bool = ON_WINDOWS) -> None:
    """A file or a whole folder; nothing there is well too. What is read-only goes all the same.

    ``files_too``: a read-only file can't be deleted where it isn't the folder that says what goes.
    """
    path = far(path)
    if path.is_dir() and not path.is_symlink():
        for folder, names, files in os.walk(path):
            for each in (folder, *(os.path.join(folder, name) for name in (*names, *(files if files_too else ())))):  # noqa: PTH118 - long trees
                if not os.path.islink(each):  # noqa: PTH114
                    os.chmod(each, 0o700)  # noqa: PTH101
        patiently(lambda: shutil.rmtree(path))
    else:
        if files_too and path.exists() and not path.is_symlink():
            path.chmod(0o600)
        patiently(lambda: path.unlink(missing_ok=True))


def size(path: Path) -> int:
    """Bytes of all files below."""
    below = far(path).rglob("*")
    return sum(each.lstat().st_size for each in below if not each.is_dir() or each.is_symlink())


def need(folder: Path, wanted: int) -> None:
    """Raise RoomError where the folder's disk has fewer free bytes than ``wanted``."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < wanted:
        told = (wanted // 1024**2 + 1, free // 1024**2, folder)
        raise RoomError(
            Sentence(
                "Мало места: нужно {} МБ, есть {} МБ в {}.".format(*told),
                "Little room: {} MB are needed, {} MB are free in {}.".format(*told),
            )
        )


def copy(source: Path, target: Path, passed: Passed = nothing) -> None:
    """A folder with everything in it: content, modes, times, links. ``target`` is made anew."""
    source, target = far(source), far(target)
    remove(target)
    target.mkdir(parents=True)
    for number, path in enumerate(_below(source)):
        copy_one(path, target / path.relative_to(source))
        if number == 1:
            passed("copy half")
    shutil.copystat(source, target)
    for folder in [each for each in _below(target) if each.is_dir() and not each.is_symlink()]:
        flush(folder)
    flush(target)
    flush(target.parent)


def copy_one(path: Path, target: Path) -> None:
    """One file, link or folder (without what is in it), over whatever stands there."""
    path, target = far(path), far(target)
    if path.is_symlink():
        target.unlink(missing_ok=True)
        target.symlink_to(path.readlink(), target_is_directory=path.is_dir())
    elif path.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        target.chmod(stat.S_IMODE(path.stat().st_mode) | 0o700)
    elif path.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        remove(target)
        shutil.copy2(path, target, follow_symlinks=False)
        _flush_file(target)


def _flush_file(path: Path) -> None:
    """Written through whatever its mode: a read-only copy is opened for reading."""
    try:
        flush(path)
    except PermissionError:
        mode = path.stat().st_mode
        path.chmod(mode | 0o600)
        flush(path)
        path.chmod(mode)


def _below(folder: Path) -> Iterator[Path]:
    return iter(sorted(folder.rglob("*")))


# ---------------------------------------------------------------- swapping


def exchanged(one: Path, other: Path) -> bool:
    """Two folders change their names in one moment: renameat2(2) with RENAME_EXCHANGE. False where there's none."""
    if not sys.platform.startswith("linux"):
        return False
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    at_cwd, exchange = -100, 2
    return bool(call(at_cwd, os.fsencode(one), at_cwd, os.fsencode(other), exchange) == 0)


Exchange = Callable[[Path, Path], bool]


def swap(fresh: Path, place: Path, aside: Path, *, passed: Passed = nothing, exchange: Exchange = exchanged) -> None:
    """``fresh`` comes to ``place``, what was there goes ``aside``; nothing may have been there.

    Where the system can exchange names, ``place`` is never empty; else it is between two renames, and calling this
    again ends it: what is done already is not done twice.
    """
    if fresh.exists() and place.exists() and not aside.exists() and exchange(fresh, place):
        flush(place.parent)
        passed("exchanged")
        rename(fresh, aside)
    elif fresh.exists():
        if place.exists() and not aside.exists():
            rename(place, aside)
            passed("moved aside")
        rename(fresh, place)
    flush(place.parent)


def rename(source: Path, target: Path) -> None:
    """Rename, waiting a while for a system that still holds its files. Raises OSError."""
    patiently(lambda: far(source).rename(far(target)))
