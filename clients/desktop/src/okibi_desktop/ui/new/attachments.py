"""What goes with the request: screenshots, recorded steps, the program's log, files."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QLabel, QPushButton, QWidget
from shiboken6 import isValid

from okibi_desktop.model import archive, settings
from okibi_desktop.model.desk import sentence
from okibi_desktop.model.draft import Attached, TooLargeError, Writing
from okibi_desktop.model.picture import Picture, picture_of, png_of
from okibi_desktop.model.recording import Recording
from okibi_desktop.ui import camera
from okibi_desktop.ui.area import Area
from okibi_desktop.ui.editor import PictureEditor
from okibi_desktop.ui.flow import Flow
from okibi_desktop.ui.parts import Ui, button, column, emptied, icon_button, label, role, row, short, tab_by_layout
from okibi_desktop.ui.recorder import Recorder
from okibi_sdk.words import size_words


class Attachments(QWidget):
    """Shows and changes ``writing.attached``. ``recorded`` is emitted with the words of a recorded list."""

    recorded = Signal(str)

    def __init__(self, ui: Ui, writing: Writing, log_folder: str) -> None:
        super().__init__()
        self.ui, self.writing, self.log_folder = ui, writing, log_folder
        self._folder = tempfile.TemporaryDirectory(prefix="okibi-log-")
        self.recorder: Recorder | None = None
        self.area: Area | None = None
        self.editor: PictureEditor | None = None
        t = ui.t
        self.shot_button = self._button("camera", "attach_shot", self.take_shot)
        self.steps_button = self._button("steps", "attach_steps", self.record)
        self.log_button = self._button("log", "attach_log", self.attach_log)
        self.file_button = self._button("file", "attach_file", self.choose)
        self.shown = QWidget()
        self._flow = Flow(self.shown)
        self.hint = label(t("attach_hint"), "hint")
        buttons = QWidget()
        flow = Flow(buttons)
        for each in (self.shot_button, self.steps_button, self.log_button, self.file_button):
            flow.addWidget(each)
        self.setLayout(column(buttons, self.shown, self.hint, gap=8))
        self.show_all()

    def _button(self, icon: str, word: str, press: Callable[[], object]) -> QPushButton:
        made = button(self.ui.t(word), press, name=word)
        made.setText(f" {made.text()}")
        made.setIcon(self.ui.icon(icon, "accent"))
        made.setIconSize(QSize(18, 18))
        return made

    # ------------------------------------------------------------ screenshots

    @property
    def busy(self) -> bool:
        """Whether an area is being selected, a picture marked, steps recorded."""
        return any(each is not None and isValid(each) and each.isVisible() for each in self._windows)

    @property
    def _windows(self) -> tuple[QWidget | None, ...]:
        return self.area, self.editor, self.recorder

    def take_shot(self) -> None:
        camera.take_without(self, self.with_shot)

    def with_shot(self, shot: camera.Shot | None) -> None:
        """Let the user select an area of what was taken, then mark it."""
        if shot is None:
            self.say(self.ui.t("shot_impossible"), bad=True)
            return
        self.area = Area(self.ui, shot)
        self.area.chosen.connect(lambda area: self._cut(shot, area))
        self.area.open()

    def _cut(self, shot: camera.Shot, area: QRect) -> None:
        image = shot.image.copy(area) if not area.isEmpty() else shot.image
        self.edit(Picture(image, scale=shot.scale), None)

    def edit(self, picture: Picture, old: Attached | None) -> None:
        """Mark a picture; attached when the editor is left with "done"."""
        editor = PictureEditor(self.ui, picture, self.window())
        editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.editor = editor

        def finished(result: int) -> None:
            if result != QDialog.DialogCode.Accepted:
                return
            made = editor.picture
            if old:
                if made.marks != picture.marks:
                    self.writing.replace(old.id, made.png(), made)
                self.show_all()
            else:
                self._add_bytes(made.png(), self.writing.next_name(self.ui.t("shot_name")), made)

        editor.finished.connect(finished)
        editor.open()

    # ------------------------------------------------------------ steps, the log, files

    def record(self) -> None:
        self.recorder = Recorder(self.ui)
        self.recorder.finished.connect(self._recorded)
        self.window().hide()
        self.recorder.show()
        self.recorder.activateWindow()

    def _recorded(self, recording: Recording) -> None:
        self.recorder = None
        self.window().show()
        self.window().activateWindow()
        if recording.steps:
            t = self.ui.t
            if self._add_bytes(recording.as_zip(t), self.writing.next_name(t("steps_name"))):
                self.recorded.emit(recording.text(t))

    def attach_log(self) -> None:
        folder = self.log_folder or QFileDialog.getExistingDirectory(self, self.ui.t("choose_log"))
        if not folder:
            return
        self.log_folder = folder
        self.log_button.setEnabled(False)
        self.say(self.ui.t("log_packing"))
        name = self.ui.t("log_name")
        to = Path(self._folder.name) / name
        limit = min(settings.LOG_LIMIT, self.writing.limit)
        self.ui.desk.worker.do(
            self,
            lambda: archive.pack(Path(folder), to, limit),
            lambda packed: self._packed(packed, limit),
            self._not_packed,
        )

    def _packed(self, packed: archive.Packed, limit: int) -> None:
        t, language = self.ui.t, self.ui.t.language
        self.log_button.setEnabled(True)
        for each in self.writing.attached:
            if each.name == packed.path.name:
                self.writing.remove(each.id)
        if self.add_file(packed.path):
            sizes = {"size": size_words(packed.size, language), "limit": size_words(limit, language)}
            words = t("log_packed", files=t.count("files", packed.files), **sizes)
            if packed.left_out:
                words += t("log_left_out", files=t.count("files", packed.left_out))
            if packed.unread:
                words += t("log_unread", files=t.count("files", packed.unread))
            self.say(words)

    def _not_packed(self, error: Exception) -> None:
        self.log_button.setEnabled(True)
        t = self.ui.t
        empty = isinstance(error, archive.EmptyFolderError)
        self.say(t("log_empty") if empty else t("log_failed", reason=sentence(error, self.ui.t)), bad=True)

    def choose(self) -> None:
        files, _ = QFileDialog.getOpenFileNames(self, self.ui.t("choose_files"))
        for each in files:
            self.add_file(Path(each))

    def add_file(self, path: Path) -> bool:
        t = self.ui.t
        try:
            self.writing.add_file(path, picture_of(path))
        except IsADirectoryError:
            self.say(t("not_a_file", name=path.name), bad=True)
        except TooLargeError as error:
            self._too_large(error)
        except OSError:
            self.say(t("file_unreadable", name=path.name), bad=True)
        else:
            self.show_all()
            return True
        return False

    def _add_bytes(self, content: bytes, name: str, picture: object | None = None) -> bool:
        try:
            self.writing.add_bytes(content, name, picture)
        except TooLargeError as error:
            self._too_large(error)
            return False
        self.show_all()
        return True

    def _too_large(self, error: TooLargeError) -> None:
        name, size, limit = error.args
        language = self.ui.t.language
        words = {"size": size_words(size, language), "limit": size_words(limit, language)}
        self.say(self.ui.t("too_large", name=name, **words), bad=True)

    def take_in(self, data: QMimeData) -> bool:
        """What was pasted or dropped. False: nothing for us (plain words)."""
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if files:
            for each in files:
                self.add_file(each)
            return True
        if data.hasImage() and not data.hasText():
            image = QImage(data.imageData())
            if not image.isNull():
                name = self.writing.next_name(self.ui.t("pasted_name"))
                return self._add_bytes(png_of(image), name, Picture(image))
        return False

    # ------------------------------------------------------------ showing

    def say(self, words: str, *, bad: bool = False) -> None:
        self.hint.setText(words)
        role(self.hint, "bad-line" if bad else "hint")

    def show_all(self) -> None:
        emptied(self._flow)
        for each in self.writing.attached:
            self._flow.addWidget(self._chip(each))
        self.shown.setVisible(bool(self.writing.attached))
        tab_by_layout(self.window())
        self.say(self.ui.t("attach_hint"))

    def _chip(self, attached: Attached) -> QFrame:
        t = self.ui.t
        chip = QFrame()
        chip.setProperty("role", "file")
        remove = icon_button(self.ui, "close", t("remove", name=attached.name), lambda: self._remove(attached))
        name = label(short(attached.name), wrap=False)
        name.setToolTip(attached.name)
        words = column(name, label(size_words(attached.size, t.language), "hint", wrap=False), gap=0)
        picture = attached.picture
        if isinstance(picture, Picture):
            edit = QPushButton()
            edit.setProperty("role", "thumb")
            edit.setIcon(_thumbnail(attached))
            edit.setIconSize(QSize(84, 52))
            edit.setAccessibleName(t("edit_shot", name=attached.name))
            edit.setToolTip(t("edit_shot", name=attached.name))
            edit.setCursor(Qt.CursorShape.PointingHandCursor)
            edit.clicked.connect(lambda: self.edit(picture, attached))
            chip.setLayout(row(edit, words, remove, margin=(4, 4, 6, 4)))
        else:
            sign = QLabel()
            sign.setPixmap(self.ui.icon("file", "ink-3").pixmap(20, 20))
            chip.setLayout(row(sign, words, remove, margin=(10, 6, 6, 6)))
        return chip

    def _remove(self, attached: Attached) -> None:
        self.writing.remove(attached.id)
        self.show_all()
        self.file_button.setFocus()


def _thumbnail(attached: Attached) -> QPixmap:
    image = QImage.fromData(attached.content())
    size = QSize(168, 104)
    scaled = image.scaled(
        size, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )
    cut = scaled.copy((scaled.width() - size.width()) // 2, 0, size.width(), size.height())
    cut.setDevicePixelRatio(2)
    return QPixmap.fromImage(cut)
