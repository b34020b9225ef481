"""The tray: the number of unread answers, the menu, notifications."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from okibi_desktop.model.news import News
from okibi_desktop.ui.icons import app_icon
from okibi_desktop.ui.parts import Ui

ITEMS = ("tray_new", "tray_shot", "tray_requests", "tray_outbox", "tray_settings", "quit")


class Tray(QObject):
    """``chosen`` with one of ITEMS; ``news_clicked`` with a number (or nothing)."""

    chosen = Signal(str)
    news_clicked = Signal(str)

    def __init__(self, ui: Ui, show: Callable[[News], None] | None = None) -> None:
        """``show``: who shows a notification, where not the tray itself."""
        super().__init__()
        self.ui = ui
        self._show = show or self._message
        self._number = ""
        self.menu = QMenu()
        ui.dress(self.menu)
        for item in ITEMS:
            if item in {"tray_requests", "quit"}:
                self.menu.addSeparator()
            act = self.menu.addAction(ui.t(item))
            act.setObjectName(item)
            act.triggered.connect(lambda _=False, item=item: self.chosen.emit(item))
        self.newer = QAction(self.menu)
        self.newer.triggered.connect(lambda: self.chosen.emit("tray_requests"))
        self.icon = QSystemTrayIcon()
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.icon.messageClicked.connect(lambda: self.news_clicked.emit(self._number))
        self.show_unread(0)

    def show(self) -> None:
        self.icon.show()

    def close(self) -> None:
        self.icon.hide()
        self.menu.deleteLater()

    def show_unread(self, unread: int) -> None:
        t = self.ui.t
        self.unread = unread
        self.icon.setIcon(app_icon(unread))
        said = (
            t("tray_tip_unread", app=t("app"), unread=t.count("unread", unread))
            if unread
            else t("tray_tip", app=t("app"))
        )
        self.icon.setToolTip(said)

    def show_newer(self, words: str) -> None:
        """``words``: that there is a newer version; nothing while there is none."""
        self.newer.setText(words)
        if words:
            self.menu.insertAction(self.menu.actions()[0], self.newer)
        else:
            self.menu.removeAction(self.newer)

    def tell(self, news: News) -> None:
        self._number = news.number
        self._show(news)

    def _message(self, news: News) -> None:
        if self.icon.isVisible() and QSystemTrayIcon.supportsMessages():
            self.icon.showMessage(news.title, news.text, app_icon(), 10_000)

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in {QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick}:
            self.chosen.emit("tray_requests")
