"""The screenshot on which marks are drawn, with the mouse or the keyboard."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from okibi_desktop.model.picture import Mark, Picture, Tool
from okibi_desktop.ui.area import ARROWS, FINE, STEP
from okibi_desktop.ui.parts import Ui


class Words(QLineEdit):
    """Where a text is typed upon the picture. ``left``: with Escape; the window stays."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
        event.accept()  # Enter and Escape are the picture's window's own keys as well


class Canvas(QWidget):
    """Shows the picture as large as fits; ``changed`` after each mark."""

    changed = Signal()

    def __init__(self, ui: Ui, picture: Picture) -> None:
        super().__init__()
        self.ui, self.picture, self.tool = ui, picture, Tool.ARROW
        self.setAccessibleName(ui.t("canvas"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(360, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.start: QPoint | None = None
        self.at = picture.base.rect().center()
        self.keyboard = False
        self._painted: QImage | None = None
        self.words = Words(self)
        self.words.left.connect(self._text_left)
        self.words.setAccessibleName(ui.t("text_ask"))
        self.words.setPlaceholderText(ui.t("text_ask"))
        self.words.hide()
        self.words.returnPressed.connect(self._text_done)
        self.words.editingFinished.connect(self._text_done)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's names
        return QSize(900, 560)

    def set_picture(self, picture: Picture) -> None:
        self.picture, self._painted, self.start = picture, None, None
        self.update()
        self.changed.emit()

    # ------------------------------------------------------------ where things are

    @property
    def _place(self) -> QRectF:
        """Where the part that is left after cutting stands on this widget."""
        frame = self.picture.frame
        scale = min(self.width() / frame.width(), self.height() / frame.height(), 1.0)
        wide, high = frame.width() * scale, frame.height() * scale
        return QRectF((self.width() - wide) / 2, (self.height() - high) / 2, wide, high)

    def _to_picture(self, point: QPointF) -> QPoint:
        place, frame = self._place, self.picture.frame
        x = frame.x() + (point.x() - place.x()) * frame.width() / place.width()
        y = frame.y() + (point.y() - place.y()) * frame.height() / place.height()
        return self._inside(QPoint(round(x), round(y)))

    def _to_widget(self, point: QPoint) -> QPointF:
        place, frame = self._place, self.picture.frame
        return QPointF(
            place.x() + (point.x() - frame.x()) * place.width() / frame.width(),
            place.y() + (point.y() - frame.y()) * place.height() / frame.height(),
        )

    def _inside(self, point: QPoint) -> QPoint:
        frame = self.picture.frame
        return QPoint(
            max(frame.left(), min(point.x(), frame.right())), max(frame.top(), min(point.y(), frame.bottom()))
        )

    # ------------------------------------------------------------ mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.setFocus()
        self.keyboard = False
        self._begin(self._to_picture(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.at = self._to_picture(event.position())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.at = self._to_picture(event.position())
        self._end()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = Qt.Key(event.key())
        if key in ARROWS:
            step = FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
            self.at = self._inside(self.at + ARROWS[key] * step)
            self.keyboard = True
            self.update()
        elif key == Qt.Key.Key_Space:
            self.keyboard = True
            if self.start is None:
                self._begin(self.at)
            else:
                self._end()
        elif key == Qt.Key.Key_Escape and self.start is not None:
            self.start = None
            self.update()
        else:
            super().keyPressEvent(event)

    def _begin(self, at: QPoint) -> None:
        self.at = at
        if self.tool is Tool.TEXT:
            self._ask_words(at)
        else:
            self.start = at
        self.update()

    def _end(self) -> None:
        if self.start is None:
            return
        mark, self.start = Mark(self.tool, self.start, self.at), None
        self.set_picture(self.picture.with_mark(mark))

    def _ask_words(self, at: QPoint) -> None:
        self._text_at = at
        place = self._to_widget(at).toPoint()
        self.words.clear()
        self.words.resize(min(260, self.width() - 16), 36)
        self.words.move(min(place.x(), self.width() - self.words.width() - 4), min(place.y(), self.height() - 40))
        self.words.show()
        self.words.setFocus()

    def _text_done(self) -> None:
        if not self.words.isHidden():
            self.words.hide()
            self.setFocus()
            self.set_picture(self.picture.with_mark(Mark(Tool.TEXT, self._text_at, self._text_at, self.words.text())))

    def _text_left(self) -> None:
        self.words.clear()  # before the focus goes: what was typed is not wanted
        self._text_done()

    # ------------------------------------------------------------ painting

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.ui.theme.colour("ground"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        mark = Mark(self.tool, self.start, self.at) if self.start is not None else None
        drawn = mark if mark and mark.tool is not Tool.CROP and not mark.slip else None
        if drawn:
            image = self.picture.painted(drawn)
        else:
            self._painted = self._painted or self.picture.painted()
            image = self._painted
        painter.drawImage(self._place, image, QRectF(self.picture.frame))
        if mark and mark.tool is Tool.CROP:
            painter.setPen(QPen(self.ui.theme.colour("accent"), 2, Qt.PenStyle.DashLine))
            painter.drawRect(QRectF(self._to_widget(mark.start), self._to_widget(mark.end)).normalized())
        if self.keyboard and self.hasFocus():
            self._crosshair(painter)
        if self.hasFocus():
            painter.setPen(QPen(self.ui.theme.colour("accent"), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _crosshair(self, painter: QPainter) -> None:
        at = self._to_widget(self.at)
        for colour, width in ((QColor("white"), 3), (QColor("black"), 1)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(at - QPointF(12, 0), at + QPointF(12, 0))
            painter.drawLine(at - QPointF(0, 12), at + QPointF(0, 12))
