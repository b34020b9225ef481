"""One message of a conversation, with its files."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, QStandardPaths, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPixmap
from PySide6.QtWidgets import QFileDialog, QFrame, QLabel, QProgressBar, QSizePolicy, QWidget

from okibi_desktop.model import cache, moments
from okibi_desktop.model.desk import sentence
from okibi_desktop.model.draft import PICTURES
from okibi_desktop.model.names import safe_name
from okibi_desktop.model.rich import broken, rich
from okibi_desktop.ui.parts import Ui, button, column, label, row, short
from okibi_desktop.ui.theme import font
from okibi_sdk import Attachment, Client, Message
from okibi_sdk.words import size_words

SHOWN = 3 * 1024 * 1024  # bytes of a picture that is fetched to be shown in place
WIDEST = 620
NARROW = 400  # points that the words take at least, where they are so long


class Bubble(QFrame):
    """Mine on the right, the desk's on the left."""

    def __init__(self, ui: Ui, message: Message) -> None:
        super().__init__()
        self.message = message
        t = ui.t
        mine = message.author == "me"
        self.setProperty("role", "me" if mine else "system" if message.author == "system" else "them")
        who = t("me") if mine else message.author_name or t("desk")
        at = moments.happened(message.at, ui.now(), t)
        read = t("read_by_desk") if mine and message.read_by_desk_at else ""
        head = label(" · ".join(filter(None, (who, at, read))), "aside", wrap=False)
        head.setToolTip(moments.exact(message.at.astimezone(), t))
        words = self._words(ui, message.text)
        inner = column(head, words, gap=3, margin=(14, 9, 14, 11))
        for each in message.attachments:
            inner.addWidget(File(ui, each))
        self.setLayout(inner)
        self.setMaximumWidth(WIDEST)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(t("message_from", who=who, at=at, text=message.text))

    def _words(self, ui: Ui, text: str) -> QLabel:
        made = label("")
        made.setTextFormat(Qt.TextFormat.RichText)
        made.setText(f"<style>a {{ color: {ui.theme['accent']} }}</style>{rich(text)}")
        made.setOpenExternalLinks(True)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        made.setAccessibleName(text)
        wide = QFontMetrics(font()).horizontalAdvance  # the label's own font is not yet that of the style sheet
        longest = max((wide(line) for line in text.splitlines()), default=0)
        made.setMinimumWidth(min(longest + 8, NARROW))
        return made

    def placed(self) -> QWidget:
        """Itself, to its side."""
        made = QWidget()
        mine = self.message.author == "me"
        made.setLayout(row(*((1, self) if mine else (self, 1)), gap=0))
        return made


class Pending(QFrame):
    """What was written here and still waits."""

    def __init__(self, ui: Ui, text: str, reason: str) -> None:
        super().__init__()
        self.setProperty("role", "me")
        head = label(" · ".join(filter(None, (ui.t("me"), ui.t("pending"), reason))), "aside")
        self.setLayout(column(head, label(broken(text)), gap=3, margin=(14, 9, 14, 11)))
        self.setMaximumWidth(WIDEST)


class File(QWidget):
    """A file of the conversation: its name saves it, a picture shows itself."""

    def __init__(self, ui: Ui, attachment: Attachment) -> None:
        super().__init__()
        self.ui, self.attachment = ui, attachment
        size = size_words(attachment.size, ui.t.language)
        self.press = button(f"{short(attachment.name)}, {size}", self.save, "link")
        self.press.setIcon(ui.icon("save", "accent"))
        self.press.setIconSize(QSize(16, 16))
        self.press.setToolTip(attachment.name)
        self.press.setAccessibleName(ui.t("save_file", name=attachment.name, size=size))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(attachment.name)
        self.bar.hide()
        self.picture = QLabel()
        self.picture.hide()
        self.problem = label("", "bad-line")
        self.problem.hide()
        self.setLayout(column(self.picture, row(self.press, 1, gap=0), self.bar, self.problem, gap=4))
        if attachment.type in PICTURES and attachment.size <= SHOWN:
            ui.desk.ask(self, self._kept, self._show_picture, lambda _: None)

    def save(self) -> None:
        """Where the user says."""
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
        place, _ = QFileDialog.getSaveFileName(
            self, self.ui.t("save_where"), str(Path(start) / safe_name(self.attachment.name))
        )
        if place:
            self.save_to(Path(place))

    def save_to(self, place: Path) -> None:
        self.bar.setRange(0, max(1, self.attachment.size))
        self.bar.setValue(0)
        self.bar.show()
        self.problem.hide()
        self._fetch(place, self._saved, self._failed)

    def _fetch(self, place: Path, done: Callable[[Path], None], failed: Callable[[Exception], None]) -> None:
        desk, attachment = self.ui.desk, self.attachment
        told = partial(desk.worker.call, self, self._arrived)
        desk.ask(
            self,
            lambda client: client.download(attachment.id, place, progress=lambda progress: told(progress.sent)),
            done,
            failed,
        )

    def _kept(self, client: Client) -> Path:
        """Runs elsewhere: a picture that was fetched before is not fetched again."""
        place = cache.place_of(self.ui.desk.home, self.attachment.id)
        return place if place.exists() else client.download(self.attachment.id, place)

    def _arrived(self, sent: int) -> None:
        self.bar.setValue(sent)

    def _saved(self, place: Path) -> None:
        self.bar.hide()
        self.press.setText(self.ui.t("saved", place=short(str(place))))
        self.press.setToolTip(str(place))

    def _failed(self, error: Exception) -> None:
        self.bar.hide()
        self.press.setText(self.ui.t("save_again", name=short(self.attachment.name)))
        self.problem.setText(sentence(error, self.ui.t))
        self.problem.show()

    def _show_picture(self, place: Path) -> None:
        image = QImage(str(place))
        if image.isNull():
            return
        ratio = self.devicePixelRatioF()
        size = QSize(round(440 * ratio), round(280 * ratio))
        scaled = (
            image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
            if image.width() > size.width() or image.height() > size.height()
            else image
        )
        scaled.setDevicePixelRatio(ratio)
        self.picture.setPixmap(QPixmap.fromImage(scaled))
        self.picture.setAccessibleName(self.attachment.name)
        self.picture.show()
