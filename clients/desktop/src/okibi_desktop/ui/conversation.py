"""A request with what was said, and what its requester can do with it."""

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QScrollArea, QVBoxLayout, QWidget

from okibi_desktop.model import moments
from okibi_desktop.model.agreements import Agreements
from okibi_desktop.model.desk import sentence
from okibi_desktop.model.draft import MOST, Writing
from okibi_desktop.model.link import Prefill
from okibi_desktop.model.rich import broken
from okibi_desktop.model.states import due_of, look_of, product_name, state_words
from okibi_desktop.model.worker import Latest
from okibi_desktop.ui.agreement import AgreementArea
from okibi_desktop.ui.composer import Composer
from okibi_desktop.ui.message import Bubble, Pending
from okibi_desktop.ui.parts import Ui, button, chip, column, emptied, frame, label, pane, role, row, tab_by_layout
from okibi_desktop.ui.rating import RatingBar
from okibi_sdk import Client, EnvironmentReport, Event, Message, Request

TYPING_SHOWN = 6000  # ms
ACTS = {"works": "works", "reopen": "reopen", "withdraw": "withdraw"}


class Conversation(QWidget):
    """Shows one request after the other. ``gone``: the one that is shown is somebody else's or nobody's."""

    changed = Signal()

    def __init__(self, ui: Ui, agreements: Agreements) -> None:
        super().__init__()
        self.ui = ui
        pane(self)
        self.number = ""
        self.request: Request | None = None
        self.messages: tuple[Message, ...] = ()
        self.pending: dict[int, str] = {}
        self._read_up_to = 0
        self._latest = Latest(ui.desk.worker, self)
        self.subject, self.facts = label("", "title"), label("", "soft")
        self.state, self.term = chip(""), label("", "soft", wrap=False)
        self.note = label("")
        self.note.hide()
        self.acts = {name: self._act_button(name) for name in ACTS}
        self.access = AgreementArea(ui, agreements)
        self.rating = RatingBar(ui, self._rate)
        self.typing = label("", "hint")
        self.problem = label("", "bad-line")
        self.again = button(ui.t("again"), self.reload, "quiet", name="again")
        self.begun: dict[str, Writing] = {}
        self.composer = Composer(ui, self._writing(""), self._say, self._typing_told)
        self._lay_out()
        self._typing_over = QTimer(self, singleShot=True, interval=TYPING_SHOWN)
        self._typing_over.timeout.connect(lambda: self.typing.setText(""))
        self._typing_told_at = 0.0
        ui.desk.happened.connect(self._heard)
        ui.desk.outbox_changed.connect(self._outbox)

    def _act_button(self, name: str) -> QPushButton:
        return button(self.ui.t(name), getattr(self, name), "quiet", name=name)

    def _lay_out(self) -> None:
        self.scroller = QScrollArea()
        self.scroller.setObjectName("paper")
        self.scroller.setWidgetResizable(True)
        self.scroller.setMinimumHeight(40)
        self.scroller.setAccessibleName(self.ui.t("requests"))
        self._talk = QVBoxLayout()
        self._talk.setSpacing(10)
        self._talk.setContentsMargins(24, 16, 24, 16)
        inner = QWidget()
        inner.setLayout(column(self._talk, 1, gap=0))
        self.scroller.setWidget(inner)
        chips = row(self.state, self.term, 1, *self.acts.values(), gap=10)
        head = column(self.subject, chips, self.facts, self.note, gap=6, margin=(24, 18, 24, 12))
        trouble = row(self.problem, self.again, margin=(24, 0, 24, 0))
        trouble.setStretch(0, 1)
        below = column(self.typing, margin=(24, 0, 24, 0))
        self.setLayout(
            column(
                *(head, self.access, frame("rule"), self.scroller, below, trouble, self.rating),
                *(frame("rule"), self.composer),
                gap=0,
            )
        )
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.setStretch(3, 1)
        self._trouble("")

    # ------------------------------------------------------------ loading

    def show_request(self, number: str) -> None:
        if number != self.number:
            self.number, self.request, self.messages, self._read_up_to = number, None, (), 0
            known = next((each for each in self.ui.desk.requests if each.number == number), None)
            self._latest.forget()
            emptied(self._talk)
            self.composer.take(self._writing(number))
            self.typing.setText("")
            self.rating.hide()
            for each in self.acts.values():
                each.hide()
            if known:
                self._show_head(known)
        self.access.show_for(number)
        self.reload()

    def _writing(self, number: str) -> Writing:
        """What was begun to be written to the request: going to another one and back loses nothing."""
        policy = self.ui.desk.policy
        limit = int(policy.document.get("most_upload") or MOST) if policy else MOST
        return self.begun.setdefault(number, Writing(EnvironmentReport(), Prefill(), limit=limit))

    def _over(self, number: str) -> None:
        """What was written to it has gone."""
        del self.begun[number]
        if number == self.number:
            self.composer.take(self._writing(number))

    def reload(self) -> None:
        number = self.number
        client = self.ui.desk.client
        if not number or client is None:
            return
        self._latest.do(lambda: (client.request(number), client.messages(number)), self._loaded, self._not_loaded)

    def _loaded(self, found: tuple[Request, tuple[Message, ...]]) -> None:
        self._trouble("")
        request, messages = found
        if messages != self.messages:
            self.messages = messages
            self._show_messages()
        self.request = request
        self._show_head(request)
        self._show_acts(request)
        self._mark_read()
        self.changed.emit()

    def _not_loaded(self, error: Exception) -> None:
        if self.ui.desk.client is not None:
            self.ui.desk.judge(error)
        self._trouble(self.ui.t("load_failed", reason=sentence(error, self.ui.t)))

    def _trouble(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        self.again.setVisible(bool(words))

    # ------------------------------------------------------------ showing

    def _show_head(self, request: Request) -> None:
        t = self.ui.t
        self.subject.setText(broken(request.subject or request.number))
        self.state.setText(state_words(request, t))
        look = look_of(request)
        role(self.state, f"chip-{look}" if look else "chip")
        due = due_of(request)
        self.term.setText(t("due", at=moments.term(moments.said(due, self.ui.now(), t), due, t)) if due else "")
        self.term.setToolTip("\n".join([moments.exact(due, t), *(step.text for step in request.steps)]) if due else "")
        placed = moments.happened(request.placed_at, self.ui.now(), t) if request.placed_at else ""
        program = " ".join(filter(None, (product_name(self.ui.desk.policy, request.product), request.version)))
        self.facts.setText(" · ".join(filter(None, (request.number, placed, program))))
        self.note.setText(broken(self._note(request)))
        self.note.setVisible(bool(self.note.text()))

    def _note(self, request: Request) -> str:
        t = self.ui.t
        if request.refusal:
            refused = request.refusal
            return t("refusal", text=" ".join(filter(None, (refused.text, refused.reasons, refused.way_out))))
        return t("planned_for", version=request.planned_version) if request.planned_version else ""

    def _show_acts(self, request: Request) -> None:
        ended = request.state in {"closed", "refused"}
        shown = {"works": "works" in request.can, "reopen": "reopen" in request.can}
        shown["withdraw"] = "withdraw" in request.can and request.state != "solved" and not ended
        for name, each in self.acts.items():
            each.setVisible(shown[name])
        answered = any(each.author == "desk" for each in self.messages)
        role(self.acts["works"], "main" if answered else "quiet")
        self.rating.show_for(request)

    def _show_messages(self) -> None:
        bar = self.scroller.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 40
        emptied(self._talk)
        for each in self.messages:
            self._talk.addWidget(Bubble(self.ui, each).placed())
        for waiting in self.ui.desk.unsent:
            if waiting.id in self.pending and self.pending[waiting.id] == self.number:
                line = QWidget()
                line.setLayout(row(1, Pending(self.ui, waiting.text, waiting.reason)))
                self._talk.addWidget(line)
        tab_by_layout(self)
        if at_end:
            QTimer.singleShot(30, self, lambda: bar.setValue(bar.maximum()))

    def _mark_read(self) -> None:
        """Only while somebody looks."""
        last = max((each.id for each in self.messages), default=0)
        if self.request is None or not self.isVisible() or not self.window().isActiveWindow():
            return
        if last > self._read_up_to and self.request.unread:
            self._read_up_to = last
            number = self.number
            self.ui.desk.ask(
                self, lambda client: client.read(number, last), lambda _: self.ui.desk.refresh(), self._unread_again
            )

    def _unread_again(self, _: Exception) -> None:
        self._read_up_to = 0

    def event(self, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.WindowActivate, QEvent.Type.Show}:
            self._mark_read()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.access.fit(self.height())

    # ------------------------------------------------------------ what happens

    def _heard(self, event: Event) -> None:
        if event.number != self.number:
            return
        if event.code.endswith("typing"):
            self.typing.setText(self.ui.t("typing"))
            self._typing_over.start()
        else:
            self.reload()

    def _outbox(self) -> None:
        unsent = {each.id for each in self.ui.desk.unsent}
        over = [draft for draft, number in self.pending.items() if number == self.number and draft not in unsent]
        for draft in over:
            del self.pending[draft]
        if over:
            self.reload()
        elif self.pending:
            self._show_messages()

    # ------------------------------------------------------------ acts

    def _say(self, writing: Writing) -> None:
        number = self.number

        def kept(draft: int) -> None:
            self.pending[draft] = number
            self._over(number)
            self._show_messages()
            self.ui.desk.look_into_outbox()

        self.ui.desk.put_message(self, number, writing.text.strip(), writing.sources(), kept, self._not_kept)

    def _not_kept(self, error: Exception) -> None:
        self._trouble(sentence(error, self.ui.t))
        self.composer.again()

    def _typing_told(self) -> None:
        number, moment = self.number, time.monotonic()
        if moment - self._typing_told_at > 4 and self.ui.desk.online:
            self._typing_told_at = moment
            self.ui.desk.ask(self, lambda client: client.typing(number), lambda _: None, lambda _: None)

    def works(self) -> None:
        number = self.number
        self._act(lambda client: client.works(number))

    def reopen(self) -> None:
        """With the words that stand in the composer, or after asking for them."""
        number, text = self.number, self.composer.text
        if not text:
            self.composer.ask_for(self.ui.t("reopen_ask"))
            return
        self._act(lambda client: client.reopen(number, text), lambda: self._reopened(number))

    def _reopened(self, number: str) -> None:
        files = self.begun[number].sources()
        self._over(number)
        if files:
            self.ui.desk.put_message(self, number, "", files, lambda _: None, self._not_kept)

    def withdraw(self) -> None:
        t, number = self.ui.t, self.number
        if self.ui.ask(self, t("withdraw_ask", number=number), t("withdraw_yes"), t("cancel")):
            self._act(lambda client: client.withdraw(number))

    def _rate(self, score: int, text: str) -> None:
        number = self.number
        self._act(lambda client: client.rate(number, score, text))

    def _act(self, work: Callable[[Client], Request], then: Callable[[], object] = lambda: None) -> None:
        for each in self.acts.values():
            each.setEnabled(False)

        def done(_: Request) -> None:
            self._enable()
            then()
            self.reload()
            self.ui.desk.refresh()

        def failed(error: Exception) -> None:
            self._enable()
            self._trouble(sentence(error, self.ui.t))

        self.ui.desk.ask(self, work, done, failed)

    def _enable(self) -> None:
        for each in self.acts.values():
            each.setEnabled(True)
