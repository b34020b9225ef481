"""Icons of one stroke family, drawn in the theme's colours at any density."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtSvg import QSvgRenderer

STROKES = {
    "incident": '<path d="M12 3 2.5 20h19L12 3Z"/><path d="M12 10v4"/><path d="M12 17v.01"/>',
    "question": (
        '<circle cx="12" cy="12" r="9"/><path d="M9.3 9.3a2.8 2.8 0 1 1 4 3c-.9.5-1.3 1-1.3 2"/><path d="M12 17v.01"/>'
    ),
    "suggestion": (
        '<path d="M9 18h6"/><path d="M10 21h4"/>'
        '<path d="M12 3a6 6 0 0 0-3.6 10.8c.7.6 1.1 1.2 1.1 2.2h5c0-1 .4-1.6 1.1-2.2A6 6 0 0 0 12 3Z"/>'
    ),
    "camera": '<path d="M4 7h3l2-3h6l2 3h3v13H4Z"/><circle cx="12" cy="13" r="3.5"/>',
    "steps": (
        '<path d="M9 6h11"/><path d="M9 12h11"/><path d="M9 18h11"/><path d="M4 6h.01"/>'
        '<path d="M4 12h.01"/><path d="M4 18h.01"/>'
    ),
    "log": '<path d="M6 2h9l4 4v16H6Z"/><path d="M9 11h7"/><path d="M9 15h7"/><path d="M9 19h4"/>',
    "file": (
        '<path d="M21 11.5 12.5 20a5.5 5.5 0 0 1-8-8L13 3.6'
        'a3.7 3.7 0 0 1 5.3 5.2l-8.6 8.6a1.9 1.9 0 0 1-2.7-2.6l7.9-7.9"/>'
    ),
    "close": '<path d="M6 6l12 12"/><path d="M18 6 6 18"/>',
    "plus": '<path d="M12 5v14"/><path d="M5 12h14"/>',
    "inbox": '<path d="M4 4h16v16H4Z"/><path d="M4 14h5l1.5 2.5h3L15 14h5"/>',
    "outbox": '<path d="M4 13v7h16v-7"/><path d="M12 15V3"/><path d="m7 8 5-5 5 5"/>',
    "settings": (
        '<path d="M4 7h9"/><path d="M17 7h3"/><circle cx="15" cy="7" r="2"/><path d="M4 17h3"/>'
        '<path d="M11 17h9"/><circle cx="9" cy="17" r="2"/>'
    ),
    "arrow": '<path d="M5 19 19 5"/><path d="M10 5h9v9"/>',
    "box": '<rect x="4" y="6" width="16" height="12" rx="1"/>',
    "text": '<path d="M5 6V4h14v2"/><path d="M12 4v16"/><path d="M9 20h6"/>',
    "blur": (
        '<path d="M4 4h4v4H4Z"/><path d="M16 4h4v4h-4Z"/><path d="M10 10h4v4h-4Z"/>'
        '<path d="M4 16h4v4H4Z"/><path d="M16 16h4v4h-4Z"/>'
    ),
    "crop": '<path d="M6 2v16h16"/><path d="M2 6h16v16"/>',
    "undo": '<path d="M8 5 4 9l4 4"/><path d="M4 9h10a5.5 5.5 0 0 1 0 11h-3"/>',
    "redo": '<path d="m16 5 4 4-4 4"/><path d="M20 9H10a5.5 5.5 0 0 0 0 11h3"/>',
    "good": '<circle cx="12" cy="12" r="9"/><path d="m8 12.5 2.7 2.7L16 9.5"/>',
    "bad": '<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5"/><path d="M12 16v.01"/>',
    "unknown": '<circle cx="12" cy="12" r="9"/><path d="M8 12h8"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "chevron": '<path d="m6 9 6 6 6-6"/>',
    "send": '<path d="M21 3 10 14"/><path d="M21 3l-6.5 18L10 14 3 9.5Z"/>',
    "star": '<path d="m12 3 2.8 5.8 6.2.9-4.5 4.4 1.1 6.3L12 17.4l-5.6 3 1.1-6.3L3 9.7l6.2-.9Z"/>',
    "save": '<path d="M12 4v11"/><path d="m7 11 5 5 5-5"/><path d="M4 20h16"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 2"/>',
}
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="{fill}" stroke="{colour}"'
    ' stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">{strokes}</svg>'
)
DENSITIES = (1, 2, 3)
TEAL, RED = QColor("#0b6e6e"), QColor("#b3261e")


def svg(name: str, colour: str, *, filled: bool = False) -> str:
    return SVG.format(colour=colour, strokes=STROKES[name], fill=colour if filled else "none")


@cache
def icon(name: str, colour: str, *, filled: bool = False) -> QIcon:
    """The icon for 16 to 32 points at every usual density."""
    made = QIcon()
    for size in (16, 20, 24, 32):
        for density in DENSITIES:
            made.addPixmap(pixmap(name, colour, size, density, filled=filled))
    return made


def pixmap(name: str, colour: str, size: int, density: float = 1.0, *, filled: bool = False) -> QPixmap:
    drawn = QPixmap(QSize(round(size * density), round(size * density)))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(svg(name, colour, filled=filled).encode())).render(painter)
    painter.end()
    drawn.setDevicePixelRatio(density)
    return drawn


def app_icon(unread: int = 0) -> QIcon:
    """A speech bubble; with unread answers, their number in a red disc."""
    made = QIcon()
    for size in (16, 22, 24, 32, 48, 64, 128, 256):
        made.addPixmap(_bubble(size, unread))
    return made


def _bubble(size: int, unread: int) -> QPixmap:
    drawn = QPixmap(size, size)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / 64, size / 64)
    shape = QPainterPath()
    shape.addRoundedRect(QRectF(4, 6, 56, 42), 13, 13)
    tail = QPainterPath()
    tail.moveTo(16, 44)
    tail.lineTo(16, 60)
    tail.lineTo(34, 46)
    painter.fillPath(shape.united(tail), TEAL)
    painter.setPen(QPen(QColor("white"), 6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    path = QPainterPath()
    path.moveTo(20, 28)
    path.lineTo(28, 36)
    path.lineTo(45, 19)
    painter.drawPath(path)
    if unread:
        _badge(painter, unread)
    painter.end()
    return drawn


def _badge(painter: QPainter, unread: int) -> None:
    said = str(unread) if unread < 100 else "99"
    wide = 36 if len(said) == 1 else 44
    area = QRectF(64 - wide, 0, wide, 36)
    painter.setPen(QPen(QColor("white"), 3))
    painter.setBrush(RED)
    painter.drawRoundedRect(area.adjusted(1.5, 1.5, -1.5, -1.5), 16, 16)
    font = QFont()
    font.setPixelSize(27)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor("white"))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, said)
