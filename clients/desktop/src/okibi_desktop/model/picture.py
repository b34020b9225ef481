"""A screenshot with marks: values, and the one painter that both the window and the saved picture use.

What is hidden is wiped from the pixels of the picture that leaves this computer: there is no layer under it.
"""

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QImageReader, QPainter, QPainterPath, QPen, QPolygonF

from okibi_sdk.sources import type_of

MARK = QColor("#d92d20")
HALO = QColor(255, 255, 255, 230)
LEAST = 4  # pixels: a smaller drag is a slip
BLOCKS = 12  # at most so many blocks across the shorter side of what is hidden
MOST_PIXELS = 64_000_000  # of a file that can be marked: eight 4K screens
SMALLEST_BLOCK = 16  # pixels
SHADES = (-22, 6, -10, 18, 0, -16, 12, -4, 22)  # of the mosaic, from its colour


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
        image = QImage(self.base.size(), QImage.Format.Format_RGB32)
        image.fill(QColor("white"))  # what shows through is not what stands below it
        painter = QPainter(image)
        painter.drawImage(image.rect(), self.base)
        painter.end()
        for mark in (*self.marks, *([extra] if extra else ())):
            draw(image, mark, self.scale)
        return image

    def flat(self) -> QImage:
        """What is sent: marks are part of the pixels, what was cut away or hidden is gone."""
        return self.painted().copy(self.frame)

    def png(self) -> bytes:
        return png_of(self.flat())


def picture_of(path: Path) -> Picture | None:
    """A file's picture, to be marked before it is sent; nothing where it is none, or larger than a screen is."""
    if not type_of(path.name).startswith("image/"):
        return None
    image = QImageReader(str(path))
    image.setAutoTransform(True)
    size = image.size()
    if not size.isValid() or size.width() * size.height() > MOST_PIXELS:
        return None
    read = image.read()
    return None if read.isNull() else Picture(read)


def png_of(image: QImage) -> bytes:
    """Its pixels and nothing else: what another program wrote beside them stays here."""
    if image.textKeys():
        bare = QImage(image.size(), image.format())
        bare.fill(Qt.GlobalColor.transparent)
        painter = QPainter(bare)
        painter.drawImage(bare.rect(), image)
        painter.end()
        image = bare
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
    """Wipe the area: blocks in the colour of what stands around it. Nothing of the picture depends on what lay below.

    A true mosaic keeps an average of each block, and letters of a known font can be tried against those (Hill et al.,
    On the (In)effectiveness of Mosaicing and Blurring, PETS 2016).
    """
    area = area.intersected(image.rect())
    if area.isEmpty():
        return
    colour = _around(image, area)
    block = max(SMALLEST_BLOCK, math.ceil(min(area.width(), area.height()) / BLOCKS))
    painter = QPainter(image)
    for x in range(math.ceil(area.width() / block)):
        for y in range(math.ceil(area.height() / block)):
            cell = QRect(area.x() + x * block, area.y() + y * block, block, block)
            turn = SHADES[(x * 7 + y * 13 + (x ^ y) * 5) % len(SHADES)]
            painter.fillRect(cell.intersected(area), QColor(*(part + turn for part in colour)))
    painter.end()


def _around(image: QImage, area: QRect) -> tuple[int, int, int]:
    """The average colour of the pixels that touch the area from outside: whoever gets the picture sees them anyway."""
    outer, whole = area.adjusted(-1, -1, 1, 1), image.rect()
    corners = (outer.topLeft(), outer.topRight(), outer.bottomLeft(), outer.bottomRight())
    rows = (QPoint(x, y) for x in range(area.left(), area.right() + 1) for y in (outer.top(), outer.bottom()))
    columns = (QPoint(x, y) for y in range(area.top(), area.bottom() + 1) for x in (outer.left(), outer.right()))
    seen = [QColor(image.pixel(each)) for each in (*corners, *rows, *columns) if whole.contains(each)]
    if not seen:
        return 128, 128, 128
    parts = ([each.red() for each in seen], [each.green() for each in seen], [each.blue() for each in seen])
    red, green, blue = (max(30, min(225, sum(part) // len(seen))) for part in parts)  # room for every shade
    return red, green, blue


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
