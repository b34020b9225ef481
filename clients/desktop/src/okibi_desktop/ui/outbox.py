"""What waits to be sent, and why."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QScrollArea, QWidget

from okibi_desktop.model import moments
from okibi_desktop.model.rich import broken
from okibi_desktop.ui.parts import Ui, button, chip, column, emptied, frame, label, pane, row, tab_by_layout
from okibi_sdk import State, Waiting
from okibi_sdk.words import size_words

LOOKS = {State.SENT: "chip-good", State.FAILED: "chip-bad", State.SENDING: "chip-accent"}
LONGEST = 160  # characters of the text


class OutboxView(QWidget):
    """The drafts that are not there yet, then those that went lately. ``opened`` with a number."""

    opened = Signal(str)

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self.ui = ui
        pane(self)
        self.offline = label(ui.t("offline"), "warn")
        self._list = column(gap=10)
        inner = QWidget()
        inner.setLayout(column(self._list, 1, margin=(24, 4, 24, 20)))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(ui.t("outbox_list"))
        scroll.setWidget(inner)
        head = column(label(ui.t("outbox"), "title"), self.offline, gap=4, margin=(24, 18, 24, 12))
        self.setLayout(column(head, scroll, gap=0))
        ui.desk.outbox_changed.connect(self.show_all)
        ui.desk.online_changed.connect(self.show_all)
        self.show_all()

    def show_all(self) -> None:
        self.offline.setVisible(self.ui.desk.online is False)
        emptied(self._list)
        unsent = self.ui.desk.unsent
        if not unsent:
            self._list.addWidget(self._nothing())
        for each in unsent:
            self._list.addWidget(self._card(each))
        for each in reversed([each for each in self.ui.desk.waiting if each.state is State.SENT][-20:]):
            self._list.addWidget(self._card(each))
        tab_by_layout(self)

    def _nothing(self) -> QWidget:
        made = QWidget()
        title, hint = label(self.ui.t("outbox_empty"), "head"), label(self.ui.t("outbox_empty_hint"), "soft")
        for each in (title, hint):
            each.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        made.setLayout(column(title, hint, gap=4, margin=(0, 24, 0, 24)))
        return made

    def _card(self, waiting: Waiting) -> QFrame:
        t, language = self.ui.t, self.ui.t.language
        card = frame("card")
        what = (
            t("outbox_number", number=waiting.number)
            if waiting.number
            else t("outbox_request" if waiting.act == "place" else "outbox_message")
        )
        at = moments.happened(waiting.created_at, self.ui.now(), t)
        state = chip(t(f"outbox_{waiting.state}"), LOOKS.get(waiting.state, "chip-warn"))
        text = " ".join(waiting.text.split())
        inner = column(
            row(label(what, wrap=False), label(at, "hint", wrap=False), 1, state, gap=10),
            label(broken(text if len(text) <= LONGEST else f"{text[:LONGEST]}…"), "soft"),
            gap=5,
            margin=(14, 11, 14, 11),
        )
        if waiting.reason:
            look = "bad-line" if waiting.state is State.FAILED else "soft"
            inner.addWidget(label(f"{waiting.reason} {waiting.remedy}".strip(), look))
        if waiting.size and waiting.state is not State.SENT:
            inner.addLayout(self._files(waiting, language))
        inner.addLayout(self._acts(waiting))
        card.setLayout(inner)
        return card

    def _files(self, waiting: Waiting, language: str) -> QHBoxLayout:
        bar = QProgressBar()
        bar.setTextVisible(False)
        bar.setAccessibleName(self.ui.t("outbox_list"))
        bar.setMaximum(max(1, waiting.size // 1024))
        bar.setValue(waiting.arrived // 1024)
        sizes = {"arrived": size_words(waiting.arrived, language), "size": size_words(waiting.size, language)}
        return row(bar, label(self.ui.t("outbox_files", **sizes), "hint", wrap=False), gap=10)

    def _acts(self, waiting: Waiting) -> QHBoxLayout:
        t = self.ui.t
        if waiting.state is State.SENT:
            return row(button(t("outbox_show"), lambda: self.opened.emit(waiting.number), "link"), 1)
        made = row()
        if waiting.state is not State.SENDING and self.ui.desk.enrolled:
            made.addWidget(button(t("outbox_retry"), lambda: self.ui.desk.retry(waiting.id), "quiet"))
        made.addWidget(button(t("outbox_discard"), lambda: self._discard(waiting), "quiet"))
        made.addStretch(1)
        if waiting.next_at:
            at = moments.happened(waiting.next_at, self.ui.now(), t)
            made.addWidget(label(t("outbox_next", at=at), "hint", wrap=False))
        return made

    def _discard(self, waiting: Waiting) -> None:
        t = self.ui.t
        if self.ui.ask(self, t("outbox_discard_ask"), t("outbox_discard"), t("cancel")):
            self.ui.desk.discard(waiting.id)
