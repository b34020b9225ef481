"""What it is about, as three large choices."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QLabel, QPushButton, QSizePolicy, QWidget

from okibi_desktop.model.link import KINDS
from okibi_desktop.ui.icons import pixmap
from okibi_desktop.ui.parts import Ui, column, label, row


class Kinds(QWidget):
    """Alt+1, Alt+2, Alt+3 choose as well."""

    def __init__(self, ui: Ui, chosen: str, choose: Callable[[str], None]) -> None:
        super().__init__()
        self.setAccessibleName(ui.t("kind"))
        self.buttons: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        for number, kind in enumerate(KINDS, 1):
            made = self._choice(ui, kind, number)
            made.setChecked(kind == chosen)
            made.clicked.connect(lambda _=False, kind=kind: choose(kind))
            group.addButton(made)
            self.buttons[kind] = made
        self.setLayout(row(*self.buttons.values(), gap=10))

    def _choice(self, ui: Ui, kind: str, number: int) -> QPushButton:
        made = QPushButton()
        made.setAutoDefault(False)
        made.setCheckable(True)
        made.setProperty("role", "choice")
        made.setObjectName(f"kind_{kind}")
        made.setCursor(Qt.CursorShape.PointingHandCursor)
        made.setAccessibleName(ui.t(kind))
        made.setAccessibleDescription(ui.t(f"{kind}_hint"))
        made.setShortcut(f"Alt+{number}")
        made.setToolTip(f"Alt+{number}")
        picture = QLabel()
        picture.setPixmap(pixmap(kind, ui.theme["accent"], 26, 2))
        picture.setAlignment(Qt.AlignmentFlag.AlignTop)
        title, hint = label(ui.t(kind), "head", wrap=False), label(ui.t(f"{kind}_hint"), "aside")
        words = column(title, hint, 1, gap=1)
        inner = row(picture, words, gap=10, margin=(14, 11, 12, 11))
        inner.setStretch(1, 1)
        made.setLayout(inner)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        made.setMinimumHeight(76)
        for each in (picture, title, hint):
            each.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        return made
