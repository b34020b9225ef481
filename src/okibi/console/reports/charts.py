"""Charts as geometry: the server draws them, the style sheet colours them.

One idea each, labels beside what they name.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 580.0, 230.0
LEFT, TOP, BOTTOM = 8.0, 30.0, 28.0
PROMISES = 180.0  # at the right, for the words of the lines
BASE = HEIGHT - BOTTOM
BAR_WIDEST = 64.0
WORDS_APART = 17.0  # from line to line of words
MOST_LABELS = 12
LABEL = 6.0  # between a mark and its words
ROW, NAMES, FIGURES = 30.0, 160.0, 56.0  # of a chart of rows


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
    x: float
    words_x: float
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
    """One column per point, the promises as lines across. ``top``: the value at the upper edge."""
    values = [point.value for point in points if point.value is not None]
    highest = top or max([*values, *(line.value for line in lines), 0.0]) or 1.0
    scale = (BASE - TOP) / highest
    step = (WIDTH - LEFT - PROMISES) / max(len(points), 1)
    width = min(BAR_WIDEST, step * 0.62)
    every = -(-len(points) // MOST_LABELS)  # where there are many, only each second or third is named
    bars = []
    for number, point in enumerate(points):
        height = max((point.value or 0) * scale, 1.5 if point.value is not None else 0)
        middle = LEFT + step * (number + 0.5)
        named = number % every == (len(points) - 1) % every
        bars.append(
            Bar(
                round(middle - width / 2, 1),
                round(BASE - height, 1),
                round(width, 1),
                round(height, 1),
                point.label if named else "",
                point.text if named else "",
                round(middle, 1),
                round(BASE - height - LABEL, 1),
                point.bad,
            )
        )
    return Chart(name, title, _aloud(title, points, lines), WIDTH, HEIGHT, BASE, tuple(bars), _across(lines, scale))


def _across(lines: Sequence[Line], scale: float) -> tuple[Across, ...]:
    """The promises from the lowest up; words that would touch are moved apart."""
    drawn: list[Across] = []
    for line in sorted(lines, key=lambda line: line.value):
        y = round(BASE - line.value * scale, 1)
        words = min([y + 4, *(below.words_y - WORDS_APART for below in drawn[-1:])])
        drawn.append(Across(y, WIDTH - PROMISES, WIDTH - PROMISES + LABEL, round(words, 1), line.text, line.firm))
    return tuple(drawn)


def rows(name: str, title: str, points: Sequence[Point]) -> Chart:
    """One lying bar per point, the longest the widest."""
    highest = max([point.value or 0 for point in points], default=0) or 1
    scale = (WIDTH - NAMES - FIGURES) / highest
    bars = tuple(
        Bar(
            NAMES,
            round(number * ROW + 6, 1),
            round(max((point.value or 0) * scale, 1.5), 1),
            ROW - 12,
            point.label,
            point.text,
            round(NAMES + max((point.value or 0) * scale, 1.5) + LABEL, 1),
            round(number * ROW + ROW / 2 + 4, 1),
            point.bad,
        )
        for number, point in enumerate(points)
    )
    return Chart(name, title, _aloud(title, points, ()), WIDTH, ROW * len(points), 0, bars)


def _aloud(title: str, points: Sequence[Point], lines: Sequence[Line]) -> str:
    said = [f"{point.label}: {point.text}" for point in points if point.value is not None]
    return ". ".join([title, *(line.text for line in lines), "; ".join(said)]).strip(". ") + "."
