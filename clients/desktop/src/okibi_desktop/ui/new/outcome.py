"""What became of the request: its number and term, or why it waits."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget

from okibi_desktop.model import moments
from okibi_desktop.ui.icons import pixmap
from okibi_desktop.ui.parts import Ui, button, column, label, row
from okibi_sdk import State, Verdict, Waiting
from okibi_sdk.words import size_words


class Outcome(QWidget):
    """The last page of the dialog. ``opened``: show the request."""

    opened = Signal()

    def __init__(self, ui: Ui, close: Callable[[], object]) -> None:
        super().__init__()
        self.ui = ui
        self.sign = QLabel()
        self.title = label("", "title")
        self.words = label("", "soft")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(ui.t("sending"))
        self.bar.setMaximumWidth(360)
        self.open_button = button(ui.t("open_it"), self.opened.emit, name="open_it")
        self.close_button = button(ui.t("close"), close, "main", name="close")
        for each in (self.sign, self.title, self.words):
            each.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        buttons = row(1, self.open_button, self.close_button, 1)
        bar = row(1, self.bar, 1)
        bar.setStretch(1, 3)
        self.setLayout(column(1, self.sign, self.title, self.words, bar, buttons, 2, gap=14, margin=32))

    def show_waiting(self, mine: Waiting, verdict: Verdict | None) -> None:
        """``verdict``: what the desk said before."""
        t = self.ui.t
        sent, failed = mine.state is State.SENT, mine.state is State.FAILED
        going = mine.state is State.SENDING or (
            mine.state is State.WAITING and not mine.reason and self.ui.desk.enrolled
        )
        name, token = ("good", "good") if sent else ("bad", "bad") if failed else ("clock", "accent")
        self.sign.setPixmap(pixmap(name, self.ui.theme[token], 56, 2))
        self.bar.setVisible(going)
        self.open_button.setVisible(sent)
        if sent:
            placed = next((each for each in self.ui.desk.requests if each.number == mine.number), None)
            due = placed.due_at if placed else verdict.due_at if verdict and verdict.covered is not False else None
            self.title.setText(t("sent", number=mine.number))
            at = moments.term(moments.dated(due, self.ui.now(), t), due, t) if due else ""
            self.words.setText(t("sent_promise", at=at) if due else t("sent_no_promise"))
            self.close_button.setFocus()
        elif going:
            self.title.setText(t("sending"))
            self.words.setText(self._files(mine))
            self.bar.setRange(0, mine.size or 0)
            self.bar.setValue(mine.arrived)
        else:
            self.title.setText(t("not_sent") if failed else t("kept"))
            waits = f"{mine.reason} {mine.remedy}".strip()
            self.words.setText(waits or t("offline_promise" if self.ui.desk.enrolled else "not_enrolled_promise"))

    def _files(self, mine: Waiting) -> str:
        if not mine.size:
            return ""
        language = self.ui.t.language
        sizes = {"arrived": size_words(mine.arrived, language), "size": size_words(mine.size, language)}
        return self.ui.t("sending_files", **sizes)
