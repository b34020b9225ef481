"""Access for automatic updates: what the desk proposed on which request, the user's yes or no, taking it back.

Nothing of it waits in the outbox: a consent is of the moment in which it is given.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from okibi_desktop.model.desk import SETTLE, Desk
from okibi_desktop.model.worker import Latest
from okibi_sdk import Agreement, Client, Event, NoConnectionError

OPEN = frozenset({"proposed", "confirmed"})  # every other state is an end


class Agreements(QObject):
    """``items``: the latest first. ``busy``: ids whose answer is on its way; ``failures``: by id, why it was not taken.

    ``changed``: any of them.
    """

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.items: tuple[Agreement, ...] = ()
        self.busy: frozenset[int] = frozenset()
        self.failures: dict[int, Exception] = {}
        self._latest = Latest(desk.worker, self)
        self._soon = QTimer(self, singleShot=True, interval=SETTLE)
        self._soon.timeout.connect(self.look)
        desk.happened.connect(self._heard)
        desk.requests_changed.connect(self.look_soon)
        desk.online_changed.connect(self._line)
        desk.enrolment_changed.connect(self._forget)

    def of(self, number: str) -> tuple[Agreement, ...]:
        """Of a request: the latest, and whatever else is still open."""
        mine = [each for each in self.items if number and each.request == number]
        return tuple(each for place, each in enumerate(mine) if not place or each.state in OPEN)

    @property
    def awaited(self) -> frozenset[str]:
        """Numbers of the requests on which this user's answer is awaited."""
        return frozenset(each.request for each in self.items if each.request and "confirm" in each.can)

    def look(self) -> None:
        """Ask the desk. Nobody is told where it can't be asked: the next time will do."""
        client = self._desk.client
        if client is not None:
            self._latest.do(lambda: client.agreements().items, self._told, self._not_told)

    def look_soon(self) -> None:
        """Several reasons to look within a moment are one."""
        self._soon.start()

    def answer(self, agreement: int, *, yes: bool) -> None:
        self._act(agreement, lambda client: client.answer_agreement(agreement, yes=yes))

    def withdraw(self, agreement: int) -> None:
        self._act(agreement, lambda client: client.withdraw_agreement(agreement))

    def _act(self, agreement: int, work: Callable[[Client], Agreement]) -> None:
        if self._desk.client is None or agreement in self.busy:
            return
        self.failures.pop(agreement, None)
        self.busy |= {agreement}
        self.changed.emit()

        def over() -> None:
            self.busy -= {agreement}
            self.look()  # what was asked before no longer counts
            self.changed.emit()

        def done(answered: Agreement) -> None:
            if agreement in self.busy:
                self.items = tuple(answered if each.id == agreement else each for each in self.items)
                over()
                self._desk.refresh()

        def failed(error: Exception) -> None:
            if agreement in self.busy:
                self.failures[agreement] = error
                over()

        self._desk.ask(self, work, done, failed)

    # ------------------------------------------------------------ what comes back

    def _told(self, items: tuple[Agreement, ...]) -> None:
        if items == self.items:
            return
        before = {each.id: each.state for each in self.items}
        moved = {each.id for each in items if before.get(each.id) != each.state}
        for each in moved:  # it had arrived, whatever became of the line
            if isinstance(self.failures.get(each), NoConnectionError):
                del self.failures[each]
        self.items = items
        self.changed.emit()

    def _not_told(self, error: Exception) -> None:
        if self._desk.client is not None:
            self._desk.judge(error)

    def _heard(self, event: Event) -> None:
        if not event.code.endswith("typing"):
            self.look_soon()

    def _line(self) -> None:
        if self._desk.online:
            self.look_soon()

    def _forget(self) -> None:
        self._latest.forget()
        self.items, self.busy, self.failures = (), frozenset(), {}
        self.changed.emit()
        self.look_soon()
