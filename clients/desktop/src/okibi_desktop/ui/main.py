"""The main window: requests on the left, the chosen one on the right; outbox and settings."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QMainWindow, QPushButton, QStackedWidget, QWidget

from okibi_desktop.model.agreements import Agreements
from okibi_desktop.model.newer import Newer
from okibi_desktop.model.settings import Settings
from okibi_desktop.system.hotkey import Hotkey, Outcome
from okibi_desktop.ui.conversation import Conversation
from okibi_desktop.ui.enrol import EnrolDialog
from okibi_desktop.ui.newer import NewerBar
from okibi_desktop.ui.outbox import OutboxView
from okibi_desktop.ui.parts import Ui, button, column, fit, frame, label, pane, row
from okibi_desktop.ui.request_list import RequestList
from okibi_desktop.ui.settings import SettingsView
from okibi_sdk import Request

SECTIONS = {"requests": "inbox", "outbox": "outbox", "settings": "settings"}


class MainWindow(QMainWindow):
    """``new_wanted``: a new request; ``settings_changed``: with the new ones; ``hidden``: closed to the tray."""

    new_wanted = Signal()
    settings_changed = Signal(object)
    hidden = Signal()

    def __init__(self, ui: Ui, settings: Settings, hotkey: Hotkey, newer: Newer, agreements: Agreements) -> None:
        super().__init__()
        self.ui, self.hotkey, self.agreements = ui, hotkey, agreements
        self.setProperty("okibi", True)
        self.setWindowTitle(ui.t("app"))
        ui.dress(self)
        self.list = RequestList(ui)
        self.list.chosen.connect(self.open_request)
        agreements.changed.connect(self._show_awaited)
        self.conversation = Conversation(ui, agreements)
        self.outbox = OutboxView(ui)
        self.outbox.opened.connect(self.open_request)
        self.settings = SettingsView(ui, settings, hotkey)
        self.settings.changed.connect(self.settings_changed)
        self.empty = self._empty()
        self.pages = QStackedWidget()
        for page in (self.empty, self.conversation, self.outbox, self.settings):
            self.pages.addWidget(page)
        inner = QWidget()
        inner.setObjectName("window")
        side = self._side()
        side.setFixedWidth(330)
        self.newer = NewerBar(ui, newer)
        body = row(side, frame("upright"), self.pages, gap=0)
        whole = column(self.newer, body, gap=0)
        whole.setStretch(1, 1)
        inner.setLayout(whole)
        self.setCentralWidget(inner)
        self.setMinimumSize(820, 470)
        fit(self, 1060, 740)
        QShortcut(QKeySequence.StandardKey.New, self, self.new_wanted.emit)
        QShortcut(QKeySequence.StandardKey.Find, self, self.finder.setFocus)
        for signal in (
            ui.desk.requests_changed,
            ui.desk.outbox_changed,
            ui.desk.online_changed,
            ui.desk.enrolment_changed,
        ):
            signal.connect(self.show_state)
        ui.desk.enrolment_changed.connect(self._forget)
        self.show_section("requests")
        self.show_state()
        self._show_awaited()

    # ------------------------------------------------------------ the left side

    def _side(self) -> QWidget:
        t = self.ui.t
        new = button(t("new_request"), self.new_wanted.emit, "main", name="new_request")
        new.setIcon(self.ui.icon("plus", "accent-ink"))
        self.finder = QLineEdit()
        self.finder.setAccessibleName(t("find"))
        self.finder.setPlaceholderText(t("find"))
        self.finder.setClearButtonEnabled(True)
        self.finder.textChanged.connect(self.show_state)
        self.none = label("", "soft")
        self.none.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.none.setContentsMargins(12, 24, 12, 0)
        self.sections: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        for name, icon in SECTIONS.items():
            made = button(t(name), partial(self.show_section, name), "section", name=f"section_{name}")
            made.setCheckable(True)
            made.setIcon(self.ui.icon(icon, "ink-2"))
            group.addButton(made)
            self.sections[name] = made
        self.strip_words = label("", "warn")
        self.strip_button = button(t("enrol_short"), self._enrol, "link", name="strip_enrol")
        self.strip = frame("strip")
        strip = row(self.strip_words, self.strip_button, margin=(12, 8, 8, 8))
        strip.setStretch(0, 1)
        self.strip.setLayout(strip)
        side = QWidget()
        inner = column(
            column(new, self.finder, gap=10, margin=(12, 14, 12, 8)),
            column(self.list, self.none, gap=0, margin=(4, 0, 4, 0)),
            self.strip,
            frame("rule"),
            column(*self.sections.values(), gap=2, margin=(8, 6, 8, 8)),
            gap=0,
        )
        inner.setStretch(1, 1)
        side.setLayout(inner)
        return side

    def _empty(self) -> QWidget:
        made = QWidget()
        pane(made)
        self.empty_title, self.empty_hint = label("", "head"), label("", "soft")
        for each in (self.empty_title, self.empty_hint):
            each.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        words = column(self.empty_title, self.empty_hint, gap=6)
        centred = row(1, words, 1)
        centred.setStretch(1, 3)
        made.setLayout(column(2, centred, 3))
        return made

    def _enrol(self) -> None:
        self.dialog = EnrolDialog(self.ui, self)
        self.dialog.open()

    # ------------------------------------------------------------ showing

    def show_state(self) -> None:
        t, desk = self.ui.t, self.ui.desk
        found = self._found()
        self.list.show_requests(found)
        self.list.setVisible(bool(found))
        self.none.setVisible(not found)
        nothing = self._nothing()
        self.none.setText(t("nothing_found") if self.finder.text().strip() and desk.requests else nothing)
        self._count("requests", desk.unread)
        self._count("outbox", len(desk.unsent))
        words = t("cut_off") if desk.was_cut_off else t("not_enrolled") if not desk.enrolled else ""
        offline = desk.enrolled and desk.online is False
        self.strip_words.setText(t("offline") if offline else words)
        self.strip_button.setVisible(not desk.enrolled)
        self.strip.setVisible(offline or bool(words))
        some = bool(desk.requests)
        self.empty_title.setText(t("choose_one") if some else nothing)
        hint = t("no_requests_hint_plain")
        if self.hotkey.outcome is Outcome.WORKS:
            hint = t("no_requests_hint", shortcut=self.settings.settings.shortcut)
        known = desk.loaded or not desk.enrolled
        self.empty_hint.setText("" if some or not known else hint)

    def _nothing(self) -> str:
        """Why there is no request to be seen: none is told of while that isn't known."""
        desk = self.ui.desk
        if desk.loaded or not desk.enrolled:
            return self.ui.t("no_requests")
        return self.ui.t("requests_offline" if desk.online is False else "requests_loading")

    def _forget(self) -> None:
        """Who was cut off, or signed out, leaves no conversation on the screen."""
        if not self.ui.desk.enrolled and self.conversation.number:
            self.conversation.show_request("")
            if self.pages.currentWidget() is self.conversation:
                self.show_section("requests")

    def _show_awaited(self) -> None:
        self.list.show_awaited(self.agreements.awaited)

    def _found(self) -> tuple[Request, ...]:
        words = self.finder.text().casefold().split()
        return tuple(
            each
            for each in self.ui.desk.requests
            if all(word in f"{each.number} {each.subject}".casefold() for word in words)
        )

    def _count(self, name: str, number: int) -> None:
        words = self.ui.t(name)
        self.sections[name].setText(f"{words}  ·  {number}" if number else words)
        spoken = self.ui.t.count("unread", number) if name == "requests" else str(number)
        self.sections[name].setAccessibleName(f"{words}, {spoken}" if number else words)

    def show_section(self, name: str) -> None:
        chosen = self.conversation if self.conversation.number else self.empty
        page: QWidget = {"outbox": self.outbox, "settings": self.settings}.get(name, chosen)
        self.sections[name].setChecked(True)
        self.pages.setCurrentWidget(page)

    def open_request(self, number: str) -> None:
        self.list.select(number)
        self.conversation.show_request(number)
        self.show_section("requests")

    def come(self) -> None:
        """To the front."""
        self.show()
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        super().closeEvent(event)
        self.hidden.emit()
