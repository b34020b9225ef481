"""Pictures of the screen."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QCursor, QGuiApplication, QImage, QScreen
from PySide6.QtWidgets import QApplication, QWidget

AWAY = 250  # ms until hidden windows are gone from the screen, also where it fades them out


@dataclass(frozen=True)
class Shot:
    """``scale``: pixels for one point of that screen."""

    image: QImage
    scale: float
    screen: QScreen


def possible() -> bool:
    """Wayland lets no program look at the screen by itself."""
    return QGuiApplication.platformName() not in {"wayland", "minimal"} and not (
        os.environ.get("WAYLAND_DISPLAY") and QGuiApplication.platformName() == "xcb"
    )


def take(screen: QScreen | None = None) -> Shot | None:
    """The screen with the pointer, now; nothing where the system refuses."""
    chosen = screen or QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()
    if not possible() or chosen is None:
        return None
    grabbed = chosen.grabWindow(0)
    if grabbed.isNull():
        return None
    return Shot(grabbed.toImage(), grabbed.devicePixelRatio(), chosen)


def take_without(owner: QObject, taken: Callable[[Shot | None], None]) -> None:
    """The screen without this application's own windows, which come back afterwards as they lay."""
    if not possible():  # nothing is hidden for a picture that can't be taken
        QTimer.singleShot(0, owner, lambda: taken(None))
        return
    hidden = shown_windows()
    modal = QApplication.activeModalWidget()
    for each in hidden:
        each.setWindowOpacity(0.0)
    if modal is None:
        for each in hidden:
            each.hide()

    def now_() -> None:
        shot = take()
        for each in hidden:
            each.setWindowOpacity(1.0)
            each.show()
        if hidden:
            hidden[-1].raise_()
            hidden[-1].activateWindow()
        taken(shot)

    QTimer.singleShot(AWAY, owner, now_)


def shown_windows() -> list[QWidget]:
    """Ours that can be seen; the one that is worked in last: it comes back on top."""
    active = QApplication.activeWindow()
    shown = [each for each in QApplication.topLevelWidgets() if each.isVisible() and own(each)]
    return sorted(shown, key=lambda each: each is active)


def own(window: QWidget) -> bool:
    """Windows of ИПВ; those of a program that embeds it stay in the picture."""
    return bool(window.property("okibi"))
