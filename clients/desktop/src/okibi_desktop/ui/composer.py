"""Where the requester writes on: words, files, pasted pictures."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QTextCursor
from PySide6.QtWidgets import QFileDialog, QWidget

from okibi_desktop.model.draft import TooLargeError, Writing
from okibi_desktop.model.picture import png_of
from okibi_desktop.ui.flow import Flow
from okibi_desktop.ui.parts import Editor, Ui, button, column, emptied, icon_button, label, row, short
from okibi_sdk.words import size_words


class Composer(QWidget):
    """Ctrl+Enter sends. ``say`` is given what was written; it stands here until another is taken."""

    def __init__(self, ui: Ui, writing: Writing, say: Callable[[Writing], None], typed: Callable[[], None]) -> None:
        super().__init__()
        self.ui, self.writing, self._say, self._typed = ui, writing, say, typed
        self.setAcceptDrops(True)
        t = ui.t
        self.editor = Editor(t("answer"), t("answer_hint"), self.send)
        self.editor.setObjectName("answer")
        self.editor.setFixedHeight(76)
        self.editor.pasted = self._take_in
        self.editor.textChanged.connect(self._changed)
        self.files = QWidget()
        self._flow = Flow(self.files)
        self.files.hide()
        self.problem = label("", "bad-line")
        self.problem.hide()
        self.attach = icon_button(ui, "file", t("answer_attach"), self._choose)
        self.send_button = button(t("answer_send"), self.send, "main", name="answer_send")
        self.send_button.setEnabled(False)
        side = column(self.send_button, row(1, self.attach), 1, gap=4)
        line = row(self.editor, side, gap=10)
        line.setStretch(0, 1)
        self.setLayout(column(self.problem, self.files, line, gap=6, margin=(24, 12, 24, 14)))

    @property
    def text(self) -> str:
        return self.editor.toPlainText().strip()

    def take(self, writing: Writing) -> None:
        """Go on with what was begun before."""
        self.writing = writing
        self.editor.blockSignals(True)  # nobody types now
        self.editor.setPlainText(writing.text)
        self.editor.moveCursor(QTextCursor.MoveOperation.End)
        self.editor.blockSignals(False)
        self.editor.setPlaceholderText(self.ui.t("answer_hint"))
        self.problem.hide()
        self._show_files()

    def ask_for(self, words: str) -> None:
        self.editor.setPlaceholderText(words)
        self.editor.setFocus()

    def again(self) -> None:
        """It was not taken: what is written stands here and can be sent once more."""
        self.send_button.setEnabled(not self.writing.empty)

    def send(self) -> None:
        if self.send_button.isEnabled():
            self.send_button.setEnabled(False)
            self._say(self.writing)

    def _changed(self) -> None:
        self.writing.text = self.editor.toPlainText()
        self.send_button.setEnabled(not self.writing.empty)
        if self.text:
            self._typed()

    def _choose(self) -> None:
        files, _ = QFileDialog.getOpenFileNames(self, self.ui.t("choose_files"))
        for each in files:
            self.add_file(Path(each))

    def add_file(self, path: Path) -> None:
        t, language = self.ui.t, self.ui.t.language
        self.problem.hide()
        try:
            self.writing.add_file(path)
        except IsADirectoryError:
            self._trouble(t("not_a_file", name=path.name))
        except TooLargeError as error:
            name, size, limit = error.args
            self._trouble(t("too_large", name=name, size=size_words(size, language), limit=size_words(limit, language)))
        except OSError:
            self._trouble(t("file_unreadable", name=path.name))
        self._show_files()

    def _trouble(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.show()

    def _show_files(self) -> None:
        emptied(self._flow)
        for each in self.writing.attached:
            remove = self.ui.t("remove", name=each.name)
            chip = QWidget()
            words = label(f"{short(each.name)}, {size_words(each.size, self.ui.t.language)}", "soft", wrap=False)
            drop = icon_button(self.ui, "close", remove, partial(self._remove, each.id))
            chip.setLayout(row(words, drop, gap=2))
            self._flow.addWidget(chip)
        self.files.setVisible(bool(self.writing.attached))
        self.send_button.setEnabled(not self.writing.empty)

    def _remove(self, attached: int) -> None:
        self.writing.remove(attached)
        self._show_files()
        self.editor.setFocus()

    def _take_in(self, data: QMimeData) -> bool:
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        for each in files:
            self.add_file(each)
        if not files and data.hasImage() and not data.hasText():
            image = QImage(data.imageData())
            self.writing.add_bytes(png_of(image), self.writing.next_name(self.ui.t("pasted_name")))
            self._show_files()
            return True
        return bool(files)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's names
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        if self._take_in(event.mimeData()):
            event.acceptProposedAction()
