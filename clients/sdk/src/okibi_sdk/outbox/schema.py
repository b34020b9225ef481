"""The outbox on disk: one SQLite file (write-ahead log), everything of a draft in it, the files' bytes too."""

import sqlite3
import time
from pathlib import Path

PIECE = 1024 * 1024  # bytes of one row of a file
BUSY = 30.0  # seconds that a writer waits for another one
PAGES_BACK = 2000  # pages given back to the disk after a draft was sent

SCHEMA = """
CREATE TABLE IF NOT EXISTS draft (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT NOT NULL,       -- a request's number, or "draft:<id>" of the draft that will place it
    act TEXT NOT NULL,                -- place, say
    body TEXT NOT NULL,               -- JSON of what is sent, without the uploads
    key TEXT NOT NULL UNIQUE,         -- Idempotency-Key, made once
    state TEXT NOT NULL,              -- packing, waiting, sending, sent, failed
    asked_at REAL NOT NULL DEFAULT 0, -- when the write was first begun; its body never changes after that
    device TEXT NOT NULL DEFAULT '',  -- who began it
    tries INTEGER NOT NULL DEFAULT 0,
    next_at REAL NOT NULL DEFAULT 0,  -- seconds since 1970
    reason TEXT NOT NULL DEFAULT '',
    remedy TEXT NOT NULL DEFAULT '',
    code TEXT NOT NULL DEFAULT '',
    number TEXT NOT NULL DEFAULT '',
    created_at REAL NOT NULL,
    sent_at REAL
);
CREATE INDEX IF NOT EXISTS draft_conversation ON draft (conversation, id);
CREATE TABLE IF NOT EXISTS file (
    id INTEGER PRIMARY KEY,
    draft INTEGER NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    size INTEGER NOT NULL DEFAULT 0,
    key TEXT NOT NULL,
    address TEXT NOT NULL DEFAULT '', -- of the unfinished upload
    upload TEXT NOT NULL DEFAULT '',  -- its id once it is whole
    arrived INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS file_draft ON file (draft);
CREATE TABLE IF NOT EXISTS piece (
    file INTEGER NOT NULL REFERENCES file (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (file, number)
);
"""


def connect(path: Path) -> sqlite3.Connection:
    """A connection of one thread. Each statement is its own transaction unless BEGIN says otherwise."""
    connection = sqlite3.connect(path, timeout=BUSY, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # counts only before the first table
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")  # what put() has said is kept, is kept
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Into WAL mode. The first change waits for nobody by itself: two programs starting at once would collide."""
    until = time.monotonic() + BUSY
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def create(connection: sqlite3.Connection) -> None:
    """The tables, where they aren't there yet; safe with another process doing the same."""
    if connection.execute("PRAGMA user_version").fetchone()[0] == 1:
        return
    connection.executescript("BEGIN IMMEDIATE;" + SCHEMA + "PRAGMA user_version = 1; COMMIT;")


class OneSender:
    """Held by one process on the machine at a time; the system lets go of it when that process dies, however it dies.

    A file of its own beside the outbox, locked by SQLite: the same on Windows, Linux and Android.
    """

    def __init__(self, path: Path) -> None:
        self._lock = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)

    def take(self) -> bool:
        """False while another process (or another ``Outbox`` of this one) sends."""
        try:
            self._lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return False
        return True

    def give_back(self) -> None:
        self._lock.execute("ROLLBACK")

    def close(self) -> None:
        self._lock.close()
