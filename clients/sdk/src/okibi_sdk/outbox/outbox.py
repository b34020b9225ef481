"""The durable queue of an application that may be offline: put now, sent when there is a connection, exactly once.

What makes it once: the Idempotency-Key is made when a draft is put in and goes with every try; the body of a write
that was begun never changes; one process sends at a time; an answer is written down before the next thing is done.
"""

import contextlib
import json
import logging
import random
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from okibi_sdk.client import Client
from okibi_sdk.core.session import ONCE, Patience
from okibi_sdk.models import Draft, draft_of
from okibi_sdk.operations.uploads import Progress
from okibi_sdk.outbox import values
from okibi_sdk.outbox.schema import OneSender
from okibi_sdk.outbox.store import Store, total
from okibi_sdk.outbox.values import Sending, State, Tell, Waiting
from okibi_sdk.problems import (
    NoConnectionError,
    NotFoundError,
    NotSignedInError,
    OkibiError,
    ProblemError,
    ServerFaultError,
    TooManyError,
    UnexpectedAnswerError,
)
from okibi_sdk.sources import FileSource, Source
from okibi_sdk.words import Sentence

log = logging.getLogger(__name__)
FIRST, LONGEST = 2.0, 600.0  # seconds between tries of the queue
POLL = 5.0  # seconds: how soon a draft of another process is noticed
KEEP = 30 * 86400.0  # seconds that what was sent stays in the list
ANSWERS_KEPT = 6 * 86400.0  # seconds that the server surely remembers what it answered to a key
LOST_UPLOADS = frozenset({"uploads.not_found", "uploads.not_whole"})


class Outbox:
    """One file for an installation; any number of processes and threads may have it open.

    ``client``: who sends. Without one drafts are only put in and shown. Every method raises OutboxError (an OSError)
    where the file can't be read or written. A damaged file is put aside when it is opened, and what can be read of it
    goes on; ``damaged`` is then where it stands.
    """

    def __init__(
        self, path: Path, client: Client | None = None, *, device: str = "", on_progress: Tell | None = None
    ) -> None:
        """``device``: which enrolment sends, any word that changes with it."""
        self.store = Store(path)
        self.damaged = self.store.damaged
        self.sender = OneSender(path.with_name(f"{path.name}-sender"))
        self.client = client
        self.device = device
        self.on_progress = on_progress
        self._wake = threading.Event()
        self._sending = threading.Lock()

    # ------------------------------------------------------------ for the program

    def put(self, draft: Draft, files: Sequence[Source | Path] = ()) -> int:
        """Keep a request to be placed; returns its id here. Once this returned, it survives whatever happens.

        Raises OSError where a file can't be read or the disk is full: then nothing was kept.
        """
        written = draft if draft.written_at else replace(draft, written_at=datetime.now(UTC))
        return self._put("place", written.as_json(), "", files)

    def put_message(self, text: str, *, number: str = "", after: int = 0, files: Sequence[Source | Path] = ()) -> int:
        """Keep a message for the request ``number``, or for the one that the draft ``after`` will place.

        Messages of one conversation go in the order of putting in. Raises OSError, and ValueError for neither of both.
        """
        if bool(number) == bool(after) or (after and not self.store.exists(after)):
            raise ValueError("number or after")
        conversation = self.store.conversation_of(number) if number else f"draft:{after}"
        return self._put("say", {"text": text}, conversation, files)

    def _put(self, act: str, body: dict[str, Any], conversation: str, files: Sequence[Source | Path]) -> int:
        sources = [FileSource(each) if isinstance(each, Path) else each for each in files]
        draft = self.store.pack(act, body, conversation, sources)
        self._wake.set()
        return draft

    def list(self) -> tuple[Waiting, ...]:
        """Everything in it, in the order of putting in."""
        return self.store.shown()

    def get(self, draft: int) -> Waiting | None:
        found = self.store.shown(draft)
        return found[0] if found else None

    def unsent(self, *, number: str = "", after: int = 0) -> tuple[Waiting, ...]:
        """What has not gone yet for the request ``number``, or for the one that the draft ``after`` places (with it).

        Raises ValueError for neither of both.
        """
        if bool(number) == bool(after):
            raise ValueError("number or after")
        return self.store.unsent_of(self.store.conversation_of(number) if number else f"draft:{after}")

    def retry(self, draft: int) -> None:
        """Try a failed draft again, at once."""
        self.store.again(draft)
        self._wake.set()

    def discard(self, draft: int) -> None:
        """Throw a draft away. One that is being sent may still arrive."""
        self.store.discard(draft)

    def close(self) -> None:
        self.store.close()
        self.sender.close()

    # ------------------------------------------------------------ sending

    def flush(self) -> bool:
        """Try everything now, whatever was to be waited for. True: nothing is left that would go by itself.

        False also where another process is sending at this moment.
        """
        return self._round(whole=True)

    def run(self, stop: threading.Event) -> None:
        """Send until ``stop`` is set: what is put in goes at once, what failed is tried again after growing waits.

        Belongs into a thread of its own. Blocks; returns within a second of ``stop``, once the present call is over.
        """
        while not stop.is_set():
            try:
                self._round(whole=False)
            except OSError:  # a full or busy disk: the next round will see
                log.exception("outbox")
            until = time.monotonic() + self._pause()
            while not stop.is_set() and not self._wake.wait(min(1.0, max(0.0, until - time.monotonic()))):
                if time.monotonic() >= until:
                    break
            self._wake.clear()

    def wake(self) -> None:
        """The connection is back, or somebody enrolled: try now."""
        for each in self.list():
            if each.state is State.WAITING:
                self.store.set(each.id, next_at=0)
        self._wake.set()

    def _pause(self) -> float:
        moment = self.store.next_moment()
        return POLL if moment is None else min(POLL, max(0.05, moment - time.time()))

    def _round(self, *, whole: bool) -> bool:
        """One pass over the conversations, as long as something moves."""
        if self.client is None:
            return False
        with self._sole() as alone:
            if not alone:
                return False
            self.store.tidy(KEEP)
            tried: set[int] = set()
            while rows := [row for row in self.store.due(time.time(), whole=whole) if row["id"] not in tried]:
                for row in rows:
                    tried.add(row["id"])
                    if not Delivery(self, self.client, row).carry():
                        return False  # no connection: no use in trying the others
        return not [each for each in self.list() if each.state in {State.WAITING, State.SENDING}]

    @contextlib.contextmanager
    def _sole(self) -> Iterator[bool]:
        with self._sending:
            alone = self.sender.take()
            try:
                yield alone
            finally:
                if alone:
                    self.sender.give_back()


@dataclass(frozen=True, slots=True)
class _Stored:
    """A file of the outbox as the source of an upload, and the memory of how it's called on the server."""

    store: Store
    row: sqlite3.Row

    @property
    def name(self) -> str:
        return str(self.row["name"])

    @property
    def type(self) -> str:
        return str(self.row["type"])

    @property
    def size(self) -> int:
        return int(self.row["size"])

    @property
    def identity(self) -> str:
        return str(self.row["key"])

    def read(self, offset: int, length: int) -> bytes:
        return self.store.piece(self.row["id"], offset, length)

    def get(self, identity: str) -> str | None:  # noqa: ARG002 - the memory of this one file
        return str(self.row["address"]) or None

    def put(self, identity: str, address: str) -> None:  # noqa: ARG002
        self.store.set_file(self.row["id"], address=address)

    def drop(self, identity: str) -> None:
        """Kept until the upload's id is written down."""


class Delivery:
    """One try of one draft."""

    def __init__(self, outbox: Outbox, client: Client, row: sqlite3.Row) -> None:
        self.outbox, self.store, self.row = outbox, outbox.store, row
        self.client = client
        self.id = int(row["id"])

    def carry(self) -> bool:
        """False where there is no connection."""
        if self.row["asked_at"] and self.row["device"] and self.row["device"] != self.outbox.device:
            self._refuse(values.OTHER_DEVICE, "other_device")
            return True
        number = self.store.number_of(self.row["conversation"]) if self.row["act"] == "say" else ""
        if number is None:
            self._refuse(values.PLACED_NEVER, "placed_never")
            return True
        self.store.set(self.id, state="sending")
        self._tell(State.SENDING)
        try:
            self._send(number)
        except NoConnectionError as error:
            self._later(error.sentence, values.BY_ITSELF.in_(self._language), error.code)
            return False
        except OkibiError as error:
            self._judge(error)
        return True

    @property
    def _language(self) -> str:
        return self.client.session.language

    def _send(self, number: str) -> None:
        uploads = [self._upload(file) for file in self.store.files(self.id)]
        self.store.set(self.id, asked_at=self.row["asked_at"] or time.time(), device=self.outbox.device)
        body = json.loads(self.row["body"])
        key = str(self.row["key"])
        once = self.client.patient(ONCE)  # the queue has its own patience
        if self.row["act"] == "place":
            number = once.place(draft_of(body), uploads=uploads, key=key).number
        else:
            number = once.say(number, body["text"], uploads=uploads, key=key).number
        self.store.sent(self.id, number)
        self._tell(State.SENT, number)

    def _upload(self, file: sqlite3.Row) -> str:
        if file["upload"]:
            return str(file["upload"])
        source = _Stored(self.store, file)

        def arrived(progress: Progress) -> None:
            self.store.set_file(file["id"], arrived=progress.sent)
            self._tell(State.SENDING)

        client = self.client.patient(Patience(tries=3, patience=5))
        upload = client.upload(source, progress=arrived, memory=source, key=str(file["key"]))
        self.store.set_file(file["id"], upload=upload, arrived=source.size)
        return upload

    # ------------------------------------------------------------ what an error means

    def _judge(self, error: OkibiError) -> None:
        if isinstance(error, NotSignedInError):
            self._later(error.sentence, values.ENROL.in_(self._language), error.code)
        elif isinstance(error, (ServerFaultError, TooManyError, UnexpectedAnswerError)) or _running(error):
            wait = error.retry_after if isinstance(error, ProblemError) else None
            self._later(error.sentence, values.BY_ITSELF.in_(self._language), error.code, wait)
        elif error.code in LOST_UPLOADS and 0 < self.row["asked_at"] < time.time() - ANSWERS_KEPT:
            self._refuse(values.LONG_AGO, "long_ago")
        elif error.code in LOST_UPLOADS or (isinstance(error, NotFoundError) and not self._asked_now()):
            self.store.uploads_gone(self.id)  # the server has said that it didn't take the draft: a new key is safe
            self._later(error.sentence, values.BY_ITSELF.in_(self._language), error.code)
        else:
            self._failed(error.sentence, error.remedy or values.MEND.in_(self._language), error.code)

    def _asked_now(self) -> bool:
        return self.store.asked(self.id)

    def _later(self, reason: str, remedy: str, code: str, wait: float | None = None) -> None:
        tries = int(self.row["tries"]) + 1
        grown = min(LONGEST, FIRST * 2 ** min(tries - 1, 20)) * (1 - random.random() / 2)  # noqa: S311 - no secret
        at = time.time() + max(wait or 0.0, grown)
        self.store.set(self.id, state="waiting", tries=tries, next_at=at, reason=reason, remedy=remedy, code=code)
        self._tell(State.WAITING)

    def _refuse(self, why: tuple[Sentence, Sentence], code: str) -> None:
        self._failed(why[0].in_(self._language), why[1].in_(self._language), code)

    def _failed(self, reason: str, remedy: str, code: str) -> None:
        self.store.set(self.id, state="failed", reason=reason, remedy=remedy, code=code)
        self._tell(State.FAILED)

    def _tell(self, state: State, number: str = "") -> None:
        if self.outbox.on_progress:
            arrived, size = total(self.store.files(self.id))
            try:
                self.outbox.on_progress(Sending(self.id, state, arrived, size, number))
            except Exception:  # a window that is closed already must not stop the queue
                log.exception("progress of draft %s", self.id)


def _running(error: OkibiError) -> bool:
    """The first try of this key is still being carried out."""
    return isinstance(error, ProblemError) and error.status in {409, 425} and error.retry_after is not None
