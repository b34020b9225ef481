"""Small pieces that every window is made of. Each widget that takes the focus gets a name for screen readers here."""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QMimeData, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyledItemDelegate,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from okibi_desktop.model.desk import Desk, now
from okibi_desktop.ui import icons
from okibi_desktop.ui.theme import Theme, font
from okibi_desktop.words import Words


@dataclass(frozen=True)
class Ui:
    """What every window is given. ``ask``: a question with two answers; tests answer it themselves."""

    desk: Desk
    t: Words
    theme: Theme
    now: Callable[[], datetime] = now
    ask: Callable[..., bool] = field(default_factory=lambda: ask)

    def dress(self, window: QWidget) -> None:
        """Make a top window look like the product."""
        window.setFont(font())
        window.setStyleSheet(with_pictures(self.theme))
        window.setWindowIcon(icons.app_icon())

    def icon(self, name: str, shade: str = "ink-2") -> QIcon:
        return icons.icon(name, self.theme[shade])


@cache
def _folder() -> Path:
    """Of this start alone: a name that others know could be theirs, and older pictures of another look."""
    made = tempfile.mkdtemp(prefix="okibi-desktop-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return Path(made)


def with_pictures(theme: Theme) -> str:
    """The style sheet with its pictures as files, which is how Qt wants them; without, where the disk is full."""
    sheet = theme.sheet()
    for name, token in (("check", "accent-ink"), ("chevron", "ink-2")):
        try:
            file = _folder() / f"{name}-{theme.name}.svg"
            if not file.exists():
                file.write_text(icons.svg(name, theme[token]), encoding="utf-8")
        except OSError:
            sheet = sheet.replace(f'image: url("@{name};");', "")
        else:
            sheet = sheet.replace(f"@{name};", file.as_posix())
    return sheet


def fit(window: QWidget, wide: int, high: int) -> None:
    """As large as that, but never larger than the screen: what is pressed stands at the lower edge."""
    screen = window.screen().availableGeometry()
    frame = 40  # points of the window's own frame
    window.resize(min(wide, screen.width() - frame // 2), min(high, screen.height() - frame))


def named(widget: QWidget, name: str) -> QWidget:
    widget.setAccessibleName(name)
    return widget


def role(widget: QWidget, name: str) -> None:
    """Another look of the style sheet, at once."""
    if widget.property("role") != name:
        widget.setProperty("role", name)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def label(text: str, look: str = "", *, wrap: bool = True) -> QLabel:
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if look:
        made.setProperty("role", look)
    return made


def short(text: str, longest: int = 44) -> str:
    """A name as it fits beside others: its beginning, and its end, where kinds of files are told apart."""
    return text if len(text) <= longest else f"{text[: longest - 16]}…{text[-15:]}"


def chip(text: str, look: str = "chip") -> QLabel:
    """A word in a coloured field, as high as its line."""
    made = label(text, look, wrap=False)
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


def pane(widget: QWidget) -> None:
    """A page on the reading surface."""
    widget.setObjectName("pane")
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


def button(text: str, press: Callable[[], object], look: str = "", *, name: str = "") -> QPushButton:
    made = QPushButton(text)
    made.setAutoDefault(False)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if look:
        made.setProperty("role", look)
    if name:
        made.setObjectName(name)
    made.setAccessibleName(text.replace("&", ""))
    made.clicked.connect(lambda _=False: press())
    return made


def icon_button(ui: Ui, icon: str, text: str, press: Callable[[], object], look: str = "quiet") -> QToolButton:
    """Only a picture to see; the words are its tooltip and its name."""
    made = QToolButton()
    made.setIcon(ui.icon(icon))
    made.setIconSize(QSize(18, 18))
    made.setToolTip(text)
    made.setAccessibleName(text)
    made.setProperty("role", look)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.clicked.connect(lambda _=False: press())
    return made


def choice(ui: Ui, name: str) -> QComboBox:
    """One of several. Its list is one that the style sheet reaches: Qt's own is in the system's colours."""
    made = QComboBox()
    made.setAccessibleName(name)
    shown = QListView(made)
    made.setView(shown)
    made.setItemDelegate(QStyledItemDelegate(made))
    around = shown.parentWidget()
    if around is not None:  # the frame of the list, which is a window of its own
        palette = around.palette()
        palette.setColor(QPalette.ColorRole.Window, ui.theme.colour("raised"))
        around.setPalette(palette)
        around.setObjectName("choices")
        line, ground = ui.theme["line-2"], ui.theme["raised"]
        around.setStyleSheet(f"#choices {{ background: {ground}; border: 1px solid {line}; }}")
    return made


def frame(look: str) -> QFrame:
    made = QFrame()
    made.setProperty("role", look)
    return made


Box = TypeVar("Box", QHBoxLayout, QVBoxLayout)
Item = QWidget | QLayout | int
Margin = int | tuple[int, int, int, int]


def column(*items: Item, gap: int = 8, margin: Margin = 0) -> QVBoxLayout:
    """Widgets below each other; a number is stretch."""
    return _filled(QVBoxLayout(), items, gap, margin)


def row(*items: Item, gap: int = 8, margin: Margin = 0) -> QHBoxLayout:
    """Widgets beside each other; a number is stretch."""
    return _filled(QHBoxLayout(), items, gap, margin)


def _filled(box: Box, items: tuple[Item, ...], gap: int, margin: Margin) -> Box:
    box.setSpacing(gap)
    edges = (margin,) * 4 if isinstance(margin, int) else margin
    box.setContentsMargins(*edges)
    for each in items:
        if isinstance(each, int):
            box.addStretch(each)
        elif isinstance(each, QWidget):
            box.addWidget(each)
        else:
            box.addLayout(each)
    return box


def emptied(box: QLayout) -> None:
    """Take everything out of a layout."""
    while (item := box.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif inner is not None:
            emptied(inner)


def tab_by_layout(top: QWidget) -> None:
    """Tab walks as the eye does: also through what was put in later. Qt's own order is that of making."""
    walked = [each for each in in_order(top) if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    for one, other in pairwise(walked):
        QWidget.setTabOrder(one, other)


def in_order(widget: QWidget) -> Iterator[QWidget]:
    """A widget and what's in it, as the layouts have it."""
    yield widget
    held = widget.widget() if isinstance(widget, QScrollArea) else None
    layout = widget.layout()
    if held is not None:
        yield from in_order(held)
    elif layout is not None:
        yield from _in_layout(layout)


def _in_layout(layout: QLayout) -> Iterator[QWidget]:
    for index in range(layout.count()):
        item = layout.itemAt(index)
        if item is None:
            continue
        inner, below = item.widget(), item.layout()
        if inner is not None:
            yield from in_order(inner)
        elif below is not None:
            yield from _in_layout(below)


class Editor(QPlainTextEdit):
    """Words of several lines: Tab leaves it, Ctrl+Enter sends, pasted pictures and dropped files are handed on."""

    def __init__(self, name: str, hint: str, send: Callable[[], object]) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setPlaceholderText(hint)
        self.setAccessibleName(name)
        self._send = send
        self.pasted: Callable[[QMimeData], bool] = lambda _: False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._send()
            return
        super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:  # noqa: N802
        return source.hasImage() or source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802
        if not self.pasted(source):
            super().insertFromMimeData(source)


class Question(QDialog):
    """A question with two answers; Escape is ``no``. Where something would be ``lost``, Enter is ``no`` as well."""

    def __init__(self, parent: QWidget, question: str, yes: str, no: str, *, lost: bool) -> None:
        super().__init__(parent)
        self.setWindowTitle(parent.window().windowTitle())
        self.setProperty("okibi", True)
        words = label(question)
        words.setMinimumWidth(340)
        self.yes = button(yes, self.accept, "bad" if lost else "main", name="yes")
        self.no = button(no, self.reject, "main" if lost else "", name="no")
        self.setLayout(column(words, row(1, self.yes, self.no, gap=10), gap=20, margin=(24, 22, 24, 18)))
        self.setAccessibleDescription(question)
        for each in (self.yes, self.no):
            each.setAutoDefault(True)  # Enter presses the one with the focus
        (self.no if lost else self.yes).setFocus()


def ask(parent: QWidget, question: str, yes: str, no: str, *, lost: bool = True) -> bool:
    """Whether the answer was ``yes``. ``lost``: a yes can't be taken back."""
    return Question(parent, question, yes, no, lost=lost).exec() == QDialog.DialogCode.Accepted
