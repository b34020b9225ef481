"""From "something is wrong" to a number and a term, by real clicks."""

import io
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QRect, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QScrollArea

from clients.desktop.tests.cast import button, click, running, screen, shot
from clients.desktop.tests.conftest import until
from clients.sdk.tests.fake_server import TOKEN, serve, times
from okibi_desktop.application import MOST_DIALOGS
from okibi_desktop.model.environment import Light
from okibi_desktop.model.link import Prefill
from okibi_desktop.model.picture import Mark, Tool
from okibi_desktop.ui.new.article import ArticleWindow
from okibi_sdk import KeyFile, Keys, Outbox, State


@pytest.fixture
def application(qt, enrolled):
    with running(qt, enrolled) as application:
        yield application


@pytest.fixture
def dialog(application):
    click(button(application.main, "new_request"))
    return application.dialogs[-1]


def test_three_steps_and_thirty_seconds(application, dialog, server_desk):
    click(button(dialog, "kind_question"))
    QTest.keyClicks(dialog.text, "How are invoices printed?")
    until(lambda: "24 ноября, 20:00" in dialog.send_button.text())
    assert dialog.send_button.text() == dialog.send_button.accessibleName()
    click(dialog.send_button)
    until(lambda: dialog.number)
    (kept,) = server_desk.requests
    assert (kept["text"], kept["kind"]) == ("How are invoices printed?", "question")
    assert kept["environment"]["system"]["family"]
    assert dialog.number in dialog.outcome.title.text()
    assert "24 ноября, 20:00" in dialog.outcome.words.text()
    click(button(dialog, "open_it"))
    until(lambda: application.main.conversation.messages)
    assert application.main.conversation.number == kept["number"]


def test_an_annotated_screenshot_arrives_with_its_secret_gone(dialog, server_desk):
    """Select an area, draw, hide, write; undo and redo; done; send."""
    dialog.with_shot(shot())
    area = dialog.attachments.area
    QTest.mousePress(area, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))  # (0, 0) is Qt's word for the middle
    QTest.mouseMove(area, QPoint(400, 400))
    QTest.mouseRelease(area, Qt.MouseButton.LeftButton, pos=QPoint(area.width() // 2, area.height() // 2))
    editor = dialog.attachments.editor
    assert editor.picture.base.size() == screen(320, 200).size()

    def drag(tool, start, end):
        QTest.keyClick(editor.canvas, str(list(Tool).index(tool) + 1))
        assert editor.canvas.tool is tool
        QTest.mousePress(editor.canvas, Qt.MouseButton.LeftButton, pos=editor.canvas._to_widget(start).toPoint())
        QTest.mouseRelease(editor.canvas, Qt.MouseButton.LeftButton, pos=editor.canvas._to_widget(end).toPoint())

    drag(Tool.BLUR, QPoint(10, 10), QPoint(200, 120))
    drag(Tool.ARROW, QPoint(250, 180), QPoint(210, 60))
    drag(Tool.BOX, QPoint(5, 130), QPoint(100, 180))
    QTest.keyClick(editor.canvas, "3")
    QTest.mouseClick(editor.canvas, Qt.MouseButton.LeftButton, pos=editor.canvas.rect().center())
    QTest.keyClicks(editor.canvas.words, "here")
    QTest.keyClick(editor.canvas.words, Qt.Key.Key_Return)
    assert [each.tool for each in editor.picture.marks] == [Tool.BLUR, Tool.ARROW, Tool.BOX, Tool.TEXT]
    click(editor.undo)
    assert len(editor.picture.marks) == 3
    click(editor.redo)
    click(button(editor, "editor_done"))
    QTest.keyClicks(dialog.text, "It looks like this")
    click(dialog.send_button)
    until(lambda: dialog.number)
    (upload,) = server_desk.uploads.values()
    assert (upload["name"], upload["type"]) == ("Снимок 1.png", "image/png")
    arrived = QImage.fromData(upload["content"])
    assert len({arrived.pixel(x, y) for x in range(12, 26) for y in range(12, 26)}) == 1
    assert server_desk.requests[0]["uploads"]


def test_marks_are_drawn_without_a_mouse(dialog):
    dialog.with_shot(shot())
    QTest.keyClick(dialog.attachments.area, Qt.Key.Key_Return)
    canvas = dialog.attachments.editor.canvas
    QTest.keyClick(canvas, "4")
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right):
        QTest.keyClick(canvas, key)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    (mark,) = canvas.picture.marks
    assert (mark.tool, mark.area.width() - 1, mark.area.height() - 1) == (Tool.BLUR, 40, 20)


def test_escape_leaves_the_words_upon_a_picture_and_asks_before_the_marks_are_lost(application, dialog):
    asked = []
    dialog.with_shot(shot())
    QTest.keyClick(dialog.attachments.area, Qt.Key.Key_Return)
    editor = dialog.attachments.editor
    object.__setattr__(application.ui, "ask", lambda *words: asked.append(words[1]))
    QTest.keyClick(editor.canvas, "3")
    QTest.mouseClick(editor.canvas, Qt.MouseButton.LeftButton, pos=editor.canvas.rect().center())
    QTest.keyClicks(editor.canvas.words, "here")
    QTest.keyClick(editor.canvas.words, Qt.Key.Key_Escape)
    assert (editor.isVisible(), editor.canvas.words.isVisible(), editor.picture.marks) == (True, False, ())
    editor.canvas.set_picture(editor.picture.with_mark(Mark(Tool.BOX, QPoint(5, 5), QPoint(60, 60))))
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert asked == ["Закрыть снимок без отметок?"]
    assert editor.isVisible()
    click(editor.undo)
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert not dialog.attachments.busy


def test_a_picture_that_was_dropped_can_be_marked_and_goes_as_a_png(dialog, server_desk, tmp_path):
    screen().save(str(tmp_path / "снимок.jpg"))
    (tmp_path / ("н" * 90 + ".log")).write_text("E-17")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(each)) for each in sorted(tmp_path.glob("*.*"))])
    assert dialog.attachments.take_in(data)
    dialog.show()
    until(lambda: dialog.attachments.width() <= dialog.width())
    (thumb,) = (each for each in dialog.findChildren(QPushButton) if each.property("role") == "thumb")
    click(thumb)
    editor = dialog.attachments.editor
    editor.canvas.set_picture(editor.picture.with_mark(Mark(Tool.BLUR, QPoint(5, 5), QPoint(300, 200))))
    click(button(editor, "editor_done"))
    QTest.keyClicks(dialog.text, "It looks like this")
    click(dialog.send_button)
    until(lambda: dialog.number)
    sent = {each["name"]: each["content"] for each in server_desk.uploads.values()}
    assert sent["снимок.png"].startswith(b"\x89PNG")


def test_a_page_that_opens_links_without_end_opens_a_few_requests(application):
    for number in range(30):
        application.open_link(f"okibi-ipv:new?error={number}")
    assert len(application.dialogs) == MOST_DIALOGS


def test_keys_that_are_held_down_take_one_screenshot(application):
    for _ in range(5):
        application.hotkey_pressed.emit()
    until(lambda: application.dialogs and application.dialogs[0].attachments.area)
    application.hotkey_pressed.emit()
    application.hotkey_pressed.emit()
    QTest.keyClick(application.dialogs[0].attachments.area, Qt.Key.Key_Return)
    application.hotkey_pressed.emit()
    assert not application._taking
    assert len(application.dialogs) == 1
    application.dialogs[0].attachments.editor.reject()


def test_the_environment_is_judged_before_anything_is_sent(application, dialog, server_desk):
    until(lambda: dialog.asking.verdict)
    assert dialog.environment.light is Light.UNKNOWN  # the stand-in says nothing of the machine
    assert not server_desk.requests
    click(dialog.environment.more)
    box = dialog.environment.switches["memory_mb"]
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(10, box.height() // 2))
    assert not box.isChecked()
    QTest.keyClicks(dialog.text, "It does not print")
    click(dialog.send_button)
    until(lambda: dialog.number)
    assert "memory_mb" not in server_desk.requests[0]["environment"]
    assert "disk_free_mb" in server_desk.requests[0]["environment"]


def test_files_are_dropped_and_pasted_and_taken_away_again(dialog, tmp_path, qt):
    log = tmp_path / "журнал.log"
    log.write_text("ошибка")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(log)), QUrl.fromLocalFile(str(tmp_path))])
    assert dialog.attachments.take_in(data)
    assert "папка" in dialog.attachments.hint.text()
    QGuiApplication.clipboard().setImage(screen(100, 50))
    dialog.text.paste()
    assert [each.name for each in dialog.writing.attached] == ["журнал.log", "Картинка 1.png"]
    QGuiApplication.clipboard().setText("words")
    dialog.text.paste()
    assert dialog.text.toPlainText() == "words"
    dialog.writing.limit = 3
    dialog.attachments.add_file(log)
    assert "принимается до" in dialog.attachments.hint.text()
    for each in dialog.writing.attached:
        dialog.attachments._remove(each)
    assert dialog.writing.attached == ()


def test_the_log_folder_goes_as_one_archive(dialog, server_desk, tmp_path):
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "app.log").write_text("E-17")
    dialog.attachments.log_folder = str(tmp_path / "log")
    click(button(dialog, "attach_log"))
    until(lambda: dialog.writing.attached)
    assert "1 файл" in dialog.attachments.hint.text()
    assert "50 МБ" in dialog.attachments.hint.text()
    QTest.keyClicks(dialog.text, "With the log")
    click(dialog.send_button)
    until(lambda: dialog.number)
    (upload,) = server_desk.uploads.values()
    assert zipfile.ZipFile(io.BytesIO(upload["content"])).read("app.log") == b"E-17"


def test_steps_are_recorded_with_screens_moments_and_words(dialog, qt):
    click(button(dialog, "attach_steps"))
    recorder = dialog.attachments.recorder
    for words in ("Opened the invoice", "Pressed print"):
        QTest.keyClicks(recorder.words, words)
        before = len(recorder.recording.steps)
        QTest.keyClick(recorder.words, Qt.Key.Key_Return)
        until(lambda before=before: len(recorder.recording.steps) > before)
    click(recorder.done_button)
    (attached,) = dialog.writing.attached
    page = zipfile.ZipFile(io.BytesIO(attached.content())).read("steps.html").decode()
    assert page.index("Opened the invoice") < page.index("Pressed print")
    assert "Pressed print" in dialog.text.toPlainText()
    assert dialog.isVisible()


def test_what_was_solved_before_is_shown_while_typing(dialog):
    QTest.keyClicks(dialog.text, "It does not print anything")
    until(dialog.similar.isVisible)
    dialog.text.clear()
    until(lambda: not dialog.similar.isVisible())


def test_an_article_found_while_typing_is_opened_beside(dialog):
    QTest.keyClicks(dialog.text, "It does not print anything")
    until(dialog.similar.isVisible)
    (read,) = [each for each in dialog.similar.findChildren(QPushButton) if each.isVisible()]
    click(read)
    until(lambda: [each for each in dialog.findChildren(ArticleWindow) if "принтер" in each.body.toPlainText()])
    assert dialog.text.toPlainText() == "It does not print anything"


def test_what_was_written_is_not_lost_by_a_slip(application, dialog):
    QTest.keyClicks(dialog.text, "Important")
    asked = []
    object.__setattr__(dialog.ui, "ask", lambda *words: bool(asked.append(words[1])))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert asked
    assert dialog.isVisible()
    object.__setattr__(dialog.ui, "ask", lambda *_: True)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_too_few_words_are_told_and_nothing_is_kept(application, dialog):
    click(dialog.send_button)
    assert "пару слов" in dialog.problem.text()
    assert not dialog.draft


def test_ctrl_enter_sends(dialog, server_desk):
    QTest.keyClicks(dialog.text, "Quickly")
    QTest.keyClick(dialog.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    until(lambda: server_desk.requests)


def test_without_a_connection_it_is_kept_and_arrives_once(qt, enrolled, server_desk, tmp_path):
    """Placed while the server is away; the answer to the first try is swallowed when it's back."""
    with serve(server_desk) as address:
        KeyFile(enrolled / "enrolment").save(Keys(address, TOKEN))
    with running(qt, enrolled) as application:
        until(lambda: application.desk.online is False)
        application.new_request()
        dialog = application.dialogs[-1]
        until(lambda: dialog.asking.offline)
        assert "уйдёт сама" in dialog.promise.text()
        QTest.keyClicks(dialog.text, "Offline")
        click(dialog.send_button)
        until(lambda: any(each.reason for each in application.desk.unsent))
        assert dialog.outcome.title.text() == "Заявка сохранена"
        assert "Нет связи" in dialog.outcome.words.text()
        click(button(application.main, "section_outbox"))
        until(lambda: "1" in button(application.main, "section_outbox").text())
        server_desk.faults.append(times(1, "swallow", "POST", "/requests"))
        with serve(server_desk, int(address.rsplit(":", 1)[1])):
            application.desk.outbox.wake()
            until(lambda: dialog.number)
            until(lambda: not application.desk.unsent)
    assert [each["text"] for each in server_desk.requests] == ["Offline"]
    assert any("отправлена" in each.title for each in application.news)


def test_a_draft_outlives_the_program(qt, enrolled, server_desk, server):
    server_desk.faults.append(lambda _: "answer 503")
    with running(qt, enrolled) as application:
        application.new_request(Prefill(text="Kept over night"))
        dialog = application.dialogs[-1]
        click(dialog.send_button)
        until(lambda: application.desk.unsent)
    assert [each.state for each in Outbox(enrolled / "outbox.sqlite").list()] != [State.SENT]
    server_desk.faults.clear()
    with running(qt, enrolled) as application:
        application.desk.outbox.wake()
        until(lambda: server_desk.requests)
    assert len(server_desk.requests) == 1


def test_a_prefilled_error_goes_below_the_words(application, server_desk):
    application.open_link("okibi-ipv:new?product=desktop&version=4.2.1&error=E-17%20printer")
    dialog = application.dialogs[-1]
    assert (dialog.product.currentData(), dialog.version.text()) == ("desktop", "4.2.1")
    QTest.keyClicks(dialog.text, "After the update")
    click(dialog.send_button)
    until(lambda: dialog.number)
    kept = server_desk.requests[0]
    assert kept["text"] == "After the update\n\nE-17 printer"
    assert (kept["product"], kept["version"]) == ("desktop", "4.2.1")


def test_whoever_is_not_enrolled_writes_first_and_enrols_then(qt, home, server, server_desk):
    with running(qt, home, server=server) as application:
        application.new_request(Prefill(text="Who am I"))
        dialog = application.dialogs[-1]
        until(lambda: dialog.asking.verdict)
        click(dialog.send_button)
        until(lambda: dialog.draft)
        assert not server_desk.requests
        click(dialog.enrolment.without_button)
        until(lambda: dialog.number)
    assert [each["text"] for each in server_desk.requests] == ["Who am I"]


def test_an_area_smaller_than_a_slip_is_none_and_escape_takes_nothing(dialog):
    dialog.with_shot(shot())
    area = dialog.attachments.area
    QTest.mousePress(area, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    QTest.mouseRelease(area, Qt.MouseButton.LeftButton, pos=QPoint(53, 51))
    assert area.isVisible()
    chosen = []
    area.chosen.connect(chosen.append)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Space):
        QTest.keyClick(area, key)
    assert chosen[0].width() > 1
    assert isinstance(chosen[0], QRect)
    assert Path(dialog.attachments._folder.name).is_dir()


def test_a_program_that_the_desk_does_not_know_is_named_in_words_and_long_words_keep_the_window(
    application, server_desk
):
    application.desk.refresh()
    until(lambda: application.desk.policy)
    application.open_link("okibi-ipv:new?product=evil&version=9.9&error=" + "E" * 3000)
    dialog = application.dialogs[-1]
    assert (dialog.writing.product, dialog.error.toPlainText()[:10]) == ("", "evil 9.9\nE")
    wide = dialog.width()
    assert dialog.findChild(QScrollArea).widget().minimumSizeHint().width() <= wide
    QTest.keyClicks(dialog.text, "It does not start")
    click(dialog.send_button)
    until(lambda: dialog.number)
    assert not server_desk.requests[0].get("product")
    assert "evil 9.9" in server_desk.requests[0]["text"]
    assert application.settings.product == ""
