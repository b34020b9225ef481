"""Work that may take long, away from the windows: done in threads, answered in the thread of the windows."""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

T = TypeVar("T")
log = logging.getLogger(__name__)
THREADS = 3


@dataclass(frozen=True, slots=True)
class _Answer:
    owner: QObject
    tell: Callable[[Any], None]
    value: Any


class Worker(QObject):
    """A few threads for the network and the disk. They are daemons: a hanging line never keeps the program open."""

    _answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._stopped = threading.Event()
        for number in range(THREADS):
            threading.Thread(target=self._run, name=f"okibi-{number}", daemon=True).start()

    def do(
        self,
        owner: QObject,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Do ``work`` elsewhere; then ``done`` or ``failed`` here, unless ``owner`` is gone by then."""

        def carry() -> None:
            try:
                value = work()
            except Exception as error:  # noqa: BLE001 - handed to whoever asked
                answer = _Answer(owner, failed or _unheard, error)
            else:
                answer = _Answer(owner, done, value)
            self.post(answer)

        self._queue.put(carry)

    def call(self, owner: QObject, tell: Callable[[T], None], value: T) -> None:
        """From any thread: ``tell(value)`` in the thread of the windows."""
        self.post(_Answer(owner, tell, value))

    def post(self, answer: _Answer) -> None:
        if not self._stopped.is_set():
            try:
                self._answered.emit(answer)
            except RuntimeError:  # the application has ended
                self._stopped.set()

    def stop(self) -> None:
        """Answers are no longer delivered; threads end when they have nothing to do."""
        self._stopped.set()
        for _ in range(THREADS):
            self._queue.put(None)

    def _run(self) -> None:
        while (carry := self._queue.get()) is not None:
            carry()

    @Slot(object)
    def _deliver(self, answer: _Answer) -> None:
        if not self._stopped.is_set() and shiboken6.isValid(answer.owner):
            answer.tell(answer.value)


def _unheard(error: Exception) -> None:
    log.warning("background work: %s", error)


class Latest:
    """Of several questions asked one after the other only the last one's answer counts."""

    def __init__(self, worker: Worker, owner: QObject) -> None:
        self._worker, self._owner, self._asked = worker, owner, 0

    def do(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        self._asked += 1
        mine = self._asked

        def if_last(tell: Callable[[Any], None]) -> Callable[[Any], None]:
            return lambda value: tell(value) if mine == self._asked else None

        self._worker.do(self._owner, work, if_last(done), if_last(failed))

    def forget(self) -> None:
        """No answer counts any more."""
        self._asked += 1
