"""Enrolling this installation: by licence, invitation or e-mail, with the six digits of the letter."""

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QButtonGroup, QDialog, QLineEdit, QPushButton, QWidget

from okibi_desktop.model.desk import sentence
from okibi_desktop.model.enrolling import WAYS, Enrolling, device_name
from okibi_desktop.model.moments import said
from okibi_desktop.ui.parts import Ui, button, column, label, row
from okibi_sdk import Enrolment

LOOK = 3000  # ms between looks whether the letter's button was pressed


class Pages(QWidget):
    """One page is shown, and only that one takes room."""

    def __init__(self, *pages: QWidget) -> None:
        super().__init__()
        self._pages = pages
        self.setLayout(column(*pages))
        self.setCurrentIndex(0)

    def currentIndex(self) -> int:  # noqa: N802 - as Qt's own
        return next(index for index, page in enumerate(self._pages) if not page.isHidden())

    def setCurrentIndex(self, shown: int) -> None:  # noqa: N802
        for index, page in enumerate(self._pages):
            page.setVisible(index == shown)


class EnrolDialog(QDialog):
    """Accepted when this installation is enrolled."""

    def __init__(self, ui: Ui, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui, self.enrolling = ui, Enrolling(ui.desk.server, device_name())
        self.setProperty("okibi", True)
        self.setWindowTitle(ui.t("enrol"))
        ui.dress(self)
        self.pages = Pages(self._first(), self._second())
        self.problem = label("", "bad")
        self.problem.hide()
        self.setLayout(
            column(
                label(ui.t("enrol"), "title"),
                label(ui.t("enrol_intro"), "soft"),
                self.pages,
                self.problem,
                gap=12,
                margin=(28, 24, 28, 24),
            )
        )
        self.setMinimumWidth(520)
        self._looking = QTimer(self, interval=LOOK)
        self._looking.timeout.connect(lambda: self._confirm(quiet=True))
        self.finished.connect(self._looking.stop)
        keys = ui.desk.keys
        if keys and keys.secret and not keys.token and not ui.desk.was_cut_off:
            self._await_code(Enrolment(keys.enrolment, "awaiting_confirmation", keys.secret))
        else:
            self._turn(0)
            self.choose("licence")
            (self.licence if ui.desk.server else self.server).setFocus()

    # ------------------------------------------------------------ the pages

    def _first(self) -> QWidget:
        t = self.ui.t
        self.server = self._line("server", self.ui.desk.server, t("server_hint"))
        self.ways: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        for way in WAYS:
            tab = button(t(f"by_{way}"), partial(self.choose, way), "tab", name=f"by_{way}")
            tab.setCheckable(True)
            group.addButton(tab)
            self.ways[way] = tab
        self.licence = self._line("licence", "", "")
        self.invitation = self._line("invitation", "", "")
        self.email = self._line("email", "", "anna@example.org")
        self.name = self._line("your_name", "", "")
        self.fields = {
            "licence": self._field("licence", self.licence),
            "invitation": self._field("invitation", self.invitation),
            "name": self._field("your_name", self.name),
        }
        self.without_button = button(t("without"), self._without, "link", name="without")
        self.without_button.setToolTip(t("without_hint"))
        self.go_on = button(t("go_on"), self._enrol, "main", name="go_on")
        page = QWidget()
        page.setLayout(
            column(
                self._field("server", self.server),
                row(*self.ways.values(), 1, gap=0),
                self.fields["licence"],
                self.fields["invitation"],
                self._field("email", self.email),
                label(t("email_why"), "hint"),
                self.fields["name"],
                1,
                row(self.without_button, 1, self.go_on),
                gap=10,
            )
        )
        return page

    def _second(self) -> QWidget:
        t = self.ui.t
        self.sent_to = label("")
        self.code = self._line("code", "", "000000")
        self.code.setProperty("role", "code")
        self.code.setMaxLength(6)
        self.code.setMaximumWidth(220)
        self.code.textChanged.connect(self._typed)
        self.confirm = button(t("confirm"), self._confirm, "main", name="confirm")
        other = button(t("other_way"), self._other, "link", name="other_way")
        page = QWidget()
        page.setLayout(column(self.sent_to, self._field("code", self.code), 1, row(other, 1, self.confirm), gap=10))
        return page

    def _line(self, word: str, text: str, hint: str) -> QLineEdit:
        made = QLineEdit(text)
        made.setObjectName(word)
        made.setAccessibleName(self.ui.t(word))
        made.setPlaceholderText(hint)
        made.returnPressed.connect(lambda: self._confirm() if made is self.code else self._enrol())
        return made

    def _field(self, word: str, line: QLineEdit) -> QWidget:
        made = QWidget()
        made.setLayout(column(label(self.ui.t(word), "label"), line, gap=4))
        return made

    # ------------------------------------------------------------ acts

    def choose(self, way: str) -> None:
        self.enrolling.way = way
        self.ways[way].setChecked(True)
        for name in ("licence", "invitation"):
            self.fields[name].setVisible(name == way)
        self.say("")

    def _enrol(self) -> None:
        filled = self.enrolling
        filled.server, filled.email, filled.name = self.server.text(), self.email.text(), self.name.text()
        filled.licence, filled.invitation = self.licence.text(), self.invitation.text()
        missing = filled.missing()
        if missing:
            self.say(self.ui.t(f"{missing}_missing" if missing != "insecure" else "server_insecure"))
            line = {"licence": self.licence, "invitation": self.invitation, "email": self.email}.get(
                missing, self.server
            )
            line.setFocus()
            return
        self._busy(True)
        self.ui.desk.enrol(self, filled.address, filled.wish(), self._begun, self._failed)

    def _without(self) -> None:
        self.enrolling.way = "nothing"
        self._enrol()

    def _begun(self, enrolment: Enrolment) -> None:
        self._busy(False)
        if enrolment.token:
            self.accept()
        else:
            self._await_code(enrolment)

    def _await_code(self, enrolment: Enrolment) -> None:
        t, keys = self.ui.t, self.ui.desk.keys
        email = keys.email if keys else ""
        at = enrolment.expires_at
        words = t("code_sent", email=email, at=said(at, self.ui.now(), t)) if at else t("code_sent_plain", email=email)
        self.sent_to.setText(words)
        self._turn(1)
        self.say("")
        self.code.setFocus()
        self._looking.start()

    def _turn(self, page: int) -> None:
        """The window is as high as the page that is shown."""
        self.pages.setCurrentIndex(page)
        QTimer.singleShot(0, self, self.adjustSize)

    def _typed(self, code: str) -> None:
        if len(code.strip()) == 6:
            self._confirm()

    def _confirm(self, *, quiet: bool = False) -> None:
        """``quiet``: only look whether the letter's button was pressed meanwhile."""
        code = "" if quiet else self.code.text().strip()
        if not quiet and (len(code) != 6 or not code.isdecimal()):
            self.say(self.ui.t("code_missing"))
            return
        if not quiet:
            self._busy(True)
        self.ui.desk.confirm(self, code, self._confirmed, (lambda _: None) if quiet else self._failed)

    def _confirmed(self, enrolment: Enrolment) -> None:
        self._busy(False)
        if enrolment.token:
            self.accept()
        elif enrolment.state in {"expired", "refused"}:
            self._other()

    def _other(self) -> None:
        self._looking.stop()
        self._turn(0)
        self.choose("licence" if self.enrolling.way == "nothing" else self.enrolling.way)

    def _failed(self, error: Exception) -> None:
        self._busy(False)
        self.say(sentence(error, self.ui.t))
        self.code.selectAll()

    def _busy(self, busy: bool) -> None:
        for each in (self.go_on, self.confirm, self.without_button):
            each.setEnabled(not busy)

    def say(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        QTimer.singleShot(0, self, self.adjustSize)  # else the fields give up their height for the words
