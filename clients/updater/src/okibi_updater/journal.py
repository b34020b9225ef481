"""What was begun, how far it is, and what the desk is still to be told: one SQLite file, written through at every step.

A step and the report of it are one transaction, so a kill loses neither; a report is kept until the desk took it.
"""

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any


class State(StrEnum):
    """How far an update is."""

    ACCEPTED = "accepted"
    DOWNLOADING = "downloading"
    DOWNLOADED = "downloaded"
    READY = "ready"
    BACKING_UP = "backing_up"
    INSTALLING = "installing"
    CHECKING = "checking"
    ROLLING_BACK = "rolling_back"
    SUCCEEDED = "succeeded"
    ROLLED_BACK = "rolled_back"
    FAILED = "failed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


OVER = frozenset({State.SUCCEEDED, State.ROLLED_BACK, State.FAILED, State.REFUSED, State.CANCELLED})
TOUCHED = frozenset({State.BACKING_UP, State.INSTALLING, State.CHECKING, State.ROLLING_BACK})
"""From here on it goes to its end, whatever the desk says; before, it may be cancelled."""


@dataclass(frozen=True, slots=True)
class Run:
    """One update. ``action``: the desk's number; ``href``: where it is read and reported; ``at``: seconds since 1970.

    ``existed``: something was installed before; ``swapped``: the folder may be the new one; ``tries``: recoveries.
    """

    action: str
    href: str
    product: str
    version: str
    old: str
    target: str
    sha256: str = ""
    size: int = 0
    state: State = State.ACCEPTED
    existed: bool = True
    swapped: bool = False
    tries: int = 0
    reason: str = ""
    waits: str = ""
    begun: float = 0.0
    ended: float = 0.0
    cleaned: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What the desk is to be told. ``kind``: feedback, closing, cancel, confirmation."""

    id: int
    action: str
    kind: str
    href: str
    body: dict[str, Any]


_SCHEMA = """
create table if not exists run (
    action text primary key, href text not null, product text not null, version text not null, old text not null,
    target text not null, sha256 text not null, size integer not null, state text not null, existed integer not null,
    swapped integer not null, tries integer not null, reason text not null, waits text not null,
    begun real not null, ended real not null, cleaned integer not null);
create table if not exists step (
    id integer primary key, action text not null, at real not null, state text not null, text text not null);
create table if not exists report (
    id integer primary key, action text not null, kind text not null, href text not null, body text not null,
    sent real);
create table if not exists installed (product text primary key, version text not null, at real not null);
create table if not exists consent (action text primary key, word text not null, at real not null);
create table if not exists note (name text primary key, text text not null);
"""


class Journal:
    """The file. Opened for each thread that needs it; ``confirm`` and ``status`` of a terminal open it too."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.db = sqlite3.connect(path, timeout=20.0, isolation_level=None)
        self.db.execute("pragma journal_mode = wal")
        self.db.execute("pragma synchronous = full")
        self.db.row_factory = sqlite3.Row
        self.db.executescript(_SCHEMA)

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def whole(self) -> Iterator[None]:
        """All or nothing; on the disk when it ends."""
        self.db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self.db.execute("rollback")
            raise
        self.db.execute("commit")

    # ------------------------------------------------------------ runs

    def current(self) -> Run | None:
        """The update that isn't over."""
        marks = ",".join("?" * len(OVER))
        row = self.db.execute(
            f"select * from run where state not in ({marks}) order by begun limit 1",  # noqa: S608
            sorted(OVER),
        ).fetchone()
        return _run(row) if row else None

    def run(self, action: str) -> Run | None:
        row = self.db.execute("select * from run where action = ?", (action,)).fetchone()
        return _run(row) if row else None

    def runs(self, limit: int = 20) -> list[Run]:
        """The newest first."""
        return [_run(row) for row in self.db.execute("select * from run order by begun desc limit ?", (limit,))]

    def not_cleaned(self) -> list[Run]:
        """Updates that are over and have left something on the disk."""
        marks = ",".join("?" * len(OVER))
        rows = self.db.execute(f"select * from run where not cleaned and state in ({marks})", sorted(OVER))  # noqa: S608
        return [_run(row) for row in rows]

    def begin(self, run: Run) -> None:
        """Take an update on. One that is known already stays as it is."""
        names = [each.name for each in fields(Run)]
        values = [getattr(run, name) for name in names]
        marks = ",".join("?" * len(names))
        self.db.execute(f"insert or ignore into run ({','.join(names)}) values ({marks})", values)  # noqa: S608

    def change(self, action: str, **values: object) -> Run:
        """Other values of an update, which is given back."""
        names = ", ".join(f"{name} = ?" for name in values)
        self.db.execute(f"update run set {names} where action = ?", (*values.values(), action))  # noqa: S608
        found = self.run(action)
        assert found is not None
        return found

    def step(self, action: str, state: str, text: str) -> None:
        """Into the update's history."""
        self.db.execute(
            "insert into step (action, at, state, text) values (?, ?, ?, ?)", (action, time.time(), state, text)
        )

    def steps(self, action: str) -> list[tuple[float, str, str]]:
        rows = self.db.execute("select at, state, text from step where action = ? order by id", (action,))
        return [(row["at"], row["state"], row["text"]) for row in rows]

    # ------------------------------------------------------------ reports

    def say(self, action: str, kind: str, href: str, body: Mapping[str, Any]) -> None:
        """To be told; a download's progress replaces the one before that hasn't gone yet."""
        if kind == "progress":
            self.db.execute("delete from report where action = ? and kind = 'progress' and sent is null", (action,))
        self.db.execute(
            "insert into report (action, kind, href, body) values (?, ?, ?, ?)",
            (action, kind, href, json.dumps(body, ensure_ascii=False)),
        )

    def unsent(self) -> list[Report]:
        rows = self.db.execute("select * from report where sent is null order by id")
        return [Report(row["id"], row["action"], row["kind"], row["href"], json.loads(row["body"])) for row in rows]

    def sent(self, report: Report) -> None:
        """The desk took it. Only closing words are kept: they may have to be said again."""
        if report.kind == "closing":
            self.db.execute("update report set sent = ? where id = ?", (time.time(), report.id))
        else:
            self.db.execute("delete from report where id = ?", (report.id,))

    def repeat_closing(self, action: str) -> None:
        """The closing word is to be told once more."""
        self.db.execute("update report set sent = null where action = ? and kind = 'closing'", (action,))

    # ------------------------------------------------------------ what is here

    def installed(self, product: str) -> str:
        row = self.db.execute("select version from installed where product = ?", (product,)).fetchone()
        return str(row["version"]) if row else ""

    def install(self, product: str, version: str) -> None:
        self.db.execute("insert or replace into installed values (?, ?, ?)", (product, version, time.time()))

    def consent(self, action: str) -> str:
        """The word that was said here: confirmed, denied, or nothing."""
        row = self.db.execute("select word from consent where action = ?", (action,)).fetchone()
        return str(row["word"]) if row else ""

    def give_consent(self, action: str, word: str) -> None:
        self.db.execute("insert or replace into consent values (?, ?, ?)", (action, word, time.time()))

    def note(self, name: str) -> str:
        row = self.db.execute("select text from note where name = ?", (name,)).fetchone()
        return str(row["text"]) if row else ""

    def write_note(self, name: str, text: str) -> None:
        if self.note(name) != text:
            self.db.execute("insert or replace into note values (?, ?)", (name, text))


def _run(row: sqlite3.Row) -> Run:
    values = dict(row)
    for name in ("existed", "swapped", "cleaned"):
        values[name] = bool(values[name])
    return Run(**{**values, "state": State(values["state"])})
