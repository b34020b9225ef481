"""Charts as geometry: the server draws them, the style sheet colours them. One idea each, labels beside what they name."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720.0, 250.0
LEFT, RIGHT, TOP, BOTTOM = 8.0, 8.0, 30.0, 28.0
BASE = HEIGHT - BOTTOM
BAR_WIDEST = 64.0
LABEL = 6.0  # between a mark and its words
ROW, NAMES, FIGURES = 30.0, 190.0, 64.0  # of a chart of rows


@dataclass(frozen=True, slots=True)
class Point:
    """One value to draw. ``value`` None: nothing is known, the place stays empty. ``bad``: past the promise."""

    label: str
    value: float | None
    text: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line across: a promise."""

    value: float
    text: str
    firm: bool = True  # the promise itself; False: where it begins


@dataclass(frozen=True, slots=True)
class Bar:
    """A drawn value; coordinates in the chart's own units. ``x`` and ``y`` of the words are their middles."""

    x: float
    y: float
    width: float
    height: float
    label: str
    text: str
    middle: float
    words_y: float
    bad: bool


@dataclass(frozen=True, slots=True)
class Across:
    """A drawn promise."""

    y: float
    words_y: float
    text: str
    firm: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """What the template draws. ``title`` names it, ``says`` is read aloud in place of the picture."""

    id: str
    title: str
    says: str
    width: float
    height: float
    base: float
    bars: tuple[Bar, ...]
    lines: tuple[Across, ...] = ()


def columns(
    name: str, title: str, points: Sequence[Point], lines: Sequence[Line] = (), top: float | None = None
) -> Chart:
    """One column per point, the promises as lines across. ``top``: the value at the upper edge, else the largest drawn."""
    values = [point.value for point in points if point.value is not None]
    highest = top or max([*values, *(line.value for line in lines), 0.0]) or 1.0
    scale = (BASE - TOP) / highest
    step = (WIDTH - LEFT - RIGHT) / max(len(points), 1)
    width = min(BAR_WIDEST, step * 0.62)
    bars = []
    for number, point in enumerate(points):
        height = max((point.value or 0) * scale, 1.5 if point.value is not None else 0)
        middle = LEFT + step * (number + 0.5)
        bars.append(
            Bar(
                round(middle - width / 2, 1), round(BASE - height, 1), round(width, 1), round(height, 1),
                point.label, point.text, round(middle, 1), round(BASE - height - LABEL, 1), point.bad,
            )
        )  # fmt: skip
    across = tuple(
        Across(round(BASE - line.value * scale, 1), round(BASE - line.value * scale - LABEL, 1), line.text, line.firm)
        for line in lines
    )
    return Chart(name, title, _aloud(title, points, lines), WIDTH, HEIGHT, BASE, tuple(bars), across)


def rows(name: str, title: str, points: Sequence[Point]) -> Chart:
    """One lying bar per point, the longest the widest."""
    highest = max([point.value or 0 for point in points], default=0) or 1
    scale = (WIDTH - NAMES - FIGURES) / highest
    bars = tuple(
        Bar(
            NAMES, round(number * ROW + 6, 1), round(max((point.value or 0) * scale, 1.5), 1), ROW - 12, point.label,
            point.text, round(NAMES + max((point.value or 0) * scale, 1.5) + LABEL, 1), round(number * ROW + ROW / 2 + 4, 1),
            point.bad,
        )
        for number, point in enumerate(points)
    )  # fmt: skip
    return Chart(name, title, _aloud(title, points, ()), WIDTH, ROW * len(points), 0, bars)


def _aloud(title: str, points: Sequence[Point], lines: Sequence[Line]) -> str:
    said = [f"{point.label}: {point.text}" for point in points if point.value is not None]
    return ". ".join([title, *(line.text for line in lines), "; ".join(said)]).strip(". ") + "."
