"""A screenshot with marks: values, and the one painter that both the window and the saved picture use.

What is hidden is averaged away in the pixels of the picture that leaves this computer: there is no layer under it.
"""

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPolygonF

MARK = QColor("#d92d20")
HALO = QColor(255, 255, 255, 230)
LEAST = 4  # pixels: a smaller drag is a slip
BLOCKS = 12  # at most so many blocks across the shorter side of what is hidden
SMALLEST_BLOCK = 16  # pixels: letters of screen text must not be read from the mosaic


class Tool(StrEnum):
    """What a drag over the picture makes."""

    ARROW = "arrow"
    BOX = "box"
    TEXT = "text"
    BLUR = "blur"
    CROP = "crop"


@dataclass(frozen=True, slots=True)
class Mark:
    """In pixels of the whole picture. A text stands at ``start``."""

    tool: Tool
    start: QPoint
    end: QPoint
    text: str = ""

    @property
    def area(self) -> QRect:
        return QRect(self.start, self.end).normalized()

    @property
    def slip(self) -> bool:
        """Too small to be meant."""
        if self.tool is Tool.TEXT:
            return not self.text.strip()
        size = self.end - self.start
        if self.tool is Tool.ARROW:
            return size.manhattanLength() < 2 * LEAST
        return abs(size.x()) < LEAST or abs(size.y()) < LEAST


@dataclass(frozen=True)
class Picture:
    """A screen, what was drawn on it, and what can be undone."""

    base: QImage
    marks: tuple[Mark, ...] = ()
    undone: tuple[Mark, ...] = ()
    scale: float = 1.0  # pixels of the picture for one point of the screen: marks keep their visible size

    def with_mark(self, mark: Mark) -> "Picture":
        """A new mark ends what could be redone. A slip changes nothing."""
        return self if mark.slip else replace(self, marks=(*self.marks, mark), undone=())

    def undo(self) -> "Picture":
        return replace(self, marks=self.marks[:-1], undone=(*self.undone, self.marks[-1])) if self.marks else self

    def redo(self) -> "Picture":
        return replace(self, marks=(*self.marks, self.undone[-1]), undone=self.undone[:-1]) if self.undone else self

    @property
    def frame(self) -> QRect:
        """What is left after cutting."""
        frame = self.base.rect()
        for mark in self.marks:
            if mark.tool is Tool.CROP:
                cut = frame.intersected(mark.area)
                frame = frame if cut.isEmpty() else cut
        return frame

    def painted(self, extra: Mark | None = None) -> QImage:
        """The whole picture with its marks, not cut; ``extra``: one that is being drawn."""
        image = self.base.convertToFormat(QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(1.0)
        for mark in (*self.marks, *([extra] if extra else ())):
            draw(image, mark, self.scale)
        return image

    def flat(self) -> QImage:
        """What is sent: marks are part of the pixels, what was cut away or hidden is gone."""
        return self.painted().copy(self.frame)

    def png(self) -> bytes:
        return png_of(self.flat())


def png_of(image: QImage) -> bytes:
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(held, "PNG")  # type: ignore[call-overload]
    return bytes(held.data().data())


def draw(image: QImage, mark: Mark, scale: float = 1.0) -> None:
    """Put the mark into the pixels of ``image``."""
    if mark.tool is Tool.BLUR:
        pixelate(image, mark.area)
        return
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = 3.0 * scale
    if mark.tool is Tool.ARROW:
        _arrow(painter, mark, width)
    elif mark.tool is Tool.BOX:
        for pen in (QPen(HALO, width * 1.8), QPen(MARK, width)):
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawRoundedRect(mark.area, 3 * scale, 3 * scale)
    elif mark.tool is Tool.TEXT:
        _text(painter, mark, scale)
    painter.end()


def pixelate(image: QImage, area: QRect) -> None:
    """Average the area in blocks so coarse that nothing of screen text is left to be read or computed back."""
    area = area.intersected(image.rect())
    if area.isEmpty():
        return
    block = max(SMALLEST_BLOCK, math.ceil(min(area.width(), area.height()) / BLOCKS))
    across, down = math.ceil(area.width() / block), math.ceil(area.height() / block)
    small = image.copy(area).scaled(
        across, down, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    painter = QPainter(image)
    for x in range(across):
        for y in range(down):
            # four bits of each colour: the exact average of a block would let a patient reader try letters on
            grey = QColor(small.pixel(x, y))
            coarse = QColor(grey.red() & 0xF0 | 8, grey.green() & 0xF0 | 8, grey.blue() & 0xF0 | 8)
            cell = QRect(area.x() + x * block, area.y() + y * block, block, block)
            painter.fillRect(cell.intersected(area), coarse)
    painter.end()


def _arrow(painter: QPainter, mark: Mark, width: float) -> None:
    start, end = QPointF(mark.start), QPointF(mark.end)
    angle = math.atan2(end.y() - start.y(), end.x() - start.x())
    length = min(width * 6, math.hypot(end.x() - start.x(), end.y() - start.y()))
    neck = end - QPointF(math.cos(angle), math.sin(angle)) * (length * 0.8)
    wings = [end - QPointF(math.cos(angle + turn), math.sin(angle + turn)) * length for turn in (0.45, -0.45)]
    head = QPolygonF([end, *wings])
    for colour, pen in ((HALO, width * 2.2), (MARK, width)):
        line = QPen(colour, pen, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(line)
        painter.drawLine(start, neck)
        painter.setPen(
            QPen(colour, pen - width * 0.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        painter.setBrush(colour)
        painter.drawPolygon(head)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def text_font(scale: float) -> QFont:
    font = QFont()
    font.setPixelSize(round(18 * scale))
    font.setBold(True)
    return font


def _text(painter: QPainter, mark: Mark, scale: float) -> None:
    font = text_font(scale)
    path = QPainterPath()
    ascent = QFontMetricsF(font).ascent()
    path.addText(QPointF(mark.start.x(), mark.start.y() + ascent), font, mark.text)
    painter.strokePath(
        path, QPen(HALO, 5 * scale, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.fillPath(path, MARK)
