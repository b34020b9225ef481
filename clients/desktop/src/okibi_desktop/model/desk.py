"""The application's one state: who we are, what the desk says, what waits to be sent. No window is needed for it."""

import errno
import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from okibi_desktop.model import cache
from okibi_desktop.model.enrolling import enrol_with
from okibi_desktop.model.listener import Listener
from okibi_desktop.model.worker import Worker
from okibi_desktop.words import Words
from okibi_sdk import (
    Client,
    Draft,
    Enrolment,
    Event,
    KeyFile,
    Keys,
    NoConnectionError,
    NotSignedInError,
    OkibiError,
    Outbox,
    Patience,
    Policy,
    Request,
    Sending,
    State,
    Waiting,
    Wish,
)
from okibi_sdk.sources import Source

T = TypeVar("T")
QUICK = Patience(tries=2, first=0.3, longest=1.0, patience=3.0)  # somebody sits and waits
LOOK_AGAIN = 60_000  # ms between looks at the list while all is well: events tell the news before
LOOK_OFFLINE = 5_000  # ms, without a connection
SHOWN = 500  # requests in the list, the latest
SETTLE = 150  # ms in which several events are one
AGENT = "okibi-desktop"
SYSTEM = {errno.ENOSPC: "disk_full", errno.EDQUOT: "disk_full"} | dict.fromkeys(
    (errno.EACCES, errno.EPERM, errno.EROFS), "not_allowed"
)


class Desk(QObject):
    """Lives in the thread of the windows; every signal is emitted there."""

    enrolment_changed = Signal()
    requests_changed = Signal()
    outbox_changed = Signal()
    online_changed = Signal()
    happened = Signal(object)  # Event
    sending = Signal(object)  # Sending
    cut_off = Signal()

    def __init__(self, home: Path, language: str, server: str = "", parent: QObject | None = None) -> None:
        """``server``: where nothing is enrolled yet; OKIBI_SERVER otherwise. Raises OSError (no place to keep)."""
        super().__init__(parent)
        self.home, self.language = home, language
        self._server = server or os.environ.get("OKIBI_SERVER", "")
        self.worker = Worker(self)
        self.key_file = KeyFile(home / "enrolment")
        self.keys = self.key_file.load()
        self.outbox = Outbox(home / "outbox.sqlite", on_progress=self._on_progress)
        self.client: Client | None = None
        self._stranger: Client | None = None
        self.requests: tuple[Request, ...] = ()
        self.loaded = False
        self.waiting: tuple[Waiting, ...] = ()
        self.policy: Policy | None = None
        self.online: bool | None = None
        self.was_cut_off = False
        self._listener: Listener | None = None
        self._stop_sending: threading.Event | None = None
        self._soon = QTimer(self, singleShot=True, interval=SETTLE)
        self._soon.timeout.connect(self.refresh)
        self._regular = QTimer(self, interval=LOOK_AGAIN)
        self._regular.timeout.connect(self.refresh)

    # ------------------------------------------------------------ life

    def start(self) -> None:
        """Begin to listen and to send, as far as we are enrolled."""
        self._connect()
        self._regular.start()
        self.worker.do(self, lambda: cache.prune(self.home, now()), lambda _: None)
        self.refresh()

    def stop(self) -> None:
        self._disconnect()
        self._regular.stop()
        self._soon.stop()
        self.worker.stop()

    def _connect(self) -> None:
        self._disconnect()
        if not self.enrolled or self.keys is None:
            return
        self.client = self._client(self.keys.token)
        self.outbox.client, self.outbox.device = self._client(self.keys.token), public_part(self.keys.token)
        self._stop_sending = threading.Event()
        threading.Thread(target=self.outbox.run, args=(self._stop_sending,), name="okibi-outbox", daemon=True).start()
        told = self.worker.call
        self._listener = Listener(
            self._client(self.keys.token, Patience()),
            lambda event: told(self, self._heard, event),
            lambda _: told(self, self._line_lost, None),
            lambda error: told(self, self.judge, error),
        )

    def _disconnect(self) -> None:
        if self._listener:
            self._listener.stop()
        if self._stop_sending:
            self._stop_sending.set()
        self._listener = self._stop_sending = self.client = None

    def _client(self, token: str = "", patience: Patience = QUICK) -> Client:
        return Client(self.server, token, language=self.language, agent=AGENT, patience=patience)

    def set_language(self, language: str) -> None:
        """The desk's own sentences come in it from now on."""
        self.language, self.policy, self._stranger = language, None, None
        self._connect()
        self.refresh()

    # ------------------------------------------------------------ asking

    def ask(
        self,
        owner: QObject,
        work: Callable[[Client], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """``work(client)`` in a thread; ``done`` or ``failed`` in the thread of the windows."""

        def heard(value: T) -> None:
            self._set_online(True)
            done(value)

        client = self.asker()
        if client is None:
            return

        def went_wrong(error: Exception) -> None:
            if client is self.client or not isinstance(error, NotSignedInError):
                self.judge(error)  # a stranger's 401 says nothing of our own token
            failed(error)

        self.worker.do(owner, lambda: work(client), heard, went_wrong)

    def asker(self) -> Client | None:
        """Who asks: this device, or a stranger; nothing where no address is known."""
        if self.client is None and self.server and self._stranger is None:
            self._stranger = self._client()
        return self.client or self._stranger

    def judge(self, error: object) -> None:
        """What an error means for the whole application."""
        if isinstance(error, NoConnectionError):
            self._set_online(False)
        elif isinstance(error, NotSignedInError) and self.enrolled:
            self._forget(cut_off=True)

    def _set_online(self, online: bool) -> None:
        if online == self.online:
            return
        came_back, self.online = online and self.online is False, online
        self._regular.setInterval(LOOK_AGAIN if online else LOOK_OFFLINE)
        if came_back:
            self.outbox.wake()
            self._soon.start()
        self.online_changed.emit()

    # ------------------------------------------------------------ what the desk says

    @property
    def unread(self) -> int:
        return sum(each.unread for each in self.requests)

    def refresh(self) -> None:
        """Look at the list, and at the outbox."""
        self.look_into_outbox()
        if self.policy is None:
            self.load_policy()
        if self.client is None:
            return

        def done(requests: tuple[Request, ...]) -> None:
            changed, self.requests, self.loaded = requests != self.requests or not self.loaded, requests, True
            if changed:
                self.requests_changed.emit()

        self.ask(self, lambda client: tuple(islice(client.all_requests(), SHOWN)), done, lambda _: None)

    def load_policy(self) -> None:
        """Products and limits; needs no enrolment, only an address."""
        if self.server:
            self.ask(self, lambda client: client.policy(), self._set_policy, lambda _: None)

    def _set_policy(self, policy: Policy) -> None:
        self.policy = policy
        self.online_changed.emit()

    def _heard(self, event: Event) -> None:
        self._set_online(True)
        if not event.code.endswith("typing"):
            self._soon.start()
        self.happened.emit(event)

    def _line_lost(self, _: None) -> None:
        self.refresh()

    # ------------------------------------------------------------ what waits

    def put(
        self,
        owner: QObject,
        draft: Draft,
        files: list[Source],
        done: Callable[[int], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Keep a request; it goes at once where it can. ``done`` gets its id in the outbox."""
        self._kept(owner, lambda: self.outbox.put(draft, files), done, failed)

    def put_message(
        self,
        owner: QObject,
        number: str,
        text: str,
        files: list[Source],
        done: Callable[[int], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Keep a message for a request; it goes at once where it can."""
        self._kept(owner, lambda: self.outbox.put_message(text, number=number, files=files), done, failed)

    def _kept(
        self, owner: QObject, keep: Callable[[], int], done: Callable[[int], None], failed: Callable[[Exception], None]
    ) -> None:
        def kept(draft: int) -> None:
            self.look_into_outbox()
            done(draft)

        self.worker.do(owner, keep, kept, failed)

    def look_into_outbox(self) -> None:
        self.worker.do(self, self.outbox.list, self._set_waiting)

    def _set_waiting(self, waiting: tuple[Waiting, ...]) -> None:
        if waiting != self.waiting:
            self.waiting = waiting
            self.outbox_changed.emit()

    @property
    def unsent(self) -> tuple[Waiting, ...]:
        return tuple(each for each in self.waiting if each.state is not State.SENT)

    def retry(self, draft: int) -> None:
        self.worker.do(self, lambda: self.outbox.retry(draft), lambda _: self.look_into_outbox())

    def discard(self, draft: int) -> None:
        self.worker.do(self, lambda: self.outbox.discard(draft), lambda _: self.look_into_outbox())

    def _on_progress(self, sending: Sending) -> None:
        """Called in the outbox's thread."""
        self.worker.call(self, self._progressed, sending)

    def _progressed(self, sending: Sending) -> None:
        self.look_into_outbox()
        if sending.state is State.SENT:
            self._soon.start()
        self.sending.emit(sending)

    # ------------------------------------------------------------ enrolment

    @property
    def server(self) -> str:
        said = self._server or (self.keys.server if self.keys else "")
        if self.keys and self.keys.token:
            said = self.keys.server
        return (said if "://" in said or not said else f"https://{said}").rstrip("/")

    @property
    def enrolled(self) -> bool:
        return bool(self.keys and self.keys.token)

    def enrol(
        self,
        owner: QObject,
        server: str,
        wish: Wish,
        done: Callable[[Enrolment], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Begin; where no code is needed we are enrolled at ``done``."""
        self._server, self._stranger = server, None

        def begun(enrolment: Enrolment) -> None:
            keys = Keys(self.server, enrolment.token, enrolment.id, enrolment.secret, wish.email)
            self._take(keys, enrolment, done, failed)

        client = self._client()
        self.worker.do(owner, lambda: enrol_with(client, wish), begun, failed)

    def confirm(
        self, owner: QObject, code: str, done: Callable[[Enrolment], None], failed: Callable[[Exception], None]
    ) -> None:
        """The six digits; or, without any, whether the letter's button was pressed."""
        keys, client = self.keys, self._client()
        assert keys is not None
        begun = Enrolment(keys.enrolment, "awaiting_confirmation", keys.secret)

        def ask() -> Enrolment:
            return client.confirm(begun, code) if code else client.enrolment_state(begun)

        def said(enrolment: Enrolment) -> None:
            if enrolment.token:
                self._take(Keys(self.server, enrolment.token), enrolment, done, failed)
            else:
                done(enrolment)

        self.worker.do(owner, ask, said, failed)

    def _take(
        self, keys: Keys, enrolment: Enrolment, done: Callable[[Enrolment], None], failed: Callable[[Exception], None]
    ) -> None:
        try:
            self.key_file.save(keys)
        except OSError as error:
            failed(error)
            return
        self.keys = keys
        if self.enrolled:
            self.was_cut_off = False
            self._connect()
            self.outbox.wake()
            self._soon.start()
            self.enrolment_changed.emit()
        done(enrolment)

    def sign_out(self, owner: QObject, done: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        def over(_: None) -> None:
            self._forget()
            done()

        self.ask(owner, lambda client: client.sign_out(), over, failed)

    def _forget(self, *, cut_off: bool = False) -> None:
        server = self.server
        self._disconnect()
        self.outbox.client = None
        self.key_file.forget()
        cache.clear(self.home)
        self.keys, self._server, self.requests, self.loaded = None, server, (), False
        self.was_cut_off = cut_off
        self.requests_changed.emit()
        self.enrolment_changed.emit()
        if cut_off:
            self.cut_off.emit()


def public_part(token: str) -> str:
    """Another one is another enrolment."""
    return token.split("_")[1] if token.count("_") >= 2 else ""


def sentence(error: object, t: Words | None = None) -> str:
    """What went wrong, for the user, with what to do. ``t``: for what the system said."""
    if isinstance(error, OkibiError):
        fields = " ".join(each.detail for each in getattr(error, "errors", ()))
        said = " ".join(filter(None, (error.sentence, fields if fields != error.sentence else "", error.remedy)))
    elif isinstance(error, OSError):
        word = SYSTEM.get(error.errno or 0)
        said = t(word) if t and word else error.strerror or str(error)
    else:
        said = str(error) or type(error).__name__
    return said


def now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)
