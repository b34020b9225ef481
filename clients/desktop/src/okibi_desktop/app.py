"""``okibi-desktop``: the application in the tray."""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from okibi_desktop.application import Application
from okibi_desktop.model.desk import sentence
from okibi_desktop.model.link import parse
from okibi_desktop.system import links
from okibi_desktop.system.single import hand_over
from okibi_desktop.words import Words
from okibi_sdk import home

ABOUT = {
    "url": "okibi-ipv:new?product=desktop&version=4.2.1&error=…",
    "--new-request": "новая заявка / a new request",
    "--screenshot": "сразу со снимком экрана / with a screenshot already taken",
    "--hidden": "без окна, только значок / no window, the tray only",
    "--register": "открывать ссылки okibi-ipv: этим приложением / open okibi-ipv: links with this application",
    "--server": "адрес поддержки / support's address",
    "--home": "папка подключения и исходящих / folder of the enrolment and the outbox",
}


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="okibi-desktop", description="ОКИБИ: поддержка / OKIBI support")
    made.add_argument("url", nargs="?", default="", help=ABOUT["url"])
    for flag in ("--new-request", "--screenshot", "--hidden", "--register"):
        made.add_argument(flag, action="store_true", help=ABOUT[flag])
    made.add_argument("--server", default="", help=ABOUT["--server"])
    made.add_argument("--home", type=Path, default=None, help=ABOUT["--home"])
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Start, or hand over to the copy that runs. Returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    asked = parser().parse_args(words)
    if asked.url:
        try:
            parse(asked.url)
        except ValueError:
            parser().error(f"{asked.url[:80]!r}: okibi-ipv:new?…")
    if asked.register:
        return _register()
    folder = asked.home or home()
    if hand_over(folder, words):
        return 0
    qt = QApplication.instance() or QApplication(["okibi-desktop"])
    assert isinstance(qt, QApplication)
    qt.setApplicationName("okibi_desktop")  # part of a D-Bus path, by which docks show the number of answers
    qt.setDesktopFileName("okibi-desktop")
    try:
        application = Application(qt, folder, server=asked.server)
    except OSError as error:
        return _no_place(folder, error)
    application.start(words)
    _end_on_signals(qt)
    code = qt.exec()
    application.stop()
    return code


def _no_place(folder: Path, error: OSError) -> int:
    """Without a folder nothing that is written could be kept: said in a window, since most start it by a click."""
    t = Words()
    words = t("no_place", folder=folder, reason=sentence(error, t))
    _print(words, sys.stderr)
    QMessageBox.critical(None, t("app"), words)
    return 1


def _print(words: str, stream: TextIO | None) -> None:
    """To whoever started it at a terminal; the packaged program of Windows has none."""
    if stream is not None:
        stream.write(words + "\n")


def _register() -> int:
    t = Words()
    try:
        links.register()
    except OSError as error:
        _print(t("failed", reason=error.strerror or str(error)), sys.stderr)
        return 1
    _print(t("links_done"), sys.stdout)
    return 0


def _end_on_signals(qt: QApplication) -> None:
    """Ctrl+C and SIGTERM end it without a question: the session may be over.

    Python only notices between Qt's events, so some are made.
    """
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: qt.exit(0))
    beat = QTimer(qt, interval=300)
    beat.timeout.connect(lambda: None)
    beat.start()
