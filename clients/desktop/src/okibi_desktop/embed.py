"""The one call by which another program opens a new request."""

from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication, QWidget

from okibi_desktop.model import settings as kept
from okibi_desktop.model.desk import Desk
from okibi_desktop.model.link import Prefill
from okibi_desktop.ui.new.dialog import RequestDialog
from okibi_desktop.ui.parts import Ui
from okibi_desktop.ui.theme import Theme
from okibi_desktop.ui.translation import speak
from okibi_desktop.words import Words
from okibi_sdk import collect, home

_own: list[QApplication] = []


def open_request_dialog(
    parent: QWidget | None = None,
    *,
    product: str = "",
    version: str = "",
    error_text: str = "",
    log_folder: Path | str | None = None,
    server: str = "",
    language: str = "",
    app: dict[str, str] | None = None,
) -> RequestDialog:
    """Open ИПВ's dialog over ``parent``; call it in the thread of the windows.

    ``product``: its code in the desk's policy. ``error_text`` goes below the user's words. ``log_folder``: packed only
    when the user asks for it. ``server``: where this machine isn't enrolled yet. ``app``: what else your program tells
    of itself; the user sees each line and can switch it off.

    In a Qt program it returns at once: ``placed`` is emitted with the number. In a program without a ``QApplication``
    it returns when the dialog is closed; ``number`` and ``draft`` then say what became of it. What was kept without a
    connection is sent by the next program that opens this dialog, or by okibi-desktop.
    """
    running = QApplication.instance()
    if running is None:
        _own.append(QApplication(["okibi-desktop"]))
    settings = kept.load(home() / "desktop.json")
    t = Words(language or settings.language)
    if running is None:
        speak(_own[-1], t.language)
    desk = Desk(home(), t.language, server or settings.server)
    ui = Ui(desk, t, Theme(settings.theme))
    folder = str(log_folder) if log_folder else settings.log_folder
    prefill = Prefill(product=product, version=version, error=error_text)
    dialog = RequestDialog(ui, prefill, log_folder=folder, report=collect(app), parent=parent)
    desk.setParent(dialog)
    dialog.finished.connect(desk.stop)
    desk.start()
    dialog.show()
    if running is None:
        loop = QEventLoop()
        dialog.finished.connect(loop.quit)
        loop.exec()
    return dialog
