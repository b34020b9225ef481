"""The dialog of a new request."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QScrollArea, QStackedWidget, QWidget

from okibi_desktop.model import moments
from okibi_desktop.model.asking import Asking
from okibi_desktop.model.desk import sentence
from okibi_desktop.model.draft import MOST, Writing
from okibi_desktop.model.environment import panel_of
from okibi_desktop.model.link import Prefill
from okibi_desktop.ui.camera import Shot
from okibi_desktop.ui.enrol import EnrolDialog
from okibi_desktop.ui.new.article import open_article
from okibi_desktop.ui.new.attachments import Attachments
from okibi_desktop.ui.new.environment import Environment
from okibi_desktop.ui.new.kinds import Kinds
from okibi_desktop.ui.new.outcome import Outcome
from okibi_desktop.ui.new.similar import SimilarOnes
from okibi_desktop.ui.parts import Editor, Ui, button, choice, column, fit, label, row, tab_by_layout
from okibi_sdk import EnvironmentReport, collect


class RequestDialog(QDialog):
    """Emits ``placed`` with the number when the desk has taken the request in, ``opened`` when it is to be shown.

    ``number`` stands from then on; ``draft`` is the outbox's id from the moment at which the request was kept.
    """

    placed = Signal(str)
    opened = Signal(str)

    def __init__(
        self,
        ui: Ui,
        prefill: Prefill | None = None,
        *,
        log_folder: str = "",
        report: EnvironmentReport | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.ui = ui
        self.setProperty("okibi", True)
        self.setWindowTitle(ui.t("new_request"))
        self.setWindowFlag(Qt.WindowType.WindowMinMaxButtonsHint)
        self.setAcceptDrops(True)
        ui.dress(self)
        policy = ui.desk.policy.document if ui.desk.policy else {}
        self.writing = Writing(report or collect(), prefill or Prefill(), limit=int(policy.get("most_upload") or MOST))
        self.asking = Asking(ui.desk, self.writing, self)
        self.draft, self.number = 0, ""
        self.pages = QStackedWidget()
        self.pages.addWidget(self._form(log_folder))
        self.outcome = Outcome(ui, self.close)
        self.outcome.opened.connect(self._open)
        self.pages.addWidget(self.outcome)
        self.setLayout(column(self.pages, gap=0))
        fit(self, 760, 800)
        for signal, slot in (
            (ui.desk.outbox_changed, self._look),
            (ui.desk.sending, self._progress),
            (ui.desk.online_changed, self._fill_products),
            (ui.desk.enrolment_changed, self.asking.changed),
            (self.asking.verdict_changed, self._judged),
            (self.asking.similar_found, self.similar.show_found),
        ):
            signal.connect(slot)
        QShortcut(QKeySequence("Ctrl+Return"), self, self.send)
        self._fill_products()
        self._show_promise()
        tab_by_layout(self)
        self.text.setFocus()
        self.asking.changed(text=True)

    # ------------------------------------------------------------ the form

    def _form(self, log_folder: str) -> QWidget:
        ui, t = self.ui, self.ui.t
        self.kinds = Kinds(ui, self.writing.kind, self._choose_kind)
        self.text = Editor(t("text"), t("text_hint"), self.send)
        self.text.setObjectName("text")
        self.text.setPlainText(self.writing.text)
        self.text.moveCursor(QTextCursor.MoveOperation.End)
        self.text.setMinimumHeight(110)
        self.text.textChanged.connect(self._typed)
        self.similar = SimilarOnes(ui)
        self.similar.opened.connect(self.opened)
        self.similar.wanted.connect(lambda slug: open_article(ui, slug, self))
        self.attachments = Attachments(ui, self.writing, log_folder)
        self.attachments.recorded.connect(self._add_words)
        self.text.pasted = self.attachments.take_in
        self.environment = Environment(ui, self.writing, self.asking.changed)
        self.error = QPlainTextEdit()
        self.error.setReadOnly(True)
        self.error.setTabChangesFocus(True)
        self.error.setAccessibleName(t("error_text"))
        self.error.setProperty("role", "error")
        self.error.setFixedHeight(96)
        self._show_error()
        words = column(label(t("text"), "label"), self.text, self.error, self.similar, gap=6)
        inner = QWidget()
        inner.setLayout(
            column(
                column(label(t("kind"), "label"), self.kinds, gap=6),
                words,
                column(label(t("attachments"), "label"), self.attachments, gap=6),
                column(label(t("environment"), "label"), self._about_program(), self.environment, gap=6),
                1,
                gap=18,
                margin=(24, 20, 24, 20),
            )
        )
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        page = QWidget()
        page.setLayout(column(scroll, self._footer(), gap=0))
        return page

    def _show_error(self) -> None:
        self.error.setPlainText(self.writing.error)
        self.error.setVisible(bool(self.writing.error))

    def _about_program(self) -> QWidget:
        t = self.ui.t
        self.product = choice(self.ui, t("product"))
        self.product.setMinimumWidth(220)
        self.version = QLineEdit(self.writing.version)
        self.version.setAccessibleName(t("version"))
        self.version.setPlaceholderText(t("version"))
        self.version.setMaximumWidth(160)
        self.version.textChanged.connect(self._program_changed)
        self.product.currentIndexChanged.connect(self._program_changed)
        made = QWidget()
        made.setLayout(row(self.product, self.version, 1))
        return made

    def _footer(self) -> QWidget:
        t = self.ui.t
        self.promise = label("", "soft")
        self.problem = label("", "bad")
        self.problem.hide()
        self.counted = button(t("how_counted"), self._show_steps, "link", name="how_counted")
        self.counted.setCheckable(True)
        self.steps = label("", "hint")
        self.steps.hide()
        self.send_button = button(t("send"), self.send, "main", name="send")
        acts = row(self.counted, 1, self.send_button, gap=12)
        inner = column(self.problem, self.promise, self.steps, acts, gap=8, margin=(24, 12, 24, 14))
        footer = QWidget()
        footer.setObjectName("footer")
        footer.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        footer.setLayout(inner)
        return footer

    def _fill_products(self) -> None:
        """Once the policy is known."""
        policy = self.ui.desk.policy
        products = (
            [(str(each["code"]), str(each["name"])) for each in (policy.document.get("products") or ())]
            if policy
            else []
        )
        if self.writing.product and self.writing.product not in dict(products):
            if policy:
                self.writing.name_in_words()
                self._show_error()
            else:
                products.append((self.writing.product, self.writing.product))
        if policy:
            self.writing.limit = int(policy.document.get("most_upload") or MOST)
        self.product.blockSignals(True)
        self.product.clear()
        for code, name in [("", self.ui.t("product_any")), *products]:
            self.product.addItem(name, code)
        self.product.setCurrentIndex(max(0, self.product.findData(self.writing.product)))
        self.product.blockSignals(False)

    # ------------------------------------------------------------ writing

    def _choose_kind(self, kind: str) -> None:
        self.writing.kind = kind
        self.asking.changed()

    def _typed(self) -> None:
        self.writing.text = self.text.toPlainText()
        self.problem.hide()
        self.asking.changed(text=True)

    def _program_changed(self) -> None:
        self.writing.product = str(self.product.currentData() or "")
        self.writing.version = self.version.text().strip()
        self.asking.changed()

    def _add_words(self, words: str) -> None:
        """The recorded steps below what was written."""
        before = self.text.toPlainText().rstrip()
        self.text.setPlainText(f"{before}\n\n{words}" if before else words)

    def with_shot(self, shot: Shot | None) -> None:
        """Begin with a screenshot that was taken before this window opened."""
        self.attachments.with_shot(shot)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's names
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        if self.attachments.take_in(event.mimeData()):
            event.acceptProposedAction()

    # ------------------------------------------------------------ what the desk would say

    def _judged(self) -> None:
        if self.asking.verdict is None:
            why = None if self.asking.offline else self.asking.error
            self.environment.show_unknown(sentence(why, self.ui.t) if why else "")
        else:
            self.environment.show_panel(panel_of(self.asking.verdict.lines))
        self._show_promise()

    def _show_promise(self) -> None:
        t, verdict = self.ui.t, self.asking.verdict
        due = verdict.due_at if verdict and verdict.covered is not False else None
        promised = moments.term(moments.promise(due, self.ui.now(), t), due, t) if due else ""
        self.send_button.setText(t("send_promise", promise=promised) if promised else t("send"))
        self.send_button.setAccessibleName(self.send_button.text())
        if verdict and verdict.covered is not True and self.ui.desk.enrolled:
            words = t("no_promise")
        elif not self.ui.desk.enrolled:
            words = t("not_enrolled_promise")
        elif self.asking.offline:
            words = t("offline_promise")
        else:
            words = ""
        self.promise.setText(words)
        self.promise.setVisible(bool(words))
        self.counted.setVisible(bool(verdict and verdict.steps and promised))
        self.steps.setText("\n".join(step.text for step in verdict.steps) if verdict else "")
        self.steps.setVisible(self.counted.isChecked() and bool(promised))

    def _show_steps(self) -> None:
        self.steps.setVisible(self.counted.isChecked())

    # ------------------------------------------------------------ sending

    def send(self) -> None:
        """Keep it; it goes at once where it can. The window shows what became of it."""
        if self.draft or not self.send_button.isEnabled():
            return
        if not self.writing.sendable:
            self._complain(self.ui.t("say_something"))
            self.text.setFocus()
            return
        self.send_button.setEnabled(False)
        self.problem.hide()
        self.ui.desk.put(self, self.writing.draft(), self.writing.sources(), self._kept, self._not_kept)

    def _kept(self, draft: int) -> None:
        self.draft = draft
        self.asking.stop()
        self.pages.setCurrentWidget(self.outcome)
        self._look()
        if not self.ui.desk.enrolled:
            self.enrolment = EnrolDialog(self.ui, self)
            self.enrolment.open()

    def _not_kept(self, error: Exception) -> None:
        self.send_button.setEnabled(True)
        self._complain(self.ui.t("keep_failed", reason=sentence(error, self.ui.t).rstrip(".")))

    def _complain(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.show()

    def _look(self) -> None:
        """What became of it, as the outbox says, also where another program sends."""
        mine = next((each for each in self.ui.desk.waiting if each.id == self.draft), None)
        if mine is None:
            return
        if mine.number and not self.number:
            self.number = mine.number
            self.placed.emit(self.number)
        self.outcome.show_waiting(mine, self.asking.verdict)

    def _progress(self, _: object) -> None:
        if self.draft:
            self._look()

    def _open(self) -> None:
        self.opened.emit(self.number)
        self.close()

    # ------------------------------------------------------------ closing

    def reject(self) -> None:
        """Escape."""
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        t = self.ui.t
        if (
            not self.draft
            and not self.writing.empty
            and not self.ui.ask(self, t("discard_question"), t("discard"), t("go_on_writing"))
        ):
            event.ignore()
            return
        self.asking.stop()
        super().closeEvent(event)
        self.done(QDialog.DialogCode.Accepted if self.draft else QDialog.DialogCode.Rejected)
