"""A small bar that stays on top while the user repeats what goes wrong: each step with its screen, moment and words."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from okibi_desktop.model.picture import png_of
from okibi_desktop.model.recording import Recording
from okibi_desktop.ui import camera
from okibi_desktop.ui.parts import Ui, button, column, label, row


class Recorder(QWidget):
    """Emits ``finished`` with the recording; one without steps was cancelled."""

    finished = Signal(object)

    def __init__(self, ui: Ui) -> None:
        super().__init__(None, Qt.WindowType.Tool | Qt.WindowType.WindowStaysOnTopHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self.setProperty("okibi", True)
        self.setObjectName("window")
        self.setWindowTitle(ui.t("recorder"))
        ui.dress(self)
        self.ui, self.recording, self._over = ui, Recording(), False
        self.words = QLineEdit()
        self.words.setAccessibleName(ui.t("recorder_step"))
        self.words.setPlaceholderText(ui.t("recorder_step"))
        self.words.returnPressed.connect(self.take)
        self.count = label(ui.t.count("recorder_count", 0), "soft", wrap=False)
        self.take_button = button(ui.t("recorder_take"), self.take)
        self.done_button = button(ui.t("recorder_done"), self.finish, "main")
        self.done_button.setEnabled(False)
        cancel = button(ui.t("recorder_cancel"), self.close, "quiet")
        self.setLayout(
            column(
                label(ui.t("recorder_hint" if camera.possible() else "recorder_hint_plain"), "hint"),
                row(self.words, self.take_button),
                row(self.count, 1, cancel, self.done_button),
                gap=10,
                margin=14,
            )
        )
        self.setFixedWidth(520)
        self.adjustSize()
        free = QGuiApplication.primaryScreen().availableGeometry()
        self.move(free.right() - 540, free.bottom() - 220)

    def take(self) -> None:
        self.take_button.setEnabled(False)
        camera.take_without(self, self._taken)

    def _taken(self, shot: camera.Shot | None) -> None:
        self.take_button.setEnabled(True)
        if shot is None and not self.words.text().strip():  # nothing would be told by it
            self.words.setFocus()
            return
        moment = datetime.now().astimezone()
        self.recording = self.recording.with_step(moment, self.words.text(), png_of(shot.image) if shot else b"")
        self.words.clear()
        self.words.setFocus()
        self.count.setText(self.ui.t.count("recorder_count", len(self.recording.steps)))
        self.done_button.setEnabled(True)

    def finish(self) -> None:
        self._over = True
        self.close()
        self.finished.emit(self.recording)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        super().closeEvent(event)
        if not self._over:
            self._over = True
            self.finished.emit(Recording())
