"""Settings: each works at once."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QKeySequenceEdit,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSystemTrayIcon,
    QToolButton,
    QWidget,
)

from okibi_desktop.model.desk import sentence
from okibi_desktop.model.settings import LOG_LIMIT, Settings
from okibi_desktop.model.states import product_name
from okibi_desktop.system import links, program, start
from okibi_desktop.system.hotkey import Hotkey, Outcome
from okibi_desktop.system.keys import in_latin
from okibi_desktop.ui import camera
from okibi_desktop.ui.enrol import EnrolDialog
from okibi_desktop.ui.parts import Ui, button, choice, column, frame, label, pane, role, row
from okibi_sdk import Device
from okibi_sdk.words import size_words

LANGUAGES = (("", "language_system"), ("ru", "Русский"), ("en", "English"))
THEMES = (("", "theme_system"), ("light", "theme_light"), ("dark", "theme_dark"))


def act() -> str:
    """What the shortcut asks for, as far as the system lets a program look at the screen."""
    return "--new-request --screenshot" if camera.possible() else "--new-request"


class SettingsView(QWidget):
    """``changed`` with the new settings."""

    changed = Signal(object)

    def __init__(self, ui: Ui, settings: Settings, hotkey: Hotkey) -> None:
        super().__init__()
        self.ui, self.settings, self.hotkey = ui, settings, hotkey
        pane(self)
        parts: list[QWidget | QLayout] = [
            self._account(),
            frame("rule"),
            row(self._choice("language", LANGUAGES), self._choice("theme", THEMES), 1, gap=24),
            frame("rule"),
            self._shortcut(),
            frame("rule"),
            self._notifications(),
            frame("rule"),
            self._updates(),
            frame("rule"),
            self._log(),
            frame("rule"),
            self._links(),
        ]
        inner = QWidget()
        inner.setLayout(column(*parts, 1, gap=16, margin=(24, 4, 24, 24)))
        inner.setMaximumWidth(760)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(ui.t("settings"))
        scroll.setWidget(inner)
        self.problem = label("", "bad-line")
        self.problem.hide()
        head = column(label(ui.t("settings"), "title"), self.problem, gap=4, margin=(24, 18, 24, 12))
        self.setLayout(column(head, scroll, gap=0))
        ui.desk.enrolment_changed.connect(self._show_account)
        ui.desk.online_changed.connect(self._show_account)
        ui.desk.online_changed.connect(self.show_program)

    def take(self, settings: Settings) -> None:
        """What was changed elsewhere."""
        self.settings = settings
        self.show_program()

    def say_not_kept(self, error: OSError) -> None:
        self.problem.setText(self.ui.t("settings_not_kept", reason=sentence(error, self.ui.t)))
        self.problem.show()

    def _set(self, **values: object) -> None:
        self.settings = replace(self.settings, **values)  # type: ignore[arg-type]
        self.changed.emit(self.settings)

    # ------------------------------------------------------------ enrolment

    def _account(self) -> QWidget:
        t = self.ui.t
        self.account = label("")
        self.account_note = label("", "soft")
        self.enrol_button = button(t("enrol_short"), self._enrol, "main", name="enrol")
        self.sign_out_button = button(t("sign_out"), self._sign_out, "bad", name="sign_out")
        made = QWidget()
        words = column(label(t("account"), "label"), self.account, self.account_note, gap=4)
        inner = row(words, self.enrol_button, self.sign_out_button)
        inner.setStretch(0, 1)
        made.setLayout(inner)
        self._show_account()
        return made

    def _show_account(self) -> None:
        t, desk = self.ui.t, self.ui.desk
        self.enrol_button.setVisible(not desk.enrolled)
        self.sign_out_button.setVisible(desk.enrolled)
        self.account.setText(t("enrolled" if desk.enrolled else "not_enrolled"))
        self.account_note.setText(t("cut_off") if desk.was_cut_off else desk.server)
        self.account_note.setVisible(bool(self.account_note.text()))
        if desk.client is not None:
            desk.ask(self, lambda client: client.device(), self._show_device, lambda _: None)

    def _show_device(self, device: Device) -> None:
        person = device.person.name if device.person else ""
        organisation = device.organisation.name if device.organisation else ""
        who = ", ".join(filter(None, (person, organisation, device.name)))
        if who:
            self.account.setText(self.ui.t("enrolled_as", who=who))

    def _enrol(self) -> None:
        self.dialog = EnrolDialog(self.ui, self.window())
        self.dialog.open()

    def _sign_out(self) -> None:
        t = self.ui.t
        if self.ui.ask(self, t("sign_out_ask"), t("sign_out"), t("cancel")):
            self.ui.desk.sign_out(
                self, self._show_account, lambda error: self.account_note.setText(sentence(error, self.ui.t))
            )

    # ------------------------------------------------------------ looks

    def _choice(self, word: str, choices: tuple[tuple[str, str], ...]) -> QWidget:
        t = self.ui.t
        box = choice(self.ui, t(word))
        box.setObjectName(word)
        box.setMinimumWidth(180)
        for code, name in choices:
            box.addItem(t(name) if name.islower() and name.isascii() else name, code)
        box.setCurrentIndex(max(0, box.findData(getattr(self.settings, word))))
        box.currentIndexChanged.connect(lambda _: self._set(**{word: box.currentData()}))
        made = QWidget()
        made.setLayout(column(label(t(word), "label"), box, gap=4))
        return made

    # ------------------------------------------------------------ the shortcut

    def _shortcut(self) -> QWidget:
        t = self.ui.t
        made = QWidget()
        title = label(t("shortcut"), "label")
        about = label(t("shortcut_about" if camera.possible() else "shortcut_about_plain"), "soft")
        self.shortcut_state = label("", "soft")
        if not self.hotkey.possible:
            command = QLineEdit(program.typed(act()))
            command.setReadOnly(True)
            command.setProperty("role", "mono")
            command.setAccessibleName(t("command"))
            copy = button(t("copy"), lambda: self._copy(copy), name="copy")
            self.shortcut_state.setText(t("shortcut_impossible"))
            made.setLayout(column(title, about, self.shortcut_state, row(command, copy), gap=6))
            return made
        self.keys = QKeySequenceEdit(QKeySequence(self.settings.shortcut))
        self.keys.setMaximumSequenceLength(1)
        self.keys.setClearButtonEnabled(True)
        self.keys.setAccessibleName(t("shortcut"))
        for each in self.keys.findChildren(QLineEdit):
            each.setAccessibleName(t("shortcut"))
        for clear in self.keys.findChildren(QToolButton):
            clear.setAccessibleName(t("shortcut_clear"))
        self.keys.setMaximumWidth(240)
        self.keys.editingFinished.connect(self._keys_changed)
        made.setLayout(column(title, about, row(self.keys, self.shortcut_state, 1, gap=12), gap=6))
        self.show_shortcut()
        return made

    def _copy(self, press: QPushButton) -> None:
        QGuiApplication.clipboard().setText(program.typed(act()))
        press.setText(self.ui.t("copied"))

    def _keys_changed(self) -> None:
        said = self.keys.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        said = in_latin(said)
        if said != self.settings.shortcut:
            self.keys.setKeySequence(QKeySequence(said))
            self._set(shortcut=said)
            self.show_shortcut()

    def show_shortcut(self) -> None:
        """Whether it works, after it was asked for."""
        none = "shortcut_alone" if self.settings.shortcut else "shortcut_none"
        word = {Outcome.WORKS: "shortcut_works", Outcome.TAKEN: "shortcut_taken"}.get(self.hotkey.outcome, none)
        self.shortcut_state.setText(self.ui.t(word))
        role(self.shortcut_state, {Outcome.WORKS: "good", Outcome.TAKEN: "bad"}.get(self.hotkey.outcome, "soft"))

    # ------------------------------------------------------------ the rest

    def _notifications(self) -> QWidget:
        t = self.ui.t
        notify = QCheckBox(t("notify"))
        notify.setObjectName("notify")
        notify.setAccessibleName(t("notify"))
        notify.setChecked(self.settings.notify)
        notify.toggled.connect(lambda on: self._set(notify=on))
        begin = QCheckBox(t("autostart_on"))
        begin.setObjectName("autostart")
        begin.setAccessibleName(t("autostart_on"))
        begin.setChecked(start.is_on())
        self.start_problem = label("", "bad-line")
        self.start_problem.hide()
        begin.toggled.connect(self._start)
        made = QWidget()
        inner = column(label(t("notifications"), "label"), notify, begin, self.start_problem, gap=4)
        if not QSystemTrayIcon.isSystemTrayAvailable():
            inner.addWidget(label(t("tray_none"), "soft"))
        made.setLayout(inner)
        return made

    def _start(self, on: bool) -> None:
        try:
            start.set_on(on)
        except OSError as error:
            self.start_problem.setText(self.ui.t("failed", reason=sentence(error, self.ui.t)))
            self.start_problem.show()

    def _updates(self) -> QWidget:
        t = self.ui.t
        look = QCheckBox(t("updates_on"))
        look.setObjectName("updates")
        look.setAccessibleName(t("updates_on"))
        look.setChecked(self.settings.updates)
        look.toggled.connect(lambda on: self._set(updates=on))
        self.program = label("", "hint")
        self.show_program()
        made = QWidget()
        made.setLayout(
            column(label(t("updates"), "label"), look, label(t("updates_about"), "hint"), self.program, gap=4)
        )
        return made

    def show_program(self) -> None:
        """The program whose newer versions are asked for."""
        t, chosen = self.ui.t, self.settings
        program = " ".join(filter(None, (product_name(self.ui.desk.policy, chosen.product), chosen.version)))
        self.program.setText(t("updates_of", program=program) if chosen.product else t("updates_unknown"))

    def _log(self) -> QWidget:
        t = self.ui.t
        folder = QLineEdit(self.settings.log_folder)
        folder.setObjectName("log_folder")
        folder.setAccessibleName(t("log_folder"))
        folder.editingFinished.connect(lambda: self._set(log_folder=folder.text().strip()))

        def choose() -> None:
            chosen = QFileDialog.getExistingDirectory(self, t("log_folder"), folder.text())
            if chosen:
                folder.setText(chosen)
                self._set(log_folder=chosen)

        limit = size_words(LOG_LIMIT, t.language)
        made = QWidget()
        made.setLayout(
            column(
                label(t("log_folder"), "label"),
                row(folder, button(t("log_folder_choose"), choose)),
                label(t("log_limit", limit=limit), "hint"),
                gap=6,
            )
        )
        return made

    def _links(self) -> QWidget:
        t = self.ui.t
        self.links_state = label(t("links_done") if links.registered() else t("links_about"), "soft")
        press = button(t("links_register"), self._register, name="register")
        press.setVisible(not links.registered())
        self.register_button = press
        made = QWidget()
        inner = row(column(label(t("links"), "label"), self.links_state, gap=4), press)
        inner.setStretch(0, 1)
        made.setLayout(inner)
        return made

    def _register(self) -> None:
        try:
            links.register()
        except OSError as error:
            self.links_state.setText(self.ui.t("failed", reason=sentence(error, self.ui.t)))
            return
        self.links_state.setText(self.ui.t("links_done"))
        self.register_button.hide()
