"""A calm panel in a request's conversation: what automatic updates are to be allowed, and the user's word on it."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QTextBrowser, QVBoxLayout, QWidget

from okibi_desktop.model import moments
from okibi_desktop.model.agreements import Agreements
from okibi_desktop.model.desk import sentence
from okibi_desktop.ui.parts import Ui, button, chip, column, emptied, label, role, row, tab_by_layout
from okibi_desktop.words import CATALOGUE
from okibi_sdk import Agreement, NoConnectionError

LOOKS = {"proposed": "chip-warn", "confirmed": "chip-good"}
LOW, TAKEN, PART, BORDER = 44, 440, 0.6, 4  # points; points that the rest takes; of what is left; points


class AgreementPanel(QFrame):
    """One agreement. Its terms stand open while an answer is awaited; later they unfold."""

    def __init__(self, ui: Ui, agreements: Agreements, agreement: Agreement) -> None:
        super().__init__()
        self.ui, self.agreements, self.agreement, self._room = ui, agreements, agreement, 0
        self.setProperty("role", "agreement")
        t = ui.t
        self.state = chip("")
        self.words, self.problem = label("", "soft"), label("", "bad-line")
        self.terms = button(t("agreement_terms"), self._fold, "link", name="agreement_terms")
        self.terms.setCheckable(True)
        self.withdraw = button(t("agreement_withdraw"), self._withdraw, "quiet", name="agreement_withdraw")
        self.confirm = button(t("agreement_confirm"), self._confirm, "main", name="agreement_confirm")
        self.decline = button(t("agreement_decline"), self._decline, name="agreement_decline")
        self.lines = QTextBrowser()
        self.lines.setOpenLinks(False)
        self.lines.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.lines.document().setIndentWidth(14)
        self.lines.setAccessibleName(f"{t('agreement_title')}: {t('agreement_terms')}")
        head = row(label(t("agreement_title"), "strong", wrap=False), self.state, 1, self.terms, self.withdraw)
        acts = row(self.confirm, self.decline, 1)
        self.setLayout(
            column(head, self.words, self.lines, self.problem, acts, gap=6, margin=(16, 10, 12, 12)),
        )
        self.show_it(agreement)

    def show_it(self, agreement: Agreement) -> None:
        """As it stands now. Who pressed a button that goes finds the focus on the terms' one."""
        pressed = next((each for each in (self.confirm, self.decline, self.withdraw) if each.hasFocus()), None)
        self.agreement = agreement
        t, can = self.ui.t, agreement.can
        asked = agreement.state == "proposed"
        known = f"agreement_{agreement.state}"
        self.state.setText(t(known) if known in CATALOGUE else agreement.state)
        role(self.state, LOOKS.get(agreement.state, "chip"))
        self.words.setText(self._words(agreement))
        self.problem.setText(self._problem())
        said = self.problem.text() or self.words.text()
        self.setAccessibleName(f"{t('agreement_title')}: {self.state.text()}. {said}")
        self._show_lines(agreement.text)
        shown: dict[QWidget, bool] = {
            self.terms: not asked and bool(agreement.text),
            self.withdraw: "withdraw" in can,
            self.confirm: "confirm" in can,
            self.decline: "decline" in can,
            self.words: not (asked and self.problem.text()),
            self.problem: bool(self.problem.text()),
            self.lines: bool(agreement.text) and (asked or self.terms.isChecked()),
        }
        for each, on in shown.items():
            each.setVisible(on)
        if pressed is not None and pressed.isHidden():
            self.terms.setFocus(Qt.FocusReason.OtherFocusReason)
        self.fit(self._room)

    def _words(self, agreement: Agreement) -> str:
        t, state = self.ui.t, agreement.state
        if agreement.id in self.agreements.busy:
            return t("agreement_on_its_way")
        if state == "proposed":
            return t("agreement_asked" if "confirm" in agreement.can else "agreement_not_yours")
        who, at = agreement.answered_by, agreement.answered_at
        if state == "withdrawn":
            who, at = agreement.withdrawn_by, agreement.withdrawn_at
        by = ", ".join(filter(None, (who, moments.happened(at, self.ui.now(), t) if at else "")))
        key = f"agreement_said_{state}"
        said = t(key, who=by) if by and key in CATALOGUE else ""
        now = {"confirmed": "agreement_runs"}.get(state, "agreement_nothing")
        return " ".join(filter(None, (t(now), said)))

    def _problem(self) -> str:
        error = self.agreements.failures.get(self.agreement.id)
        if error is None:
            return ""
        if isinstance(error, NoConnectionError):
            return self.ui.t("agreement_offline")
        return self.ui.t("agreement_refused", reason=sentence(error, self.ui.t))

    def _show_lines(self, lines: tuple[str, ...]) -> None:
        html = (
            f"<ul style='margin-top: 0; margin-bottom: 0'>{''.join(f'<li>{escape(each)}</li>' for each in lines)}</ul>"
        )
        if self.lines.property("shown") != html:  # else what was scrolled or selected would be lost
            self.lines.setProperty("shown", html)
            self.lines.setHtml(html)

    def fit(self, room: int) -> None:
        """As high as the terms are, up to a part of ``room``, the points that are left; longer ones are scrolled."""
        self._room = room
        document = self.lines.document()
        document.setTextWidth(self.lines.viewport().width())
        most = max(LOW, round(room * PART))
        self.lines.setFixedHeight(min(most, round(document.size().height()) + BORDER))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.fit(self._room)

    # ------------------------------------------------------------ acts

    def _fold(self) -> None:
        self.lines.setVisible(self.terms.isChecked())
        self.fit(self._room)
        tab_by_layout(self.window())

    def _confirm(self) -> None:
        self.agreements.answer(self.agreement.id, yes=True)

    def _decline(self) -> None:
        self.agreements.answer(self.agreement.id, yes=False)

    def _withdraw(self) -> None:
        t = self.ui.t
        if self.ui.ask(self, t("agreement_withdraw_ask"), t("agreement_withdraw"), t("cancel")):
            self.agreements.withdraw(self.agreement.id)


class AgreementArea(QWidget):
    """The agreements of the request that is shown; hidden where it has none."""

    def __init__(self, ui: Ui, agreements: Agreements) -> None:
        super().__init__()
        self.ui, self.agreements, self.number, self._room = ui, agreements, "", 0
        self.panels: dict[int, AgreementPanel] = {}
        self._box: QVBoxLayout = column(gap=8, margin=(24, 0, 24, 12))
        self.setLayout(self._box)
        agreements.changed.connect(self.show_state)
        self.hide()

    def show_for(self, number: str) -> None:
        self.number = number
        self.show_state()
        self.agreements.look_soon()

    def show_state(self) -> None:
        shown = self.agreements.of(self.number)
        if [each.id for each in shown] != list(self.panels):
            emptied(self._box)
            self.panels = {each.id: AgreementPanel(self.ui, self.agreements, each) for each in shown}
            for panel in self.panels.values():
                self._box.addWidget(panel)
        for each in shown:
            self.panels[each.id].show_it(each)
        self.setVisible(bool(shown))
        self.fit(self._room)
        tab_by_layout(self.window())

    def fit(self, room: int) -> None:
        """``room``: how high the conversation is, in points."""
        self._room = room
        for each in self.panels.values():
            each.fit((room - TAKEN) // max(1, len(self.panels)))
