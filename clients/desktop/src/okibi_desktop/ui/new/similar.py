"""While the user types: what was solved before."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from okibi_desktop.model.rich import broken
from okibi_desktop.ui.parts import Ui, button, column, emptied, frame, label, row, tab_by_layout
from okibi_sdk import Similar

MOST = 3


class SimilarOnes(QWidget):
    """Hidden while there is nothing. ``opened`` with a request's number, ``wanted`` with an article's slug."""

    opened = Signal(str)
    wanted = Signal(str)

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self.ui = ui
        self._list = column(gap=6)
        self.setLayout(column(label(ui.t("similar"), "label"), self._list, gap=6))
        self.hide()

    def show_found(self, found: tuple[Similar, ...]) -> None:
        emptied(self._list)
        for each in found[:MOST]:
            self._list.addWidget(self._one(each))
        self.setVisible(bool(found))
        tab_by_layout(self.window())

    def _one(self, found: Similar) -> QFrame:
        t = self.ui.t
        card = frame("card")
        kind = t("similar_request", number=found.number) if found.number else t("similar_article")
        words = column(label(broken(found.title)), gap=2)
        if found.excerpt:
            words.addWidget(label(broken(found.excerpt), "soft"))
        words.addWidget(label(kind, "hint"))
        inner = row(words, margin=(12, 8, 10, 8))
        inner.setStretch(0, 1)
        if found.number:
            press = button(t("outbox_show"), lambda: self.opened.emit(found.number), "quiet")
            press.setAccessibleName(t("similar_open", number=found.number))
            inner.addWidget(press)
        elif found.slug:
            press = button(t("outbox_show"), lambda: self.wanted.emit(found.slug), "quiet")
            press.setAccessibleName(t("article_read", title=found.title))
            inner.addWidget(press)
        card.setLayout(inner)
        return card
