"""What becomes of a disk that is full and of a file that was damaged: a sentence, and every draft that can be read."""

import contextlib
import errno
import logging
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from okibi_sdk.outbox.schema import OneSender, connect, create
from okibi_sdk.words import Sentence, language_of_user

log = logging.getLogger(__name__)
LOOKED_THROUGH = 16 * 1024 * 1024  # bytes of a file that is looked through whole when it is opened
BESIDE = ("", "-wal", "-shm")
_FULL = Sentence("Исходящие не записать: на диске нет места.", "The outbox can't be written: the disk is full.")
_DAMAGED = Sentence(
    "Файл исходящих повреждён; при следующем запуске уцелевшее будет спасено.",
    "The file of the outbox is damaged; at the next start what is whole will be saved.",
)
_OTHER = Sentence("Исходящие недоступны", "The outbox can't be used")


class OutboxError(OSError):
    """The outbox can't be read or written: a full disk, a damaged file, no right to it. ``str()`` is a sentence."""

    def __init__(self, number: int, sentence: str) -> None:
        super().__init__(number, sentence)

    def __str__(self) -> str:
        return str(self.strerror)


@contextlib.contextmanager
def told() -> Iterator[None]:
    """SQLite's words about the disk as an OutboxError; mistakes of a program stay what they are."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if type(error) not in {sqlite3.DatabaseError, sqlite3.OperationalError}:
            raise
        raise _spoken(error) from error


def _spoken(error: sqlite3.Error) -> OutboxError:
    language, code = language_of_user(), getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return OutboxError(errno.ENOSPC, _FULL.in_(language))
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return OutboxError(errno.EIO, _DAMAGED.in_(language))
    return OutboxError(errno.EIO, f"{_OTHER.in_(language)}: {error}")


def opened(path: Path) -> tuple[sqlite3.Connection, Path | None]:
    """A connection, and where the old file stands where it was damaged: drafts that could be read are in the new one.

    Raises OutboxError.
    """
    with told():
        try:
            return _sound(path), None
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
                raise
            return _mended(path, error)


def _sound(path: Path) -> sqlite3.Connection:
    connection = connect(path)
    try:
        create(connection)
        if path.stat().st_size <= LOOKED_THROUGH:
            _look_through(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _look_through(connection: sqlite3.Connection) -> None:
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        error = sqlite3.DatabaseError(verdict)
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def _mended(path: Path, why: sqlite3.Error) -> tuple[sqlite3.Connection, Path]:
    """Another process that has it open, or mends it at this moment, is let go on: then the error stands."""
    alone = OneSender(path.with_name(f"{path.name}-sender"))
    try:
        if not alone.take():
            raise why
        aside = path.with_name(f"{path.name}.damaged-{time.time_ns()}")
        for end in BESIDE:
            with contextlib.suppress(FileNotFoundError):
                path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
        path.touch(mode=0o600)
        connection = connect(path)
        create(connection)
        saved = _rescue(aside, connection)
        log.error("outbox damaged (%s): %s drafts saved, the old file is %s", why, saved, aside)
    finally:
        alone.close()
    return connection, aside


def _rescue(aside: Path, into: sqlite3.Connection) -> int:
    """Every unsent draft that can be read with all its files, under its own key: what had arrived is not sent anew."""
    saved = 0
    with contextlib.suppress(sqlite3.DatabaseError), contextlib.closing(sqlite3.connect(aside)) as old:
        for number in _numbers(old):
            with contextlib.suppress(sqlite3.DatabaseError):
                saved += _copied(old, into, number)
    return saved


def _numbers(old: sqlite3.Connection) -> list[int]:
    """Ids of drafts, each looked for by itself: a damaged page hides its neighbours no more than it must."""
    try:
        (last,) = old.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = 'draft'").fetchone()
    except sqlite3.DatabaseError:
        last = None
    return list(range(1, (last or 10_000) + 1))


def _copied(old: sqlite3.Connection, into: sqlite3.Connection, number: int) -> int:
    tables = {
        "draft": old.execute("SELECT * FROM draft WHERE id = ? AND state != 'packing'", [number]),
        "file": old.execute("SELECT * FROM file WHERE draft = ?", [number]),
        "piece": old.execute("SELECT * FROM piece WHERE file IN (SELECT id FROM file WHERE draft = ?)", [number]),
    }
    rows = {name: found.fetchall() for name, found in tables.items()}
    if not rows["draft"]:
        return 0
    into.execute("BEGIN IMMEDIATE")
    try:
        for name, found in rows.items():
            for row in found:
                into.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 - our names
    except BaseException:
        into.execute("ROLLBACK")
        raise
    into.execute("COMMIT")
    return 1
