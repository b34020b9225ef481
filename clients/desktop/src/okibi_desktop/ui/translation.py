"""Qt's own words (the menu of a field, the file window) in the language of the application."""

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication

_held: list[QTranslator] = []


def speak(qt: QApplication, language: str) -> None:
    """From now on. Windows that stand are not changed."""
    for each in _held:
        qt.removeTranslator(each)
    _held.clear()
    made = QTranslator(qt)
    if made.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        qt.installTranslator(made)
        _held.append(made)
