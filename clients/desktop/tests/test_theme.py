import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from okibi_desktop.ui import icons
from okibi_desktop.ui.theme import DARK, LIGHT, Theme

ROOT = Path(__file__).parents[3]
TOKENS = dict(
    re.findall(
        r"--([\w-]+):\s*light-dark\((#\w+, #\w+)\)", (ROOT / "src/okibi/kernel/static/okibi/tokens.css").read_text()
    )
)
PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("paper", "ground", "raised")),
    *((ink, f"{ink}-soft") for ink in ("accent", "good", "warn", "bad")),
    ("ink", "accent-soft"),
    ("ink-2", "accent-soft"),
    *((ink, "accent-soft") for ink in ("good", "bad", "warn")),
    ("accent-ink", "accent"),
    ("accent", "ground"),
    ("bad", "ground"),
    ("warn", "paper"),
]


@pytest.mark.parametrize("name", LIGHT)
def test_the_colours_are_the_products_own(name):
    assert f"{LIGHT[name]}, {DARK[name]}" == TOKENS[name]


def luminance(colour):
    parts = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in QColor(colour).getRgbF()[:3]
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(tokens, ink, ground):
    light, dark = sorted((luminance(tokens[ink]), luminance(tokens[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_colour_of_the_sheet_is_a_token(qt, name):
    sheet = Theme(name).sheet()
    assert set(re.findall(r"@([\w-]+)", sheet)) == {"check", "chevron"}
    raw = set(re.findall(r"#[0-9a-f]{3,8}\b", sheet)) - set(Theme(name).tokens.values())
    assert raw == set()


@pytest.mark.parametrize("size", [16, 64])
def test_the_trays_icon_shows_how_many(qt, size):
    drawn = {unread: icons.app_icon(unread).pixmap(size, size).toImage() for unread in (0, 1, 3, 12, 100, 500)}
    assert len({each.bits().tobytes() for each in drawn.values()}) == 5  # from 100 on it says 99
    red = QColor(drawn[3].pixel(size - size // 4, size // 12))
    assert red.red() > red.green()
    assert icons.pixmap("star", "#000000", 20, 2).size().width() == 40
