"""The window in which a screenshot is marked before it is attached."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QDialog, QToolButton, QWidget

from okibi_desktop.model.picture import Picture, Tool
from okibi_desktop.ui.canvas import Canvas
from okibi_desktop.ui.parts import Ui, button, column, fit, icon_button, label, row

KEYS = {Tool.ARROW: "1", Tool.BOX: "2", Tool.TEXT: "3", Tool.BLUR: "4", Tool.CROP: "5"}


class PictureEditor(QDialog):
    """``exec()`` or ``open()``; when accepted, ``picture`` is what was made."""

    def __init__(self, ui: Ui, picture: Picture, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui, self._before = ui, picture
        self.setProperty("okibi", True)
        self.setWindowTitle(ui.t("editor"))
        ui.dress(self)
        self.canvas = Canvas(ui, picture)
        self.canvas.changed.connect(self._show_state)
        self.tools = QButtonGroup(self)
        tools = [self._tool(tool) for tool in Tool]
        self.undo = icon_button(ui, "undo", ui.t("undo"), self._undo)
        self.redo = icon_button(ui, "redo", ui.t("redo"), self._redo)
        hint = label(ui.t("blur_about"), "hint")
        self.done_button = button(ui.t("editor_done"), self.accept, "main", name="editor_done")
        footer = row(
            hint, button(ui.t("editor_cancel"), self.reject, "quiet"), self.done_button, gap=10, margin=(16, 10, 16, 12)
        )
        footer.setStretch(0, 1)
        self.setLayout(
            column(
                row(*tools, 1, self.undo, self.redo, gap=4, margin=(12, 10, 12, 8)),
                self.canvas,
                footer,
                gap=0,
            )
        )
        for keys, act in ((QKeySequence.StandardKey.Undo, self._undo), (QKeySequence.StandardKey.Redo, self._redo)):
            QShortcut(QKeySequence(keys), self, act)
        QShortcut(QKeySequence("Ctrl+Return"), self, self.accept)
        self.choose(Tool.ARROW)
        self._show_state()
        fit(self, 1040, 720)
        self.canvas.setFocus()

    @property
    def picture(self) -> Picture:
        return self.canvas.picture

    def choose(self, tool: Tool) -> None:
        self.canvas.tool = tool
        self.tools.button(list(Tool).index(tool)).setChecked(True)

    def _tool(self, tool: Tool) -> QToolButton:
        words = self.ui.t(f"tool_{tool}")
        made = icon_button(self.ui, str(tool), words, lambda: self.choose(tool), "tool")
        made.setText(f" {words}")
        made.setToolTip(self.ui.t("tool_tip", tool=words, press=KEYS[tool]))
        made.setIconSize(QSize(18, 18))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setCheckable(True)
        self.tools.addButton(made, list(Tool).index(tool))
        return made

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Keys that the picture itself has no use for."""
        wanted = next((tool for tool, key in KEYS.items() if key == event.text()), None)
        if wanted:
            self.choose(wanted)
        else:
            super().keyPressEvent(event)

    def reject(self) -> None:
        """Escape, "cancel" and the window's own cross: what was drawn is not lost by a slip."""
        t = self.ui.t
        drawn = self.picture.marks != self._before.marks
        if not drawn or self.ui.ask(self, t("editor_lose"), t("editor_lose_yes"), t("editor_stay")):
            super().reject()

    def _undo(self) -> None:
        self.canvas.set_picture(self.picture.undo())

    def _redo(self) -> None:
        self.canvas.set_picture(self.picture.redo())

    def _show_state(self) -> None:
        self.undo.setEnabled(bool(self.picture.marks))
        self.redo.setEnabled(bool(self.picture.undone))
