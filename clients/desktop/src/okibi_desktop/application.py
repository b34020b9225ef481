"""What holds the windows together: tray, main window, new requests, the shortcut, second starts."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from okibi_desktop.model import settings as kept
from okibi_desktop.model.agreements import Agreements
from okibi_desktop.model.desk import Desk
from okibi_desktop.model.link import SCHEME, Prefill, parse
from okibi_desktop.model.newer import Newer
from okibi_desktop.model.news import News, Newsman
from okibi_desktop.model.settings import Settings
from okibi_desktop.system.hotkey import Hotkey
from okibi_desktop.system.single import Single
from okibi_desktop.ui import camera
from okibi_desktop.ui.main import MainWindow
from okibi_desktop.ui.new.dialog import RequestDialog
from okibi_desktop.ui.parts import Ui
from okibi_desktop.ui.theme import Theme
from okibi_desktop.ui.translation import speak
from okibi_desktop.ui.tray import Tray
from okibi_desktop.words import Words

SETTINGS = "desktop.json"
MOST_DIALOGS = 8  # new requests that stand open at once


class Application(QObject):
    """One for the program. ``hotkey``: tests bring their own."""

    hotkey_pressed = Signal()

    def __init__(self, qt: QApplication, home: Path, *, server: str = "", hotkey: Hotkey | None = None) -> None:
        super().__init__()
        self.qt, self.home, self.quit = qt, home, qt.quit
        self.settings = kept.load(home / SETTINGS)
        self.desk = Desk(home, Words(self.settings.language).language, server or self.settings.server, self)
        self.hotkey = hotkey or Hotkey(self.hotkey_pressed.emit)
        self.hotkey_pressed.connect(lambda: self.new_request(shot=True))
        self.hotkey.set(self.settings.shortcut)
        self.single = Single(home, self)
        self.single.asked.connect(self.carry_out)
        self.newer = Newer(self.desk, self.settings, self)
        self.newer.changed.connect(self._show_newer)
        self.newer.put_off.connect(lambda version: self.apply(replace(self.settings, later=version)))
        self.agreements = Agreements(self.desk, self)
        self.dialogs: list[RequestDialog] = []
        self._taking = False
        self.news: list[News] = []
        self._build()
        self.desk.requests_changed.connect(self._show_unread)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)

    # ------------------------------------------------------------ life

    def start(self, words: list[str]) -> None:
        """``words``: of the command line."""
        self.desk.start()
        self.newer.start()
        self.carry_out(words, first=True)

    def stop(self) -> None:
        self.hotkey.close()
        self.single.close()
        self.tray.close()
        self.newer.stop()
        self.desk.stop()

    def _build(self) -> None:
        t = Words(self.settings.language)
        speak(self.qt, t.language)
        self.ui = Ui(self.desk, t, Theme(self.settings.theme))
        self.main = MainWindow(self.ui, self.settings, self.hotkey, self.newer, self.agreements)
        self.main.new_wanted.connect(self._new_plain)
        self.main.settings_changed.connect(self.apply)
        self.main.hidden.connect(self._hidden)
        self.tray = Tray(self.ui)
        self.tray.chosen.connect(self._chosen)
        self.tray.news_clicked.connect(self._news_clicked)
        self.tray.show()
        self.newsman = Newsman(self.desk, t, self._seen)
        self.newsman.told.connect(self._tell)
        self.qt.setQuitOnLastWindowClosed(False)
        self._show_unread()
        self._show_newer()

    def _rebuild(self) -> None:
        """In another language or look: the main window and the tray anew, where they were."""
        old, tray, newsman = self.main, self.tray, self.newsman
        shown, number, place = old.isVisible(), old.conversation.number, old.geometry()
        section = next(name for name, press in old.sections.items() if press.isChecked())
        newsman.told.disconnect(self._tell)
        newsman.setParent(None)
        newsman.deleteLater()
        tray.close()
        self._build()
        self.main.conversation.begun = old.conversation.begun
        self.main.setGeometry(place)
        if number:
            self.main.open_request(number)
        self.main.show_section(section)
        if shown:
            self.main.show()
        old.hidden.disconnect(self._hidden)
        old.close()
        old.deleteLater()
        tray.deleteLater()

    def _system_changed(self) -> None:
        if not self.settings.theme and Theme().name != self.ui.theme.name:
            self._rebuild()

    # ------------------------------------------------------------ settings

    def apply(self, settings: Settings) -> None:
        """Settings work at once."""
        before, self.settings = self.settings, settings
        try:
            kept.save(self.home / SETTINGS, settings)
        except OSError as error:
            self.main.settings.say_not_kept(error)
        self.main.settings.take(settings)
        self.newer.apply(settings)
        if settings.shortcut != before.shortcut:
            self.hotkey.set(settings.shortcut)
            self.main.show_state()
        if settings.language != before.language:
            self.desk.set_language(Words(settings.language).language)
        if (settings.language, settings.theme) != (before.language, before.theme):
            self._rebuild()

    # ------------------------------------------------------------ what is asked for

    def carry_out(self, words: list[str], *, first: bool = False) -> None:
        """A command line, of this start or of a second one."""
        url = next((each for each in words if each.lower().startswith(f"{SCHEME}:")), "")
        if url:
            self.open_link(url)
        elif "--new-request" in words or "--screenshot" in words:
            self.new_request(shot="--screenshot" in words)
        elif not first or "--hidden" not in words or not QSystemTrayIcon.isSystemTrayAvailable():
            self.main.come()

    def open_link(self, url: str) -> None:
        try:
            link = parse(url)
        except ValueError:
            return
        if link.act == "new":
            self.new_request(link.prefill)
            return
        self.main.come()
        if link.number:
            self.main.open_request(link.number)

    def new_request(self, prefill: Prefill | None = None, *, shot: bool = False) -> None:
        """``shot``: of the screen as it is now, before any window of ours opens."""
        if len(self.dialogs) >= MOST_DIALOGS:  # a page that opens links without end
            self.dialogs[-1].raise_()
            return
        filled = prefill or Prefill(product=self.settings.product, version=self.settings.version)
        if not shot:
            self._open_dialog(filled)
        elif not self._taking and not any(each.attachments.busy for each in self.dialogs):  # keys that are held repeat
            self._taking = True
            camera.take_without(self, partial(self._taken, filled))

    def _taken(self, filled: Prefill, shot: camera.Shot | None) -> None:
        self._taking = False
        self._open_dialog(filled).with_shot(shot)

    def _new_plain(self) -> None:
        self.new_request()

    def _open_dialog(self, prefill: Prefill) -> RequestDialog:
        dialog = RequestDialog(self.ui, prefill, log_folder=self.settings.log_folder)
        self.dialogs.append(dialog)
        dialog.opened.connect(self._open_request)
        dialog.finished.connect(lambda _: self._closed(dialog))
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        return dialog

    def _closed(self, dialog: RequestDialog) -> None:
        if dialog in self.dialogs:
            self.dialogs.remove(dialog)
            writing = dialog.writing
            before = (self.settings.product, self.settings.version)
            if dialog.draft and writing.product and (writing.product, writing.version) != before:
                self.apply(replace(self.settings, product=writing.product, version=writing.version))
            dialog.deleteLater()
        self._end_without_windows()

    def _open_request(self, number: str) -> None:
        self.main.come()
        self.main.open_request(number)

    def _chosen(self, item: str) -> None:
        if item == "quit":
            self.quit()
        elif item in {"tray_new", "tray_shot"}:
            self.new_request(shot=item == "tray_shot")
        else:
            self.main.come()
            self.main.show_section(item.removeprefix("tray_"))

    # ------------------------------------------------------------ news

    def _show_unread(self) -> None:
        self.tray.show_unread(self.desk.unread)
        self.qt.setBadgeNumber(self.desk.unread)

    def _show_newer(self) -> None:
        offer = self.newer.offer
        self.tray.show_newer(self.ui.t("newer_there", version=offer.version.version) if offer else "")

    def _seen(self, number: str) -> bool:
        return (
            self.main.isActiveWindow()
            and self.main.conversation.isVisible()
            and self.main.conversation.number == number
        )

    def _tell(self, news: News) -> None:
        if self.settings.notify:
            self.news.append(news)
            del self.news[:-50]
            self.tray.tell(news)

    def _news_clicked(self, number: str) -> None:
        self.main.come()
        if number:
            self.main.open_request(number)

    def _hidden(self) -> None:
        self._end_without_windows()

    def _end_without_windows(self) -> None:
        """Without a tray nobody could bring the windows back: then the last one ends the program."""
        if not QSystemTrayIcon.isSystemTrayAvailable() and not self.main.isVisible() and not self.dialogs:
            self.quit()
