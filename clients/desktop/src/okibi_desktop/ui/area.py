"""The whole screen, frozen: an area of it is selected with the mouse or the keyboard."""

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QWidget

from okibi_desktop.ui.camera import Shot
from okibi_desktop.ui.parts import Ui
from okibi_desktop.ui.theme import font

VEIL = QColor(0, 0, 0, 110)
STEP, FINE = 20, 1  # points an arrow key moves the pointer; with Shift
ARROWS = {
    Qt.Key.Key_Left: QPoint(-1, 0),
    Qt.Key.Key_Right: QPoint(1, 0),
    Qt.Key.Key_Up: QPoint(0, -1),
    Qt.Key.Key_Down: QPoint(0, 1),
}
LEAST = 8  # points: a smaller area is a slip


class Area(QWidget):
    """Emits ``chosen`` with the area in pixels of the picture (a null one: the whole screen), or ``cancelled``."""

    chosen = Signal(QRect)
    cancelled = Signal()

    def __init__(self, ui: Ui, shot: Shot) -> None:
        super().__init__(None, Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("okibi", True)
        self.ui, self.shot = ui, shot
        self.setFont(font())
        self.setWindowTitle(ui.t("area"))
        self.setAccessibleName(ui.t("area"))
        self.setAccessibleDescription(ui.t("area_hint"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMouseTracking(True)
        self.setGeometry(shot.screen.geometry())
        self.at = self.rect().center()
        self.start: QPoint | None = None
        self.keyboard = False

    def open(self) -> None:
        self.showFullScreen()
        self.activateWindow()
        self.setFocus()

    @property
    def area(self) -> QRect:
        return QRect(self.start, self.at).normalized() if self.start is not None else QRect()

    # ------------------------------------------------------------ mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's names
        self.start = self.at = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.at, self.keyboard = event.position().toPoint(), False
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.at = event.position().toPoint()
        self._finish()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.close()
            self.cancelled.emit()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._done(QRect())
        elif key == Qt.Key.Key_Space:
            if self.start is None:
                self.start = QPoint(self.at)
            else:
                self._finish()
        elif key in ARROWS:
            step = FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
            moved = self.at + ARROWS[key] * step
            self.at = QPoint(max(0, min(moved.x(), self.width())), max(0, min(moved.y(), self.height())))
            self.keyboard = True
            self.update()

    def _finish(self) -> None:
        area = self.area
        if area.width() < LEAST or area.height() < LEAST:
            self.start = None
            self.update()
            return
        across, down = self.shot.image.width() / self.width(), self.shot.image.height() / self.height()
        self._done(
            QRect(
                round(area.x() * across),
                round(area.y() * down),
                round(area.width() * across),
                round(area.height() * down),
            )
        )

    def _done(self, area: QRect) -> None:
        self.close()
        self.chosen.emit(area)

    # ------------------------------------------------------------ painting

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.drawImage(self.rect(), self.shot.image)
        area = self.area
        painter.setClipRegion(self.rect() if area.isEmpty() else _outside(self.rect(), area))
        painter.fillRect(self.rect(), VEIL)
        painter.setClipping(False)
        if not area.isEmpty():
            painter.setPen(QPen(QColor("white"), 2))
            painter.drawRect(area)
        else:
            self._hint(painter)
        if self.keyboard:
            painter.setPen(QPen(QColor("white"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(self.at.x(), 0, self.at.x(), self.height())
            painter.drawLine(0, self.at.y(), self.width(), self.at.y())
        painter.end()

    def _hint(self, painter: QPainter) -> None:
        text = self.ui.t("area_hint")
        metrics = painter.fontMetrics()
        most = min(self.width() - 80, 900)
        bounds = metrics.boundingRect(
            QRect(0, 0, most, 200), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text
        )
        plate = QRect(0, 0, bounds.width() + 40, bounds.height() + 24)
        plate.moveCenter(QPoint(self.width() // 2, 40 + plate.height() // 2))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(14, 18, 17, 225))
        painter.drawRoundedRect(plate, 10, 10)
        painter.setPen(QColor("white"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)


def _outside(whole: QRect, hole: QRect) -> QRegion:
    return QRegion(whole).subtracted(QRegion(hole))
