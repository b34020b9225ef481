"""A calm bar: there is a newer version, what is new in it, and the way to it."""

import sys
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QFrame, QProgressBar, QTextBrowser, QWidget

from okibi_desktop.model.desk import sentence
from okibi_desktop.model.newer import Fetch, Newer, Offer
from okibi_desktop.ui.parts import Ui, button, column, label, row, tab_by_layout
from okibi_sdk.words import size_words

NOTES_HIGH = 170  # points; longer notes are scrolled
INSTALLERS = frozenset({".exe", ".msi"})


class NewerBar(QFrame):
    """Hidden while there is nothing to offer. ``open_url``, ``downloads``: tests look where it leads and what comes."""

    def __init__(self, ui: Ui, newer: Newer) -> None:
        super().__init__()
        self.ui, self.newer = ui, newer
        self.open_url, self.downloads = QDesktopServices.openUrl, downloads
        self.setProperty("role", "newer")
        t = ui.t
        self.words, self.problem = label("", "strong"), label("", "bad-line")
        self.notes_button = button(t("newer_notes"), self._turn_notes, "link", name="newer_notes")
        self.notes_button.setCheckable(True)
        self.page = button(t("newer_page"), self._open_page, "link", name="newer_page")
        self.get = button(t("newer_get"), self._get, name="newer_get")
        self.stop = button(t("newer_stop"), newer.stop_fetching, "quiet", name="newer_stop")
        self.install = button(t("newer_install"), self._install, "main", name="newer_install")
        self.folder = button(t("newer_folder"), self._show_folder, name="newer_folder")
        self.later = button(t("newer_later"), newer.later, "quiet", name="newer_later")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMaximum(100)
        self.notes = QTextBrowser()
        self.notes.setOpenExternalLinks(True)
        self.notes.setAccessibleName(t("newer_notes"))
        self.notes.hide()
        acts = (self.notes_button, self.page, self.folder, self.stop, self.install, self.get, self.later)
        line = row(self.words, *acts, gap=8)
        line.setStretch(0, 1)
        self.setLayout(column(line, self.bar, self.problem, self.notes, gap=6, margin=(16, 8, 12, 8)))
        newer.changed.connect(self.show_offer)
        self.show_offer()

    def show_offer(self) -> None:
        offer = self.newer.offer
        if offer is None:
            self.hide()
            return
        runs, done = offer.fetch is Fetch.RUNS, offer.fetch is Fetch.DONE
        self.words.setText(self._said(offer))
        self.problem.setText(sentence(offer.error, self.ui.t) if offer.error else "")
        self.bar.setValue(round(offer.part * 100))
        self.bar.setAccessibleName(self.words.text())
        self.get.setText(self._get_words(offer))
        self.get.setAccessibleName(self.get.text())
        self.notes.setMarkdown(offer.version.notes)
        shown: dict[QWidget, bool] = {
            self.problem: bool(offer.error),
            self.bar: runs,
            self.notes_button: bool(offer.version.notes.strip()) and not runs,
            self.page: bool(offer.version.page) and not runs and not done,
            self.get: offer.file is not None and not runs and not done,
            self.stop: runs,
            self.install: done and self._installs(offer.place),
            self.folder: done,
            self.later: not runs and not offer.version.forced,
            self.notes: self.notes_button.isChecked() and not runs,
        }
        for each, on in shown.items():
            each.setVisible(on)
        self.show()
        self._fit_notes()
        tab_by_layout(self.window())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._fit_notes()

    def _fit_notes(self) -> None:
        """As high as the notes are, up to what is scrolled."""
        document = self.notes.document()
        document.setTextWidth(self.notes.viewport().width())
        self.notes.setFixedHeight(min(NOTES_HIGH, round(document.size().height()) + 4))

    def _said(self, offer: Offer) -> str:
        t, version = self.ui.t, offer.version.version
        if offer.fetch is Fetch.RUNS:
            return t("newer_fetching", percent=round(offer.part * 100))
        if offer.fetch is Fetch.DONE and offer.place:
            return t("newer_fetched", version=version, name=offer.place.name)
        return t("newer_needed" if offer.version.forced else "newer_there", version=version)

    def _get_words(self, offer: Offer) -> str:
        t = self.ui.t
        if offer.fetch is Fetch.FAILED:
            return t("newer_again")
        size = offer.file.size if offer.file else 0
        return t("newer_get_size", size=size_words(size, t.language)) if size else t("newer_get")

    # ------------------------------------------------------------ acts

    def _turn_notes(self) -> None:
        self.notes.setVisible(self.notes_button.isChecked())
        self._fit_notes()
        tab_by_layout(self.window())

    def _open_page(self) -> None:
        if self.newer.offer:
            self.open_url(QUrl(self.newer.offer.version.page))

    def _get(self) -> None:
        self.newer.fetch(self.downloads())
        self.stop.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_folder(self) -> None:
        if self.newer.offer and self.newer.offer.place:
            self.open_url(QUrl.fromLocalFile(str(self.newer.offer.place.parent)))

    def _installs(self, place: Path | None) -> bool:
        return sys.platform == "win32" and place is not None and place.suffix.lower() in INSTALLERS

    def _install(self) -> None:
        """The file is the announced one; whoever installs is asked by the system for the right to do so."""
        offer, t = self.newer.offer, self.ui.t
        if not offer or not offer.place:
            return
        asked = t("newer_install_ask", name=offer.place.name)
        if self.ui.ask(self, asked, t("newer_install"), t("cancel"), lost=False):
            self.open_url(QUrl.fromLocalFile(str(offer.place)))


def downloads() -> Path:
    """Where the user's programs put what they fetch."""
    said = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    return Path(said) if said else Path.home()
