"""While a request is written: what the desk would say of it, and what is alike. Asked late, never waited for."""

from PySide6.QtCore import QObject, QTimer, Signal

from okibi_desktop.model.desk import Desk
from okibi_desktop.model.draft import Writing
from okibi_desktop.model.worker import Latest
from okibi_sdk import NoConnectionError, Verdict

VERDICT_AFTER, SIMILAR_AFTER = 250, 350  # ms since the last change
ENOUGH = 8  # characters that are worth looking for
LONGEST = 4000  # characters of the text that the verdict needs
AGAIN = 5000  # ms between tries without a connection
PLACEHOLDER = "…"


class Asking(QObject):
    """``verdict``: the last one, or nothing: then ``error`` says why, and ``offline`` that it was the line."""

    verdict_changed = Signal()
    similar_found = Signal(object)

    def __init__(self, desk: Desk, writing: Writing, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._writing = desk, writing
        self.verdict: Verdict | None = None
        self.offline = False
        self.error: Exception | None = None
        self._verdicts, self._similar = Latest(desk.worker, self), Latest(desk.worker, self)
        self._verdict_timer = QTimer(self, singleShot=True)
        self._verdict_timer.timeout.connect(self._ask_verdict)
        self._similar_timer = QTimer(self, singleShot=True, interval=SIMILAR_AFTER)
        self._similar_timer.timeout.connect(self._ask_similar)
        self._looked_for = ""

    def changed(self, *, text: bool = False) -> None:
        """Something of the request is other than before."""
        self._verdict_timer.start(VERDICT_AFTER)
        if text:
            self._similar_timer.start()

    def stop(self) -> None:
        for timer in (self._verdict_timer, self._similar_timer):
            timer.stop()
        self._verdicts.forget()
        self._similar.forget()

    def _ask_verdict(self) -> None:
        client = self._desk.asker()
        if client is None:
            self._no_verdict(NoConnectionError(""))
            return
        draft = self._writing.draft()
        words = draft.text[:LONGEST] or PLACEHOLDER
        asked = type(draft)(words, draft.kind, draft.subject, draft.product, draft.version, draft.environment)
        self._verdicts.do(lambda: client.verdict(asked), self._set_verdict, self._no_verdict)

    def _set_verdict(self, verdict: Verdict) -> None:
        self.verdict, self.offline = verdict, False
        self.verdict_changed.emit()

    def _no_verdict(self, error: Exception) -> None:
        if isinstance(error, NoConnectionError):
            self._desk.judge(error)
        self.verdict, self.offline, self.error = None, isinstance(error, NoConnectionError), error
        self._verdict_timer.start(AGAIN)
        self.verdict_changed.emit()

    def _ask_similar(self) -> None:
        text = self._writing.text.strip()
        client = self._desk.client
        if client is None or text == self._looked_for:
            return
        self._looked_for = text
        if len(text) < ENOUGH:
            self._similar.forget()
            self.similar_found.emit(())
            return
        product = self._writing.product
        self._similar.do(
            lambda: client.similar(text, product=product),
            self.similar_found.emit,
            lambda _: self.similar_found.emit(()),
        )
