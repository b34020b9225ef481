"""How good the answer was."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from okibi_desktop.ui.icons import icon
from okibi_desktop.ui.parts import Ui, button, column, icon_button, label, row
from okibi_sdk import Request

ENDED = frozenset({"solved", "closed", "refused"})


class RatingBar(QWidget):
    """Five stars, and a line for words once a star was chosen."""

    def __init__(self, ui: Ui, rate: Callable[[int, str], None]) -> None:
        super().__init__()
        self.ui, self._rate, self.score = ui, rate, 0
        self.title = label(ui.t("rate"), "soft", wrap=False)
        self.stars: list[QToolButton] = []
        for score in range(1, 6):
            star = icon_button(ui, "star", ui.t("rate_score", score=score), partial(self.choose, score), "star")
            star.setIconSize(QSize(22, 22))
            self.stars.append(star)
        self.text = QLineEdit()
        self.text.setAccessibleName(ui.t("rate_text"))
        self.text.setPlaceholderText(ui.t("rate_text"))
        self.text.returnPressed.connect(self.send)
        self.send_button = button(ui.t("rate_send"), self.send, name="rate_send")
        self.words = QWidget()
        self.words.setLayout(row(self.text, self.send_button))
        self.setLayout(column(row(self.title, *self.stars, 1, gap=2), self.words, gap=6, margin=(24, 8, 24, 10)))
        self.hide()

    def show_for(self, request: Request) -> None:
        """Where it can be rated, or was."""
        t = self.ui.t
        may = "rate" in request.can and request.state in ENDED
        self.setVisible(may or request.rating is not None)
        self.title.setText(t("rated", score=request.rating.score) if request.rating else t("rate"))
        for each in self.stars:
            each.setEnabled(may)
        self._show(request.rating.score if request.rating else 0)
        self.words.hide()

    def choose(self, score: int) -> None:
        self._show(score)
        self.words.show()
        self.text.setFocus()

    def send(self) -> None:
        self._rate(self.score, self.text.text().strip())
        self.text.clear()
        self.words.hide()

    def _show(self, score: int) -> None:
        self.score = score
        for number, star in enumerate(self.stars, 1):
            filled = number <= score
            token = "accent" if filled else "ink-3"
            star.setIcon(self._star(token, filled))

    def _star(self, token: str, filled: bool) -> QIcon:
        return icon("star", self.ui.theme[token], filled=filled)
