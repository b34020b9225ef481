"""A newer version of the program: asked for now and then, offered, put off, fetched and checked.

Before the first question the desk is told which version runs: a request that was planned for it is solved by that.
"""

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from okibi_desktop.model.desk import Desk
from okibi_desktop.model.names import free_place, safe_name
from okibi_desktop.model.settings import Settings
from okibi_sdk import Client, NewerVersion, Progress, Update, UpdateFile, collect

LOOK = 6 * 60 * 60_000  # ms between two questions
AT_FIRST = 3_000  # ms after the start: the list of requests comes before
STEP = 0.01  # of a file: smaller progress is not told
PLATFORMS = ("windows", "linux")


class StoppedError(Exception):
    """The user does not want the file any more."""


class Fetch(StrEnum):
    """How far the file is."""

    NO = "no"
    RUNS = "runs"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a window shows. ``part``: of the file, 0 to 1; ``place``: the file once it is here and checked."""

    version: NewerVersion
    fetch: Fetch = Fetch.NO
    part: float = 0.0
    place: Path | None = None
    error: Exception | None = None

    @property
    def file(self) -> UpdateFile | None:
        """The file that fits this machine best; nothing where there is only the page."""
        return self.version.files[0] if self.version.files else None


class Newer(QObject):
    """``changed``: another offer, or none; ``put_off`` with the version that the user does not want now."""

    changed = Signal()
    put_off = Signal(str)

    def __init__(self, desk: Desk, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._settings = desk, settings
        self.offer: Offer | None = None
        self._runs: tuple[object, str, str] = (None, "", "")  # what the desk was told: by whom, program, version
        self._stopped = threading.Event()
        self._regular = QTimer(self, interval=LOOK)
        self._regular.timeout.connect(self.look)
        self._soon = QTimer(self, singleShot=True, interval=AT_FIRST)
        self._soon.timeout.connect(self.look)
        desk.enrolment_changed.connect(self._enrolment_changed)

    def start(self) -> None:
        self._regular.start()
        self._soon.start()

    def stop(self) -> None:
        self._regular.stop()
        self._soon.stop()

    def apply(self, settings: Settings) -> None:
        """Asks anew where that may have another answer."""
        before, self._settings = self._settings, settings
        asked = ("updates", "product", "version")
        if any(getattr(before, name) != getattr(settings, name) for name in asked):
            self._set(None)
            self._soon.start()

    def look(self) -> None:
        """Ask the desk. Nobody is told where it can't be asked: the next time will do."""
        if self._desk.client is None or not self._settings.updates or self._running:
            return
        product, version = self._settings.product, self._settings.version
        self._tell(product, version)
        asked = {"product": product, "version": version} if product else {}  # else the desk takes what it knows
        self._desk.ask(self, lambda client: client.newer_version(**asked, **machine()), self._told, lambda _: None)

    def _tell(self, product: str, version: str) -> None:
        """Which version runs here; once, until it is another one. Of the machine nothing is said."""
        told = (self._desk.client, product, version)
        if not product or not version or told == self._runs:
            return

        def heard(_: object) -> None:
            self._runs = told

        self._desk.ask(
            self, lambda client: client.push_environment({}, product=product, version=version), heard, lambda _: None
        )

    def later(self) -> None:
        """Not now: this version is not offered again; the next one is."""
        if self.offer:
            version = self.offer.version.version
            self._set(None)
            self.put_off.emit(version)

    def fetch(self, folder: Path) -> None:
        """The file into that folder; it gets its name only once it was checked."""
        offer, client = self.offer, self._desk.asker()
        if offer is None or offer.file is None or client is None or self._running:
            return
        file = offer.file
        self._stopped.clear()
        self._set(replace(offer, fetch=Fetch.RUNS, part=0.0, error=None))
        self._desk.worker.do(self, partial(self._fetch, client, file, folder), self._fetched, self._not_fetched)

    def stop_fetching(self) -> None:
        """What came is thrown away."""
        self._stopped.set()

    def _fetch(self, client: Client, file: UpdateFile, folder: Path) -> Path:
        """Runs elsewhere. Raises StoppedError, and as ``fetch_update``."""
        folder.mkdir(parents=True, exist_ok=True)
        place = free_place(folder, safe_name(file.name))
        shown = 0.0

        def told(progress: Progress) -> None:
            nonlocal shown
            if self._stopped.is_set():
                raise StoppedError
            part = progress.sent / max(1, progress.total)
            if part - shown >= STEP or part >= 1:
                shown = part
                self._desk.worker.call(self, self._progressed, part)

        try:
            return client.fetch_update(file, place, progress=told)
        except BaseException:
            with suppress(OSError):
                place.with_name(f"{place.name}.part").unlink(missing_ok=True)
            raise

    @property
    def _running(self) -> bool:
        return self.offer is not None and self.offer.fetch is Fetch.RUNS

    # ------------------------------------------------------------ what comes back

    def _told(self, update: Update) -> None:
        version = update.update
        put_off = version is not None and not version.forced and version.version == self._settings.later
        if version is None or put_off:
            self._set(None)
        elif self.offer is None or self.offer.version.version != version.version:
            self._set(Offer(version))

    def _progressed(self, part: float) -> None:
        if self._running and self.offer:
            self._set(replace(self.offer, part=part))

    def _fetched(self, place: Path) -> None:
        if self.offer:
            self._set(replace(self.offer, fetch=Fetch.DONE, part=1.0, place=place))

    def _not_fetched(self, error: Exception) -> None:
        self._desk.judge(error)
        stopped = isinstance(error, StoppedError)
        if self.offer:
            fetch = Fetch.NO if stopped else Fetch.FAILED
            self._set(replace(self.offer, fetch=fetch, error=None if stopped else error))

    def _enrolment_changed(self) -> None:
        self._set(None)
        self._soon.start()

    def _set(self, offer: Offer | None) -> None:
        if offer != self.offer:
            self.offer = offer
            self.changed.emit()


def machine() -> Mapping[str, str]:
    """What a file has to fit: all that is told of this computer where a newer version is asked for."""
    told = {line.key: str(line.value) for line in collect()}
    family = told.get("family", "")
    if family not in PLATFORMS:
        return {}
    return {"platform": family, "architecture": told.get("architecture", ""), "system": told.get("version", "")}
