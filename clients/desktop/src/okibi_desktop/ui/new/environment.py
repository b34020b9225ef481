"""Green or red before anything is sent; and exactly what will be sent, each line with its switch."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLabel, QWidget

from okibi_desktop.model.draft import Writing
from okibi_desktop.model.environment import Light, Panel
from okibi_desktop.ui.parts import Ui, button, column, emptied, frame, label, role, row
from okibi_sdk import VerdictLine

SIGNS = {"met": "good", "unmet": "bad"}


class Environment(QFrame):
    """The panel. ``switched``: a line was switched on or off."""

    def __init__(self, ui: Ui, writing: Writing, switched: Callable[[], object]) -> None:
        super().__init__()
        self.ui, self.writing, self._switched = ui, writing, switched
        self.light = Light.UNKNOWN
        self.setProperty("role", "card")
        self.head = frame("panel-unknown")
        self.setAccessibleName(ui.t("environment"))
        self.sign = QLabel()
        self.words = label(ui.t("environment_asking"))
        self.more = button(ui.t("environment_lines"), self._unfold, "link", name="environment_more")
        self.more.setCheckable(True)
        self.more.setIcon(ui.icon("chevron", "accent"))
        self.more.setIconSize(QSize(14, 14))
        head = row(self.sign, self.words, self.more, gap=10, margin=(14, 9, 10, 9))
        head.setStretch(1, 1)
        self.head.setLayout(head)
        self.details = QWidget()
        self._judged = column(gap=6)
        self.switches = self._lines()
        self.details.setLayout(
            column(self._judged, label(ui.t("environment_switch"), "hint"), self._grid, gap=10, margin=(14, 10, 14, 12))
        )
        self.details.hide()
        self.setLayout(column(self.head, self.details, gap=0))
        self._sign("unknown")

    def _lines(self) -> dict[str, QCheckBox]:
        made: dict[str, QCheckBox] = {}
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(2)
        for index, line in enumerate(self.writing.report.lines):
            words = line.words(self.ui.t.language)
            box = QCheckBox(words)
            box.setProperty("role", "small")
            box.setObjectName(f"line_{line.key}")
            box.setAccessibleName(self.ui.t("environment_line", line=words))
            box.setChecked(line.key not in self.writing.report.kept_back)
            box.toggled.connect(lambda on, key=line.key: self._switch(key, on))
            self._grid.addWidget(box, index // 2, index % 2)
            made[line.key] = box
        return made

    def _switch(self, key: str, on: bool) -> None:
        self.writing.tell(key, on)
        self._switched()

    def _unfold(self) -> None:
        self.details.setVisible(self.more.isChecked())

    def _sign(self, name: str) -> None:
        token = {"good": "good", "bad": "bad"}.get(name, "ink-3")
        self.sign.setPixmap(self.ui.icon(name, token).pixmap(20, 20))

    # ------------------------------------------------------------ what is shown

    def show_panel(self, panel: Panel) -> None:
        t = self.ui.t
        self.light = panel.light
        if panel.light is Light.BAD:
            words = " ".join(line.text for line in panel.wrong)
        else:
            words = t(f"environment_{panel.light}")
        if not list(self.writing.report):
            words = t("environment_none")
        self._say(words, str(panel.light))
        self._show_judged(panel.lines)

    def show_unknown(self, reason: str = "") -> None:
        """``reason``: what the desk had against the question; nothing where it couldn't be asked."""
        self.light, t = Light.UNKNOWN, self.ui.t
        self._say(t("environment_failed", reason=reason) if reason else t("environment_offline"), "unknown")
        self._show_judged(())

    def _say(self, words: str, look: str) -> None:
        self.words.setText(words)
        role(self.head, f"panel-{look}")
        role(self.words, look if look != "unknown" else "soft")
        self._sign(look)

    def _show_judged(self, lines: tuple[VerdictLine, ...]) -> None:
        emptied(self._judged)
        t = self.ui.t
        for line in lines:
            look = SIGNS.get(line.status, "unknown")
            sign = QLabel()
            sign.setPixmap(self.ui.icon(look, look if look != "unknown" else "ink-3").pixmap(16, 16))
            sign.setAccessibleName(t(f"status_{line.status}" if line.status in SIGNS else "status_unknown"))
            said = row(sign, label(line.text, "soft"), gap=8)
            said.setStretch(1, 1)
            self._judged.addLayout(said)
