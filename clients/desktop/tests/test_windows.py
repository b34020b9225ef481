"""The main window, the conversation, the outbox, enrolment, settings, the tray."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea

from clients.desktop.tests.cast import NoGrab, button, click, running
from clients.desktop.tests.conftest import until
from clients.sdk.tests.fake_server import CODE, LICENCE, MOMENT
from okibi_desktop.model import settings as kept
from okibi_desktop.ui.enrol import EnrolDialog
from okibi_desktop.ui.message import Bubble, File, safe_name
from okibi_desktop.ui.parts import Question
from okibi_sdk import Draft, Sending, State


def placed(desk, number, text, state="open", **more):
    request = {"number": number, "text": text, "subject": text, "state": state, "can": ["say", "withdraw", "works"]}
    desk.requests.append(request | more)
    desk.messages[number] = [{"id": 1, "author": "me", "at": MOMENT, "text": text, "attachments": []}]


def answered(desk, number, text, **more):
    request = next(each for each in desk.requests if each["number"] == number)
    request["unread"] = request.get("unread", 0) + 1
    message = {"id": 100 + len(desk.messages[number]), "author": "desk", "author_name": "Вера Синицына", "at": MOMENT}
    desk.messages[number].append({**message, "text": text, "attachments": [], **more})
    desk.tell("request.message", number=number)


@pytest.fixture
def application(qt, enrolled, server_desk):
    placed(server_desk, "26-000001", "Не печатает")
    placed(server_desk, "26-000002", "Как настроить", "solved", can=["say", "works", "reopen", "rate"])
    with running(qt, enrolled) as application:
        until(lambda: len(application.desk.requests) == 2)
        yield application


def shown(application):
    return [each.message.text for each in application.main.conversation.findChildren(Bubble)]


def test_an_answer_arrives_by_itself_with_a_notification_and_a_number_in_the_tray(application, server_desk):
    answered(server_desk, "26-000001", "Обновите драйвер")
    until(lambda: application.tray.unread == 1)
    until(lambda: application.news)
    assert (application.news[-1].title, application.news[-1].text) == ("Ответ по заявке 26-000001", "Не печатает")
    assert "1 непрочитанный ответ" in application.tray.icon.toolTip()
    application.tray.news_clicked.emit("26-000001")
    until(lambda: "Обновите драйвер" in shown(application))


def test_an_open_conversation_shows_what_comes_and_tells_that_it_was_read(application, server_desk):
    application.main.activateWindow()
    application.main.open_request("26-000001")
    until(lambda: application.main.conversation.messages)
    answered(server_desk, "26-000001", "Готово")
    until(lambda: "Готово" in shown(application))
    until(lambda: any(path == "/requests/26-000001/read" for _, path, _ in server_desk.seen))
    server_desk.tell("request.typing", number="26-000001")
    until(lambda: application.main.conversation.typing.text() == "Специалист пишет…")


def test_an_answer_is_written_with_a_file(application, server_desk, tmp_path):
    application.main.open_request("26-000001")
    conversation = application.main.conversation
    until(lambda: conversation.messages)
    (tmp_path / "app.log").write_text("E-17")
    conversation.composer.add_file(tmp_path / "app.log")
    QTest.keyClicks(conversation.composer.editor, "Here is the log")
    click(button(application.main, "answer_send"))
    until(lambda: len(server_desk.messages["26-000001"]) == 2)
    assert server_desk.messages["26-000001"][1]["attachments"][0]["name"] == "app.log"
    until(lambda: "Here is the log" in shown(application))
    assert conversation.composer.text == ""


def test_what_was_begun_for_one_request_waits_while_another_is_read(application, server_desk, tmp_path):
    conversation = application.main.conversation
    application.main.open_request("26-000001")
    QTest.keyClicks(conversation.composer.editor, "Half of an ans")
    (tmp_path / "app.log").write_text("E-17")
    conversation.composer.add_file(tmp_path / "app.log")
    application.main.open_request("26-000002")
    assert (conversation.composer.text, conversation.composer.writing.attached) == ("", ())
    application.apply(kept.Settings(language="en", theme="dark"))  # the window is made anew
    application.main.open_request("26-000001")
    composer = application.main.conversation.composer
    assert composer.text == "Half of an ans"
    assert [each.name for each in composer.writing.attached] == ["app.log"]
    QTest.keyClicks(composer.editor, "wer")
    click(composer.send_button)
    application.main.open_request("26-000002")
    until(lambda: len(server_desk.messages["26-000001"]) == 2)
    application.main.open_request("26-000001")
    until(lambda: composer.text == "")


def test_words_of_a_reopening_that_failed_are_still_there(application, server_desk):
    application.main.open_request("26-000002")
    conversation = application.main.conversation
    until(lambda: conversation.messages)
    QTest.keyClicks(conversation.composer.editor, "Still wrong")
    server_desk.faults.append(lambda handler: "answer 503" if handler.command == "POST" else None)
    click(conversation.acts["reopen"])
    until(conversation.problem.text)
    assert conversation.composer.text == "Still wrong"


def test_it_works_now_and_a_rating(application, server_desk):
    application.main.open_request("26-000002")
    conversation = application.main.conversation
    until(lambda: conversation.request)
    click(conversation.rating.stars[3])
    QTest.keyClicks(conversation.rating.text, "Quick")
    click(button(application.main, "rate_send"))
    until(lambda: conversation.request.rating)
    assert server_desk.requests[1]["rating"] == {"score": 4, "text": "Quick"}
    click(button(application.main, "works"))
    until(lambda: conversation.request.state == "closed")


def test_reopening_asks_what_is_still_wrong(application, server_desk):
    application.main.open_request("26-000002")
    conversation = application.main.conversation
    until(lambda: conversation.request)
    click(button(application.main, "reopen"))
    assert "не так" in conversation.composer.editor.placeholderText()
    QTest.keyClicks(conversation.composer.editor, "Still wrong")
    click(button(application.main, "reopen"))
    until(lambda: conversation.request.state == "open")


def test_withdrawing_asks_first(application, server_desk):
    application.main.open_request("26-000001")
    until(lambda: application.main.conversation.request)
    object.__setattr__(application.ui, "ask", lambda *_: False)
    click(button(application.main, "withdraw"))
    object.__setattr__(application.ui, "ask", lambda *_: True)
    assert server_desk.requests[0]["state"] == "open"
    click(button(application.main, "withdraw"))
    until(lambda: server_desk.requests[0]["state"] == "closed")


def test_a_file_of_the_desk_is_saved_where_the_user_says(application, server_desk, tmp_path):
    server_desk.files["f1"] = b"driver"
    file = {"id": "f1", "name": "../driver?.exe", "type": "application/octet-stream", "size": 6}
    answered(server_desk, "26-000001", "Вот драйвер", attachments=[file])
    application.main.open_request("26-000001")
    until(lambda: application.main.conversation.findChildren(File))
    (shown_file,) = application.main.conversation.findChildren(File)
    shown_file.save_to(tmp_path / "driver.exe")
    until(lambda: "Сохранено" in shown_file.press.text())
    assert (tmp_path / "driver.exe").read_bytes() == b"driver"
    assert safe_name(file["name"]) == "_driver_.exe"


def test_the_list_is_found_in_and_walked_by_keyboard(application):
    QTest.keyClicks(application.main.finder, "000002")
    assert [each.number for each in application.main.list.requests.items] == ["26-000002"]
    application.main.finder.clear()
    application.main.list.setFocus()
    QTest.keyClick(application.main.list, Qt.Key.Key_Down)
    until(lambda: application.main.conversation.number)


def test_the_outbox_says_what_waits_and_why_and_throws_away(application, server_desk):
    server_desk.faults.append(lambda handler: "answer 503" if handler.command == "POST" else None)
    application.desk.put(application, Draft("It waits"), [], lambda _: None, lambda _: None)
    application.main.show_section("outbox")
    until(lambda: any(each.reason for each in application.desk.unsent))
    words = [each.text() for each in application.main.outbox.findChildren(type(application.main.none))]
    assert "It waits" in words
    assert any("Отправится само" in each for each in words)
    object.__setattr__(application.ui, "ask", lambda *_: True)
    presses = application.main.outbox.findChildren(type(application.main.strip_button))
    click(next(each for each in presses if each.text() == "Удалить"))
    until(lambda: not application.desk.unsent)


def test_a_refused_draft_stays_with_its_reason_and_can_be_sent_again(application, server_desk):
    application.desk.put(application, Draft("a@b"), [], lambda _: None, lambda _: None)
    until(lambda: any(each.state is State.FAILED for each in application.desk.waiting))
    until(lambda: any(each.title == "Заявка не отправлена" for each in application.news))


def test_a_device_that_was_cut_off_says_so_and_keeps_the_drafts(application, server_desk):
    application.main.open_request("26-000001")
    until(lambda: shown(application))
    server_desk.signed_out = True
    application.desk.refresh()
    until(lambda: not application.desk.enrolled)
    assert "отозван" in application.main.strip_words.text()
    assert shown(application) == []
    assert application.main.pages.currentWidget() is application.main.empty
    assert button(application.main, "strip_enrol").isVisible()


def test_enrolment_by_licence_and_code(qt, home, server, server_desk):
    with running(qt, home, server=server) as application:
        dialog = EnrolDialog(application.ui, application.main)
        dialog.open()
        click(dialog.go_on)
        assert dialog.problem.text() == "Укажите номер."
        QTest.keyClicks(dialog.licence, "?")
        QTest.keyClicks(dialog.email, "anna@example.org")
        click(dialog.go_on)
        until(lambda: dialog.problem.text() == "Такой лицензии нет.")
        dialog.licence.setText(LICENCE)
        click(dialog.go_on)
        until(lambda: dialog.pages.currentIndex() == 1)
        QTest.keyClicks(dialog.code, "000000")
        until(lambda: "Код не подходит" in dialog.problem.text())
        dialog._looking.stop()
        QTest.keyClicks(dialog.code, CODE)
        until(lambda: application.desk.enrolled)
        assert not dialog.isVisible()
    with running(qt, home) as application:
        assert application.desk.enrolled
        assert application.desk.server == server


def test_settings_work_at_once_and_are_kept(application, home):
    application.apply(kept.Settings(language="en", theme="dark", notify=False, shortcut="Ctrl+Alt+T"))
    assert application.main.windowTitle() == "OKIBI support"
    assert application.ui.theme.name == "dark"
    assert application.main.settings.shortcut_state.text().startswith("Another program has it")
    application.apply(kept.Settings(language="ru", shortcut="Ctrl+Alt+H"))
    assert application.main.settings.shortcut_state.text() == "Работает."
    assert kept.load(home / "desktop.json").language == "ru"


def test_the_shortcut_opens_a_new_request_with_a_screenshot_already_taken(application):
    assert [each.keys.key for each in NoGrab.held] == ["h"]
    NoGrab.held[0].press()
    until(lambda: application.dialogs)
    dialog = application.dialogs[0]
    until(lambda: dialog.attachments.area)
    QTest.keyClick(dialog.attachments.area, Qt.Key.Key_Return)
    click(button(dialog.attachments.editor, "editor_done"))
    assert [each.name for each in dialog.writing.attached] == ["Снимок 1.png"]


def test_settings_that_cannot_be_kept_work_until_the_end_and_say_so(application, home):
    (home / "desktop.json").unlink(missing_ok=True)
    (home / "desktop.json").mkdir()
    application.apply(kept.Settings(shortcut="Ctrl+Alt+J"))
    assert "не удалось" in application.main.settings.problem.text()
    assert NoGrab.held[0].keys.key == "j"


def test_a_shortcut_pressed_with_the_russian_layout_is_the_same_keys(application):
    application.main.settings.keys.setKeySequence(QKeySequence("Ctrl+Alt+О"))
    application.main.settings.keys.editingFinished.emit()
    assert application.settings.shortcut == "Ctrl+Alt+J"
    application.main.settings.keys.setKeySequence(QKeySequence("H"))
    application.main.settings.keys.editingFinished.emit()
    assert "Добавьте" in application.main.settings.shortcut_state.text()


def test_a_question_is_answered_with_no_by_enter_and_escape(application):
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        question = Question(application.main, "Удалить?", "Удалить", "Отмена", lost=True)
        question.show()
        QTest.keyClick(question.focusWidget(), key)
        assert question.result() == Question.DialogCode.Rejected
    question.open()
    click(question.yes)
    assert question.result() == Question.DialogCode.Accepted


@pytest.mark.parametrize(("language", "word"), [("ru", "Копировать"), ("en", "Copy")])
def test_the_menus_of_fields_speak_the_language_of_the_windows(application, language, word):
    application.apply(kept.Settings(language=language))
    menu = application.main.finder.createStandardContextMenu()
    assert any(word in each.text().replace("&", "") for each in menu.actions())
    menu.deleteLater()


@pytest.mark.parametrize(
    ("item", "section"), [("tray_requests", "requests"), ("tray_outbox", "outbox"), ("tray_settings", "settings")]
)
def test_the_trays_menu_leads_everywhere(application, item, section):
    next(each for each in application.tray.menu.actions() if each.objectName() == item).trigger()
    assert application.main.sections[section].isChecked()


def test_progress_is_told_even_after_a_dialog_is_gone(application):
    application.new_request()
    dialog = application.dialogs[0]
    dialog.close()
    application.desk.sending.emit(Sending(1, State.SENDING, 1, 2))
    assert application.dialogs == []


def test_what_is_missing_is_said_without_taking_the_height_of_the_fields(application):
    dialog = EnrolDialog(application.ui, application.main)
    dialog.show()
    dialog.licence.setText("Л-1")
    until(lambda: dialog.licence.height() >= dialog.licence.sizeHint().height())
    dialog._enrol()
    until(lambda: dialog.problem.isVisible() and dialog.email.height() >= dialog.email.sizeHint().height())
    assert dialog.licence.height() >= dialog.licence.sizeHint().height()
    dialog.close()


def test_settings_fit_the_smallest_window(application):
    application.main.resize(application.main.minimumSize())
    application.main.show()
    application.main.show_section("settings")
    (scroll,) = application.main.settings.findChildren(QScrollArea)
    until(lambda: scroll.verticalScrollBar().maximum())
    assert scroll.horizontalScrollBar().maximum() == 0


def test_more_requests_than_a_page_of_the_desk_holds_are_listed(qt, enrolled, server_desk):
    for number in range(1, 121):
        placed(server_desk, f"26-{number:06}", "Не печатает")
    with running(qt, enrolled) as application:
        until(lambda: len(application.desk.requests) == 120)
        application.main.finder.setText("000001")
        assert [each.number for each in application.main.list.requests.items] == ["26-000001"]
