"""Access for automatic updates: read, confirmed, declined and taken back in the request's conversation."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from clients.desktop.tests.cast import button, click, proposal, running
from clients.desktop.tests.conftest import until
from clients.desktop.tests.test_windows import placed
from clients.sdk.tests.fake_server import MOMENT
from okibi_desktop.ui.agreement import AgreementPanel
from okibi_sdk import Agreement

NUMBER = "26-000001"
AT = datetime(2026, 11, 20, 12, 41, tzinfo=UTC)


@pytest.fixture
def application(qt, enrolled, server_desk):
    placed(server_desk, NUMBER, "Обновляйте сами", "waiting")
    placed(server_desk, "26-000002", "Не печатает")
    server_desk.agreements.append(proposal())
    with running(qt, enrolled) as application:
        application.main.come()
        application.main.open_request(NUMBER)
        until(lambda: application.main.conversation.access.panels)
        yield application


def panel(application):
    (only,) = application.main.conversation.access.panels.values()
    return only


def in_list(application):
    model = application.main.list.requests
    return {each.number: model.index(row).data() for row, each in enumerate(model.items)}


def only_for_answers(fault):
    return lambda handler: fault if handler.command == "POST" and handler.path_.startswith("/agreements") else None


def test_what_is_asked_for_stands_line_by_line_in_the_conversation_and_is_marked_in_the_list(application):
    assert panel(application).lines.toPlainText().split("\n") == proposal()["text"]
    assert panel(application).lines.isVisible()
    assert "ждёт вашего согласия" in in_list(application)[NUMBER]
    assert "ждёт вашего согласия" not in in_list(application)["26-000002"]
    application.main.open_request("26-000002")
    assert not application.main.conversation.access.isVisible()


@pytest.mark.parametrize(
    ("press", "state", "words"),
    [
        ("agreement_confirm", "confirmed", "Обновления ставятся сами, как разрешено."),
        ("agreement_decline", "declined", "Само ничего не установится."),
    ],
    ids=["yes", "no"],
)
def test_one_press_answers_and_the_state_is_said_in_words(application, server_desk, press, state, words):
    click(button(application.main, press))
    until(lambda: panel(application).agreement.state == state and not application.agreements.busy)
    assert server_desk.agreements[0]["state"] == state
    assert panel(application).words.text() == words
    assert not panel(application).confirm.isVisible()
    assert not panel(application).lines.isVisible()
    click(panel(application).terms)
    assert panel(application).lines.isVisible()
    assert "ждёт вашего согласия" not in in_list(application)[NUMBER]


def test_withdrawing_asks_first(application, server_desk):
    click(button(application.main, "agreement_confirm"))
    until(panel(application).withdraw.isVisible)
    asked = []
    object.__setattr__(application.ui, "ask", lambda *words: bool(asked.append(words[1])))
    click(panel(application).withdraw)
    assert "само ничего не установится" in asked[0]
    assert server_desk.agreements[0]["state"] == "confirmed"
    object.__setattr__(application.ui, "ask", lambda *_: True)
    click(panel(application).withdraw)
    until(lambda: panel(application).agreement.state == "withdrawn")
    assert server_desk.agreements[0]["state"] == "withdrawn"


def test_without_a_connection_it_says_so_nothing_waits_to_be_sent_and_it_can_be_pressed_again(application, server_desk):
    server_desk.faults.append(only_for_answers("refuse"))
    click(button(application.main, "agreement_confirm"))
    until(panel(application).problem.isVisible)
    assert "само оно не уйдёт" in panel(application).problem.text()
    assert application.desk.unsent == ()
    server_desk.faults.clear()
    until(lambda: application.desk.online)
    assert server_desk.agreements[0]["state"] == "proposed"
    click(button(application.main, "agreement_confirm"))
    until(lambda: server_desk.agreements[0]["state"] == "confirmed")
    until(lambda: not panel(application).problem.isVisible())


def test_an_answer_that_arrived_though_the_line_broke_is_shown_as_what_it_is(application, server_desk):
    server_desk.faults.append(only_for_answers("swallow"))
    click(button(application.main, "agreement_confirm"))
    until(lambda: panel(application).agreement.state == "confirmed" and not application.agreements.busy)
    assert not panel(application).problem.isVisible()


def test_what_another_answered_meanwhile_is_refused_with_a_sentence_and_shown(application, server_desk):
    server_desk.agreements[0] |= {"state": "declined", "can": []}
    click(button(application.main, "agreement_confirm"))
    until(lambda: panel(application).agreement.state == "declined")
    assert panel(application).problem.text() == "Не принято. Доступ уже не ждёт ответа."


def test_an_answer_given_in_the_portal_is_followed(application, server_desk):
    server_desk.agreements[0] |= {"state": "confirmed", "can": ["withdraw"], "answered_by": "Анна Вольская"}
    server_desk.tell("request.state", number=NUMBER)
    until(lambda: "Подтверждено: Анна Вольская." in panel(application).words.text())
    assert panel(application).withdraw.isVisible()


def test_new_terms_stand_above_what_is_still_in_force(application, server_desk):
    server_desk.agreements[0] |= {"state": "confirmed", "can": ["withdraw"]}
    server_desk.agreements.insert(0, proposal(id=8))
    server_desk.agreements.append(proposal(id=5, state="withdrawn", can=[]))
    server_desk.tell("request.message", number=NUMBER)
    until(lambda: list(application.main.conversation.access.panels) == [8, 7])


def test_by_keyboard_the_focus_stays_on_the_panel(application):
    application.main.activateWindow()
    confirm = panel(application).confirm
    confirm.setFocus()
    QTest.keyClick(confirm, Qt.Key.Key_Space)
    until(lambda: panel(application).agreement.state == "confirmed" and not application.agreements.busy)
    assert QApplication.focusWidget() is panel(application).terms


def test_a_desk_that_knows_no_agreements_shows_none_and_troubles_nobody(qt, enrolled, server_desk):
    placed(server_desk, NUMBER, "Обновляйте сами")
    server_desk.faults.append(lambda handler: "answer 404" if handler.path_ == "/agreements" else None)
    with running(qt, enrolled) as application:
        application.main.open_request(NUMBER)
        until(lambda: any(path == "/agreements" for _, path, _ in server_desk.seen))
        until(lambda: application.main.conversation.messages)
        assert application.desk.online
        assert not application.main.conversation.access.panels


WORDS = {
    "asked, by whom it is no business of": (
        {"state": "proposed"},
        "ждёт ответа",
        "Отвечает тот, кто просил об обновлении, или администратор вашей организации.",
    ),
    "confirmed, by nobody's name": (
        {"state": "confirmed"},
        "подтверждён",
        "Обновления ставятся сами, как разрешено.",
    ),
    "declined": (
        {"state": "declined", "answered_by": "Анна Вольская", "answered_at": AT},
        "отклонён",
        f"Само ничего не установится. Отклонено: Анна Вольская, сегодня, {AT.astimezone():%H:%M}.",
    ),
    "withdrawn by the desk after it was confirmed": (
        {"state": "withdrawn", "answered_by": "Анна Вольская", "withdrawn_by": "Вера Синицына"},
        "отозван",
        "Само ничего не установится. Отозвано: Вера Синицына.",
    ),
    "expired": ({"state": "expired"}, "срок истёк", "Само ничего не установится."),
    "a state of a newer desk": ({"state": "paused"}, "paused", "Само ничего не установится."),
}


def test_each_state_is_said_in_words_and_offers_only_what_can_be_done(application):
    object.__setattr__(application.ui, "now", lambda: datetime.fromisoformat(MOMENT))
    for sentence, (given, state, words) in WORDS.items():
        made = AgreementPanel(application.ui, application.agreements, Agreement(1, **given))
        assert made.state.text() == state, sentence
        assert made.words.text() == words, sentence
        assert all(each.isHidden() for each in (made.confirm, made.decline, made.withdraw)), sentence
        made.deleteLater()


def test_long_terms_are_scrolled_also_in_the_smallest_window_and_names_stay_words(application, server_desk):
    many = [f"Компьютер «<b>Касса {number}</b>»: сам проверяет обновления" for number in range(60)]
    server_desk.agreements[0] = proposal(id=9, text=many)
    server_desk.tell("request.message", number=NUMBER)
    until(lambda: list(application.main.conversation.access.panels) == [9])
    assert panel(application).lines.toPlainText().split("\n") == many
    until(lambda: panel(application).lines.verticalScrollBar().maximum())
    assert panel(application).lines.height() < application.main.conversation.height() / 3
    application.main.resize(application.main.minimumSize())
    until(lambda: panel(application).lines.height() < 80)
    until(lambda: panel(application).lines.geometry().bottom() < panel(application).confirm.geometry().top())
