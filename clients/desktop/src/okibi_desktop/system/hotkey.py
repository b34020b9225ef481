"""A shortcut that works in every program: Windows and X11 let a program have one, Wayland and macOS do not."""

import sys
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from PySide6.QtGui import QGuiApplication

from okibi_desktop.system import hotkey_windows, hotkey_x11
from okibi_desktop.system.keys import Keys, keys_of


class Outcome(StrEnum):
    """Of the last try."""

    NONE = "none"
    WORKS = "works"
    TAKEN = "taken"
    IMPOSSIBLE = "impossible"


class Grab(Protocol):
    """One grabbed shortcut; ``pressed`` is called in a thread of its own."""

    def __init__(self, keys: Keys, pressed: Callable[[], None]) -> None: ...
    def close(self) -> None: ...


class Hotkey:
    """At most one shortcut at a time."""

    def __init__(self, pressed: Callable[[], None], grab: type[Grab] | None = None) -> None:
        """``pressed`` is called in another thread. ``grab``: the system's own where nothing is said."""
        self._pressed = pressed
        self._grab = grab or grab_of_system()
        self._held: Grab | None = None
        self.outcome = Outcome.NONE if self._grab else Outcome.IMPOSSIBLE

    @property
    def possible(self) -> bool:
        return self._grab is not None

    def set(self, shortcut: str) -> Outcome:
        """``shortcut``: "Ctrl+Alt+H"; "" for none."""
        self.close()
        if self._grab is None:
            return self.outcome
        keys = keys_of(shortcut)
        self.outcome = Outcome.NONE
        if keys:
            try:
                self._held = self._grab(keys, self._pressed)
                self.outcome = Outcome.WORKS
            except OSError:
                self.outcome = Outcome.TAKEN
        return self.outcome

    def close(self) -> None:
        if self._held:
            self._held.close()
            self._held = None


def grab_of_system() -> type[Grab] | None:
    if sys.platform == "win32":
        return hotkey_windows.WindowsGrab
    if QGuiApplication.platformName() == "xcb" and hotkey_x11.there():
        return hotkey_x11.X11Grab
    return None
