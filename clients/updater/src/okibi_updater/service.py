"""The loop: poll, do what there is to do, sleep as the desk says; woken, it polls at once."""

import json
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import SystemRandom
from typing import Any, Self

import httpx

from okibi_sdk import collect
from okibi_sdk.words import Sentence
from okibi_updater import __version__, disk, keeping, offers, reports
from okibi_updater.commands import Lock
from okibi_updater.ddi import GONE, Door, Poll
from okibi_updater.engine import Engine
from okibi_updater.journal import Journal
from okibi_updater.problems import LaterError, OfflineError, SettingsError, StrangerError, UpdaterError
from okibi_updater.settings import Settings
from okibi_updater.trust import Trust
from okibi_updater.wake import Listener

log = logging.getLogger(__name__)

FIRST_WAIT = 30.0  # seconds after the first failure; doubled with each one
LONGEST_WAIT = 3600.0
JITTER = 0.1  # of a wait: a thousand hosts don't come in one second
SHORTEST = 5.0
SLICE = 1.0 if disk.ON_WINDOWS else LONGEST_WAIT
_VOLATILE = frozenset({"disk_free_mb"})


class Service:
    """One updater of this host. Holds the lock of its home. Raises LaterError where another one runs."""

    def __init__(
        self,
        settings: Settings,
        *,
        http: httpx.Client | None = None,
        passed: disk.Passed = disk.nothing,
        exchange: disk.Exchange = disk.exchanged,
    ) -> None:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.settings, self.passed = settings, passed
        self.lock = Lock(settings.home / "lock")
        self.journal = Journal(settings.home / "journal.sqlite")
        self.http = http or httpx.Client(
            timeout=httpx.Timeout(30.0, connect=10.0),
            follow_redirects=False,
            headers={"User-Agent": f"okibi-updater/{__version__}"},
        )
        self.token = keeping.read_token(settings.token_file)
        self.door = Door(self.http, base_of(settings, self.token), self.token)
        self.engine = Engine(
            settings, self.journal, self.door, self.trust, self._look, self._flush_quietly, passed, exchange
        )
        self.woken = threading.Event()
        self.stopping = False
        self.failures = 0
        self.random = SystemRandom()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self.journal.close()
        self.lock.close()

    @property
    def desk_file(self) -> Path:
        return self.settings.home / "desk.pem"

    # ------------------------------------------------------------ the loop

    def run(self) -> None:
        """Until ``stop``. What was cut short is ended first, then polls begin."""
        listener = self._listen()
        try:
            while not self.stopping:
                self.woken.clear()
                wait = self.guarded(self.once)
                log.info("next poll in %.0f s", wait)
                self.journal.write_note("next", str(time.time() + wait))
                self._sleep(wait)
        finally:
            if listener:
                listener.close()

    def _sleep(self, wait: float, slice_: float = SLICE) -> None:
        """Until woken or stopped. Windows tells a waiting program of no signal: so it waits in short pieces."""
        until = time.monotonic() + wait
        while (left := until - time.monotonic()) > 0 and not self.woken.is_set():
            self.woken.wait(min(left, slice_))

    def stop(self) -> None:
        """After the step that is under way; an installation is brought to its end."""
        self.stopping = True
        self.woken.set()

    def guarded(self, act: Callable[[], float]) -> float:
        """Do it; seconds to wait, longer with each failure. What went wrong stands in the journal for ``status``."""
        try:
            wait, self.failures = act(), 0
            self.journal.write_note("trouble", "")
        except UpdaterError as error:
            self.failures += 1
            wait = min(FIRST_WAIT * 2 ** min(self.failures - 1, 10), LONGEST_WAIT)
            if isinstance(error, OfflineError) and error.wait is not None:
                wait = max(error.wait, SHORTEST)
            elif isinstance(error, StrangerError):
                wait = LONGEST_WAIT
            told = " ".join((error.sentence.in_(self.settings.language), *error.details))
            log.warning("%s: %s", error.word, told)
            self.journal.write_note("trouble", told)
        return max(SHORTEST, wait * (1 + self.random.uniform(-JITTER, JITTER)))

    def once(self) -> float:
        """Recover, poll, act, report. The desk's wish for the next poll, seconds. Raises UpdaterError."""
        self.engine.recover()
        if not self.token:
            raise StrangerError(
                Sentence("Устройство не подключено: okibi-updater enrol", "Not enrolled: okibi-updater enrol")
            )
        self.flush()
        poll = self.door.poll()
        self.journal.write_note("polled", str(time.time()))
        self._take_certificate(poll)
        self._act(poll)
        self._tell(poll)
        self.engine.advance()
        self.flush()
        self._tell(poll)
        return poll.sleep

    def _act(self, poll: Poll) -> None:
        self._cancelling(poll)
        asked = poll.links.get("confirmationBase")
        if asked:
            self._confirmation(asked)
        offered = poll.links.get("deploymentBase")
        if offered:
            deployment = self.door.deployment(offered)
            if deployment:
                offers.take(self.engine, deployment)

    def _cancelling(self, poll: Poll) -> None:
        link = poll.links.get("cancelAction")
        wish = self.door.cancelled(link) if link else None
        if link and wish:
            offers.cancel(self.engine, link, *wish)
            self.flush()

    def _look(self) -> None:
        self._cancelling(self.door.poll())

    def _confirmation(self, href: str) -> None:
        """The desk asks for this host's consent: shown by ``status`` until somebody answers by ``confirm``."""
        asked = self.door.deployment(href)
        if not asked or not asked.action:
            return
        word = self.journal.consent(asked.action)
        if not word:
            told = {"action": asked.action, "product": asked.product, "version": asked.version}
            self.journal.write_note("asked", json.dumps(told))
            return
        with self.journal.whole():
            self.journal.write_note("asked", "")
            self.journal.say(asked.action, "confirmation", href, reports.consent(word))
        self.flush()

    # ------------------------------------------------------------ telling

    def flush(self) -> None:
        """Tell the desk what waits to be told, in order. Raises OfflineError: it stays."""
        for report in self.journal.unsent():
            status = self.door.say(report.href, report.body)
            if status not in GONE and status >= 400:
                log.warning("the desk did not take %s of %s: HTTP %d", report.kind, report.action, status)
            self.passed("told")
            self.journal.sent(report)

    def _flush_quietly(self) -> None:
        with suppress(LaterError):
            self.flush()

    def _tell(self, poll: Poll) -> None:
        """What this host is and runs, where it changed or the desk asks."""
        told = self._inventory()
        known = json.dumps({name: value for name, value in told.items() if name not in _VOLATILE})
        asked = poll.links.get("configData")
        if not asked and known == self.journal.note("told"):
            return
        self.door.tell(asked or f"{self.door.base}/configData", told)
        self.journal.write_note("told", known)

    def _inventory(self) -> dict[str, str]:
        """The machine, and the program that this enrolment stands for: the first one of the settings."""
        told = _flat(collect().as_json()) | {"updater.version": __version__}
        if self.settings.wake.listen:
            told["wake.sha256"] = keeping.fingerprint(keeping.wake_certificate(self.settings.home).read_text())
        for product in list(self.settings.products.values())[:1]:
            told |= {"product": product.code, "version": offers.installed(self.journal, product)}
        return {name: value for name, value in told.items() if value}

    # ------------------------------------------------------------ small things

    def trust(self) -> Trust:
        """The repository, opened anew. Raises SettingsError without a root, RefusedError for a broken one."""
        try:
            root = self.settings.root_file.read_bytes()
        except OSError as error:
            raise SettingsError(
                Sentence(
                    "Нет корня доверия: okibi-updater init --root 1.root.json",
                    "There is no trusted root: okibi-updater init --root 1.root.json",
                )
            ) from error
        return Trust(self.settings.home, root, self.settings.server, self.http, self.token)

    def _take_certificate(self, poll: Poll) -> None:
        if poll.certificate and self.settings.wake.listen:
            with suppress(ValueError):
                keeping.fingerprint(poll.certificate)
                if not self.desk_file.exists() or self.desk_file.read_text(encoding="ascii") != poll.certificate:
                    disk.write(self.desk_file, poll.certificate.encode("ascii"))

    def _listen(self) -> Listener | None:
        wake = self.settings.wake
        if not wake.listen:
            return None
        try:
            return Listener((wake.listen, wake.port), self.settings.home, self.desk_file, self.woken.set)
        except OSError as error:  # polls go on without it
            log.warning("nobody can wake this host: %s:%d: %s", wake.listen, wake.port, error)
            return None


def base_of(settings: Settings, token: str) -> str:
    """The device's own address of DDI."""
    controller = settings.controller or keeping.controller_of(token)
    return f"{settings.server}/ddi/{settings.tenant}/controller/v1/{controller}"


def _flat(document: dict[str, Any], before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in document.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{before}{name}.")
        else:
            found[f"{before}{name}"] = str(value)[:512]
    return found
