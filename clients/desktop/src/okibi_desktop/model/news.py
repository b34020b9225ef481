"""What is worth a notification: told once each, never for what the user did or is looking at."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from okibi_desktop.model.desk import Desk
from okibi_desktop.model.states import state_words
from okibi_desktop.words import Words
from okibi_sdk import Request, Sending, State

TOLD_STATES = frozenset({"planned", "solved", "refused"})


@dataclass(frozen=True, slots=True)
class News:
    """``number``: the request's, or empty where it's about several."""

    title: str
    text: str
    number: str = ""


class Newsman(QObject):
    """Compares what the desk says with what it said before. ``seen(number)``: the user has it before their eyes."""

    told = Signal(object)

    def __init__(self, desk: Desk, t: Words, seen: Callable[[str], bool]) -> None:
        super().__init__(desk)
        self._desk, self._t, self._seen = desk, t, seen
        self._before: dict[str, Request] | None = None
        self._sent_late: set[int] = set()
        desk.requests_changed.connect(self._look)
        desk.sending.connect(self._sent)

    def _look(self) -> None:
        if not self._desk.loaded:
            self._before = None
            return
        before, after = self._before, {each.number: each for each in self._desk.requests}
        self._before = after
        if before is None:
            self._missed()
            return
        for number, request in after.items():
            old = before.get(number)
            if not self._seen(number):
                self._compare(old, request)

    def _missed(self) -> None:
        t, unread = self._t, self._desk.unread
        if unread:
            one = [each for each in self._desk.requests if each.unread]
            number = one[0].number if len(one) == 1 else ""
            self.told.emit(News(t("notify_missed"), t.count("unread", unread), number))

    def _compare(self, old: Request | None, request: Request) -> None:
        t, number = self._t, request.number
        if request.unread > (old.unread if old else 0):
            self.told.emit(News(t("notify_answer", number=number), request.subject, number))
        elif old and old.state != request.state and request.state in TOLD_STATES:
            title = t("notify_state", number=number, state=state_words(request, t))
            self.told.emit(News(title, request.subject, number))

    def _sent(self, sending: Sending) -> None:
        """A draft that had to wait has gone, or can't go."""
        t = self._t
        mine = next((each for each in self._desk.waiting if each.id == sending.draft), None)
        if sending.state is State.WAITING:
            self._sent_late.add(sending.draft)
        elif sending.state is State.SENT and sending.draft in self._sent_late:
            self._sent_late.discard(sending.draft)
            word = "notify_said" if mine and mine.act == "say" else "notify_sent"
            self.told.emit(News(t(word, number=sending.number), "", sending.number))
        elif sending.state is State.FAILED:
            self.told.emit(News(t("notify_failed"), mine.reason if mine else ""))
