"""Colours, sizes and the one style sheet; the values are those of the product's tokens.css (a test compares them)."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication

LIGHT: Mapping[str, str] = {
    "ink": "#17201f",
    "ink-2": "#4a5755",
    "ink-3": "#64716f",
    "paper": "#ffffff",
    "ground": "#f4f6f5",
    "raised": "#ffffff",
    "line": "#dfe5e3",
    "line-2": "#8a9794",
    "accent": "#0b6e6e",
    "accent-ink": "#ffffff",
    "accent-soft": "#e3f1f0",
    "press": "#095a5a",
    "good": "#1d7a3e",
    "good-soft": "#e6f4ea",
    "warn": "#8a5a00",
    "warn-soft": "#fdf2dc",
    "bad": "#b3261e",
    "bad-soft": "#fbe9e7",
}
DARK: Mapping[str, str] = {
    "ink": "#e8eceb",
    "ink-2": "#a9b5b3",
    "ink-3": "#8d9a98",
    "paper": "#141918",
    "ground": "#0e1211",
    "raised": "#1b2221",
    "line": "#2a3331",
    "line-2": "#6c7a77",
    "accent": "#4fc4bd",
    "accent-ink": "#06211f",
    "accent-soft": "#12302e",
    "press": "#74d3cd",
    "good": "#63c987",
    "good-soft": "#14301f",
    "warn": "#e3b257",
    "warn-soft": "#33270f",
    "bad": "#f28b82",
    "bad-soft": "#3a1a18",
}
FONTS = ("Golos Text", "Segoe UI", "Noto Sans", "DejaVu Sans")
SIZE = 15  # pixels: customers' windows are set larger than the console
HERE = Path(__file__).parent


class Theme:
    """``name``: light or dark. ``theme["ink"]`` is a colour as the tokens say it."""

    def __init__(self, chosen: str = "") -> None:
        """``chosen``: light or dark; "" follows the system."""
        self.name = chosen if chosen in {"light", "dark"} else of_system()
        self.tokens = DARK if self.name == "dark" else LIGHT

    def __getitem__(self, token: str) -> str:
        return self.tokens[token]

    def colour(self, token: str) -> QColor:
        return QColor(self.tokens[token])

    def sheet(self) -> str:
        """The style sheet of a top window; it holds for everything in it and for nothing of a host program."""
        text = (HERE / "style.qss").read_text(encoding="utf-8")
        for name in sorted(self.tokens, key=len, reverse=True):
            text = text.replace(f"@{name};", f"{self.tokens[name]};")
        return text


def of_system() -> str:
    """What the desktop prefers; light where it doesn't say."""
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return "dark" if dark else "light"


def font() -> QFont:
    """The product's font in the size of a customer's window."""
    if "Golos Text" not in QFontDatabase.families():
        for file in sorted((HERE.parent / "fonts").glob("*.ttf")):
            QFontDatabase.addApplicationFont(str(file))
    chosen = QFont(list(FONTS))
    chosen.setPixelSize(SIZE)
    return chosen
