"""The requests, the latest first, drawn without a widget for each."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from okibi_desktop.model import moments
from okibi_desktop.model.states import due_of, look_of, state_words
from okibi_desktop.ui.parts import Ui
from okibi_sdk import Request

Index = QModelIndex | QPersistentModelIndex
HIGH, EDGE = 78, 12
REQUEST = Qt.ItemDataRole.UserRole
AWAITED = Qt.ItemDataRole.UserRole + 1  # an answer to an agreement


class Requests(QAbstractListModel):
    """What the list shows; its words for screen readers stand in the display role."""

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self.ui = ui
        self.items: tuple[Request, ...] = ()
        self.awaited: frozenset[str] = frozenset()

    def set(self, items: tuple[Request, ...]) -> None:
        self.beginResetModel()
        self.items = items
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        request = self.items[index.row()]
        if role == REQUEST:
            return request
        if role == AWAITED:
            return request.number in self.awaited
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            t = self.ui.t
            unread = t.count("unread", request.unread) if request.unread else ""
            awaited = t("agreement_awaited") if request.number in self.awaited else ""
            said = (request.number, request.subject, state_words(request, t), awaited, unread)
            return ", ".join(filter(None, said))
        return None


class Row(QStyledItemDelegate):
    """One request: number and state, subject, term."""

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self.ui = ui

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802, ARG002 - Qt's
        return QSize(200, HIGH)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        request: Request = index.data(REQUEST)
        theme, t = self.ui.theme, self.ui.t
        area: QRect = option.rect
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent-soft"))
            painter.drawRoundedRect(area.adjusted(2, 1, -2, -1), 8, 8)
        elif index.row():
            painter.setPen(theme.colour("line"))
            painter.drawLine(area.left() + EDGE, area.top(), area.right() - EDGE, area.top())
        inside = area.adjusted(EDGE, 9, -EDGE, -9)
        self._line(painter, inside, 0, request.number, "ink-2", 13)
        look = {"accent": "accent", "good": "good", "bad": "bad", "warn": "warn"}.get(look_of(request), "ink-2")
        self._line(painter, inside, 0, state_words(request, t), look, 13, right=True)
        room = inside.adjusted(0, 0, -30 if request.unread else 0, 0)
        self._line(painter, room, 20, request.subject, "ink", 15, bold=bool(request.unread))
        due = due_of(request)
        words = t("due", at=moments.term(moments.said(due, self.ui.now(), t), due, t)) if due else ""
        shade = "bad" if due and due < self.ui.now() else "ink-2"
        if index.data(AWAITED):
            words, shade = t("agreement_awaited"), "warn"
        self._line(painter, inside, 42, words, shade, 13)
        if request.unread:
            self._badge(painter, inside, request.unread)
        painter.restore()

    def _line(
        self,
        painter: QPainter,
        area: QRect,
        down: int,
        words: str,
        token: str,
        size: int,
        *,
        bold: bool = False,
        right: bool = False,
    ) -> None:
        font = QFont(painter.font())
        font.setPixelSize(size)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(self.ui.theme.colour(token))
        line = QRect(area.left(), area.top() + down, area.width(), 20)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        said = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, side | Qt.AlignmentFlag.AlignVCenter, said)

    def _badge(self, painter: QPainter, inside: QRect, unread: int) -> None:
        disc = QRect(inside.right() - 19, inside.top() + 21, 20, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.ui.theme.colour("accent"))
        painter.drawEllipse(disc)
        font = QFont(painter.font())
        font.setPixelSize(12)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(self.ui.theme["accent-ink"]))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(min(unread, 99)))


class RequestList(QListView):
    """``chosen`` with a number. Selecting by keyboard shows at once, as a click does."""

    chosen = Signal(str)

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self.setAccessibleName(ui.t("requests_list"))
        self.requests = Requests(ui)
        self.setModel(self.requests)
        self._row = Row(ui)
        self.setItemDelegate(self._row)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self.selectionModel().currentChanged.connect(self._current)

    def show_requests(self, items: tuple[Request, ...]) -> None:
        """Keeps what is selected."""
        kept = self.current_number
        self.selectionModel().blockSignals(True)
        self.requests.set(items)
        self.select(kept)
        self.selectionModel().blockSignals(False)
        self.viewport().update()

    def show_awaited(self, numbers: frozenset[str]) -> None:
        """Mark the requests on which the user's consent is awaited."""
        if numbers != self.requests.awaited:
            self.requests.awaited = numbers
            self.viewport().update()

    @property
    def current_number(self) -> str:
        request = self.currentIndex().data(REQUEST) if self.currentIndex().isValid() else None
        return request.number if request else ""

    def select(self, number: str) -> None:
        for index, each in enumerate(self.requests.items):
            if each.number == number:
                self.setCurrentIndex(self.requests.index(index))

    def _current(self, index: QModelIndex, _: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(index.data(REQUEST).number)
