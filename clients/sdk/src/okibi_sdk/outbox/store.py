"""Reading and writing the outbox; each public method is one transaction, or several that a kill may cut anywhere."""

import json
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from okibi_sdk.outbox.schema import PAGES_BACK, PIECE
from okibi_sdk.outbox.trouble import OutboxError, opened, told
from okibi_sdk.outbox.values import State, Waiting
from okibi_sdk.sources import Source

ABANDONED = 3600.0  # seconds after which a draft that was never packed to its end is thrown away
SHOWN = """
    SELECT draft.*, coalesce(sum(file.size), 0) AS size, coalesce(sum(file.arrived), 0) AS arrived,
           placing.number AS placed
    FROM draft LEFT JOIN file ON file.draft = draft.id
    LEFT JOIN draft AS placing ON draft.conversation = 'draft:' || placing.id
    WHERE draft.state != 'packing'
"""
HEADS = """
    SELECT * FROM draft WHERE id IN (
        SELECT min(id) FROM draft WHERE state IN ('waiting', 'sending', 'failed') GROUP BY conversation
    ) AND state != 'failed' AND (next_at <= ? OR next_at > ?) ORDER BY id
"""


class Store:
    """Shared by the threads of a program; other processes may have the same file open."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600, exist_ok=True)
        self._db, self.damaged = opened(path)
        self._mutex = threading.RLock()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._mutex, told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite ends it by itself where the disk is full
                    self._db.execute("ROLLBACK")
                raise

    def _all(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self._mutex, told():
            return self._db.execute(sql, values).fetchall()

    def close(self) -> None:
        with self._mutex:
            self._db.close()

    # ------------------------------------------------------------ putting in

    def pack(self, act: str, body: Mapping[str, Any], conversation: str, files: Sequence[Source]) -> int:
        """Copy everything in, then let it be seen: a draft cut off in the middle was never there."""
        moment = time.time()
        with self._transaction() as db:
            draft = db.execute(
                "INSERT INTO draft (conversation, act, body, key, state, created_at) VALUES (?,?,?,?,'packing',?)",
                (conversation, act, json.dumps(body, ensure_ascii=False), uuid.uuid4().hex, moment),
            ).lastrowid
            assert draft is not None
            if not conversation:
                db.execute("UPDATE draft SET conversation = ? WHERE id = ?", (f"draft:{draft}", draft))
        try:
            for source in files:
                self._copy(draft, source)
        except BaseException:
            with suppress(OutboxError):  # it was never seen, and is thrown away later
                self.discard(draft)
            raise
        with self._transaction() as db:
            db.execute("UPDATE draft SET state = 'waiting', created_at = ? WHERE id = ?", (time.time(), draft))
        return draft

    def _copy(self, draft: int, source: Source) -> None:
        with self._transaction() as db:
            file = db.execute(
                "INSERT INTO file (draft, name, type, key) VALUES (?,?,?,?)",
                (draft, source.name, source.type, uuid.uuid4().hex),
            ).lastrowid
        size = number = 0
        while content := source.read(size, PIECE):
            with self._transaction() as db:
                db.execute("INSERT INTO piece (file, number, content) VALUES (?,?,?)", (file, number, content))
                db.execute("UPDATE draft SET created_at = ? WHERE id = ?", (time.time(), draft))
            size, number = size + len(content), number + 1
        with self._transaction() as db:
            db.execute("UPDATE file SET size = ? WHERE id = ?", (size, file))

    # ------------------------------------------------------------ looking

    def shown(self, draft: int | None = None) -> tuple[Waiting, ...]:
        """Every draft, or the one, in the order of putting in."""
        where = "" if draft is None else " AND draft.id = ?"
        rows = self._all(f"{SHOWN}{where} GROUP BY draft.id ORDER BY draft.id", *([] if draft is None else [draft]))
        return tuple(_shown(row) for row in rows)

    def unsent_of(self, conversation: str) -> tuple[Waiting, ...]:
        """What has not gone yet of one conversation, in the order of putting in."""
        unsent = " AND draft.conversation = ? AND draft.state != 'sent'"
        return tuple(map(_shown, self._all(f"{SHOWN}{unsent} GROUP BY draft.id ORDER BY draft.id", conversation)))

    def due(self, moment: float, *, whole: bool) -> list[sqlite3.Row]:
        """The first unsent draft of each conversation, where it may go now (``whole``: whenever it was to be tried).

        A moment more than an hour ahead is one of a clock that was put back: it counts as now.
        """
        return self._all(HEADS, 1e18 if whole else moment, moment + 3600)

    def number_of(self, conversation: str) -> str | None:
        """The number of the request that a conversation is about; ``None`` while it isn't placed."""
        if not conversation.startswith("draft:"):
            return conversation
        placed = "SELECT number FROM draft WHERE id = ? AND state = 'sent'"
        rows = self._all(placed, int(conversation.removeprefix("draft:")))
        return str(rows[0]["number"]) if rows else None

    def conversation_of(self, number: str) -> str:
        """The conversation that a request's messages belong to: one order for all of them."""
        rows = self._all("SELECT id FROM draft WHERE act = 'place' AND state = 'sent' AND number = ?", number)
        return f"draft:{rows[0]['id']}" if rows else number

    def asked(self, draft: int) -> bool:
        """Whether the write of a draft was begun."""
        return bool(self._all("SELECT 1 FROM draft WHERE id = ? AND asked_at > 0", draft))

    def exists(self, draft: int) -> bool:
        return bool(self._all("SELECT 1 FROM draft WHERE id = ?", draft))

    def files(self, draft: int) -> list[sqlite3.Row]:
        return self._all("SELECT * FROM file WHERE draft = ? ORDER BY id", draft)

    def piece(self, file: int, offset: int, length: int) -> bytes:
        """Bytes of a file from any offset."""
        first, last = offset // PIECE, (offset + length - 1) // PIECE
        rows = self._all(
            "SELECT content FROM piece WHERE file = ? AND number BETWEEN ? AND ? ORDER BY number", file, first, last
        )
        start = offset - first * PIECE
        return b"".join(row["content"] for row in rows)[start : start + length]

    def next_moment(self) -> float | None:
        """When the next waiting draft is to be tried; seconds since 1970."""
        rows = self._all("SELECT min(next_at) AS at FROM draft WHERE state IN ('waiting', 'sending')")
        return None if rows[0]["at"] is None else float(rows[0]["at"])

    # ------------------------------------------------------------ sending

    def set(self, draft: int, **values: object) -> None:
        """Change columns of a draft (names are this module's own)."""
        names = ", ".join(f"{name} = ?" for name in values)
        with self._transaction() as db:
            db.execute(f"UPDATE draft SET {names} WHERE id = ?", (*values.values(), draft))  # noqa: S608

    def set_file(self, file: int, **values: object) -> None:
        names = ", ".join(f"{name} = ?" for name in values)
        with self._transaction() as db:
            db.execute(f"UPDATE file SET {names} WHERE id = ?", (*values.values(), file))  # noqa: S608

    def sent(self, draft: int, number: str) -> None:
        """It's there: the words stay for the list, the bytes go."""
        with self._transaction() as db:
            db.execute(
                "UPDATE draft SET state = 'sent', number = ?, sent_at = ?, reason = '', remedy = '', code = ''"
                " WHERE id = ?",
                (number, time.time(), draft),
            )
            db.execute("DELETE FROM piece WHERE file IN (SELECT id FROM file WHERE draft = ?)", (draft,))
        self._give_back()

    def uploads_gone(self, draft: int) -> None:
        """The server knows the files no more and has not placed the draft: files and key begin anew."""
        with self._transaction() as db:
            db.execute("UPDATE file SET address = '', upload = '', arrived = 0 WHERE draft = ?", (draft,))
            for row in db.execute("SELECT id FROM file WHERE draft = ?", (draft,)).fetchall():
                db.execute("UPDATE file SET key = ? WHERE id = ?", (uuid.uuid4().hex, row["id"]))
            db.execute("UPDATE draft SET key = ?, asked_at = 0 WHERE id = ?", (uuid.uuid4().hex, draft))

    def again(self, draft: int) -> None:
        """Somebody says: try now, whatever was wrong."""
        with self._transaction() as db:
            db.execute(
                "UPDATE draft SET state = 'waiting', next_at = 0, tries = 0, device = '', reason = '', remedy = '',"
                " code = '' WHERE id = ? AND state IN ('failed', 'waiting')",
                (draft,),
            )

    def discard(self, draft: int) -> None:
        """Throw it away, with its files."""
        with self._transaction() as db:
            db.execute("DELETE FROM draft WHERE id = ?", (draft,))
        self._give_back()

    def _give_back(self) -> None:
        """Free pages to the disk. ``execute`` would stop after the first page."""
        with self._mutex, told():
            self._db.executescript(f"PRAGMA incremental_vacuum({PAGES_BACK});")

    def tidy(self, keep: float) -> None:
        """Throw away what was cut off while being put in, and drafts sent longer ago than ``keep`` seconds."""
        moment = time.time()
        with self._transaction() as db:
            db.execute("DELETE FROM draft WHERE state = 'packing' AND created_at < ?", (moment - ABANDONED,))
            db.execute(
                "DELETE FROM draft WHERE state = 'sent' AND sent_at < ? AND NOT EXISTS (SELECT 1 FROM draft AS later"
                " WHERE later.conversation = draft.conversation AND later.state != 'sent')",
                (moment - keep,),
            )
            db.execute("UPDATE draft SET state = 'waiting' WHERE state = 'sending'")  # whoever sent it is no more


def _shown(row: sqlite3.Row) -> Waiting:
    ahead = row["state"] == "waiting" and row["next_at"]
    message, local = row["act"] != "place", str(row["conversation"]).startswith("draft:")
    return Waiting(
        row["id"],
        State(row["state"]),
        row["act"],
        str(json.loads(row["body"]).get("text") or ""),
        row["number"],
        row["reason"],
        row["remedy"],
        row["code"],
        row["tries"],
        datetime.fromtimestamp(row["created_at"], UTC),
        datetime.fromtimestamp(row["next_at"], UTC) if ahead else None,
        row["size"],
        row["arrived"],
        str((row["placed"] or "") if local else row["conversation"]) if message else row["number"],
        int(row["conversation"].removeprefix("draft:")) if message and local else 0,
    )


def total(files: Iterable[sqlite3.Row]) -> tuple[int, int]:
    """Bytes that have arrived, and all bytes."""
    rows = list(files)
    return sum(row["arrived"] for row in rows), sum(row["size"] for row in rows)
