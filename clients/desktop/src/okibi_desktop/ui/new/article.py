"""A help article in a window of its own, beside what is being written."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QTextBrowser, QWidget

from okibi_desktop.ui.parts import Ui, column, label
from okibi_sdk import Article


class ArticleWindow(QDialog):
    """The article's own text; its links open in the browser."""

    def __init__(self, ui: Ui, parent: QWidget) -> None:
        super().__init__(parent)
        self.ui = ui
        self.setProperty("okibi", True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(ui.t("similar_article"))
        self.title = label("…", "title")
        self.body = QTextBrowser()
        self.body.setOpenExternalLinks(True)
        self.body.setAccessibleName(ui.t("similar_article"))
        self.setLayout(column(self.title, self.body, gap=10, margin=(20, 16, 20, 16)))
        self.resize(560, 560)
        ui.dress(self)

    def show_article(self, article: Article) -> None:
        self.title.setText(article.title)
        self.setWindowTitle(article.title)
        self.body.setHtml(article.html)

    def show_why_not(self, error: Exception) -> None:
        self.title.setText(self.ui.t("article_gone", why=str(error)))
        self.body.hide()


def open_article(ui: Ui, slug: str, parent: QWidget) -> ArticleWindow | None:
    """Show it as soon as it is here; None where the application is not enrolled."""
    client = ui.desk.client
    if client is None:
        return None
    window = ArticleWindow(ui, parent)
    window.show()
    ui.desk.worker.do(window, lambda: client.article(slug), window.show_article, window.show_why_not)
    return window
