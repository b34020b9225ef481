"""What several tests open: the application, a picture, the widgets by name."""

import contextlib

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from okibi_desktop.application import Application
from okibi_desktop.system.hotkey import Hotkey
from okibi_desktop.ui.camera import Shot


class NoGrab:
    """A system that gives the shortcut to whoever asks; ``press`` is the user's."""

    held = []

    def __init__(self, keys, pressed):
        if keys.key == "t":
            raise OSError("taken")
        self.keys, self.press = keys, pressed
        NoGrab.held.append(self)

    def close(self):
        NoGrab.held.remove(self)


@contextlib.contextmanager
def running(qt, home, **settings):
    """The application, started; gone with the block."""
    pressed = []

    def pressed_by_user():
        pressed[0]()

    application = Application(qt, home, hotkey=Hotkey(pressed_by_user, grab=NoGrab), **settings)
    pressed.append(application.hotkey_pressed.emit)
    application.quit = lambda: None
    application.start([])
    try:
        yield application
    finally:
        for dialog in list(application.dialogs):
            dialog.writing.text, dialog.writing.attached = "", ()
            dialog.close()
        application.main.hidden.disconnect()
        application.main.close()
        application.stop()
        QApplication.processEvents()


def click(widget):
    assert widget.isEnabled(), widget.objectName()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def button(window, name):
    found = window.findChild(QAbstractButton, name)
    assert found is not None, name
    return found


def screen(width=640, height=400):
    """A screen with a secret on it."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setPen(QColor("black"))
    for line in range(10):
        painter.drawText(20, 30 + line * 30, f"счёт 4070 2810 0000 {line:04} пароль {line * 7919}")
    painter.end()
    return image


def shot():
    return Shot(screen(), 1.0, QGuiApplication.primaryScreen())


def proposal(**more):
    """What a specialist proposes on the first request, as the desk tells it to whoever may answer."""
    lines = [
        "Что обновляется: ОКИБИ Десктоп",
        "Компьютер «Склад»: сам проверяет обновления; открывать порт не нужно",
        "Когда: по будням с 22:00 до 06:00, время московское",
        "До какого дня: 31 декабря 2026 года включительно",
    ]
    common = {"id": 7, "request": "26-000001", "state": "proposed", "can": ["confirm", "decline"], "text": lines}
    return common | more
