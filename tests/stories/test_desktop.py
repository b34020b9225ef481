"""From the tray to the specialist's answer: the desktop application against the whole product, offline in between."""

import mailbox
import os
import re
import shutil
import time
from email.header import decode_header, make_header

import httpx
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip(
    "PySide6.QtWidgets",
    reason="QT'S LIBRARIES ARE MISSING: THE DESKTOP APPLICATION IS NOT TESTED",
    exc_type=ImportError,
)

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from clients.desktop.tests.cast import button, click, running, shot
from okibi.ops.tests.conftest import PATIENCE, Product, open_folder
from okibi_desktop.model.picture import SMALLEST_BLOCK
from okibi_desktop.ui.enrol import EnrolDialog
from okibi_desktop.ui.message import Bubble

LICENCE, DEVICE = "Л-2026-0418", "Склад-9"
ANSWER = "Обновите драйвер принтера до 5.2.1 и напечатайте снова."


@pytest.fixture(scope="module")
def desk():
    with open_folder() as folder:
        product = Product(folder / "data")
        product.start("--demo")
        yield product
        if product.process.poll() is None:
            product.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def application(desk, tmp_path, monkeypatch):
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("OKIBI_LANG", "ru")
    qt = QApplication.instance() or QApplication(["okibi-desktop"])
    with running(qt, tmp_path / "ipv", server=desk.url) as application:
        yield application


def until(condition):
    """Let the windows live until it's so."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        QApplication.processEvents()
        time.sleep(0.02)


def code_for(desk, address, device):
    """The six digits of the letter that names this device."""
    for message in mailbox.Maildir(desk.data / "mailbox", create=False):
        body = message.get_payload(0) if message.is_multipart() else message
        found = re.search(r"\b\d{6}\b", str(make_header(decode_header(message["Subject"]))))
        if found and address in str(message["To"]) and device in body.get_payload(decode=True).decode():
            return found[0]
    return ""


def csrf_of(browser):
    return {"csrfmiddlewaretoken": next(value for name, value in browser.cookies.items() if "csrf" in name)}


def answer_in_the_console(desk, number, act, body):
    """What the leading specialist does in a browser, by the console's own forms. Gives the ticket's page before."""
    lines = (desk.data / "demo-accounts.txt").read_text().splitlines()
    password = next(line.split()[1] for line in lines if line.startswith("oleg@desk.example.org"))
    with httpx.Client(base_url=desk.url, follow_redirects=True, timeout=60) as browser:
        browser.get("/accounts/login/")
        token = csrf_of(browser)
        browser.post("/accounts/login/", data={**token, "login": "oleg@desk.example.org", "password": password})
        page = browser.get(f"/console/t/{number}/")
        token = csrf_of(browser)
        sent = browser.post(f"/console/t/{number}/write", data={**token, "act": act, "body": body})
        assert sent.status_code == 200, sent.text
    return page.text


def test_from_the_screenshot_to_the_answer_and_on_without_a_connection(desk, application, monkeypatch):
    enrol(desk, application, monkeypatch)
    number = place_with_a_screenshot(application)

    page = answer_in_the_console(desk, number, "reply", ANSWER)
    assert "It does not print" in page
    until(lambda: any(each.number == number and each.unread for each in application.desk.requests))
    assert application.tray.unread
    until(lambda: any(number in each.title for each in application.news))
    application.tray.news_clicked.emit(number)
    conversation = application.main.conversation
    until(lambda: ANSWER in [each.message.text for each in conversation.findChildren(Bubble)])
    (picture,) = conversation.messages[0].attachments
    until((application.home / "pictures" / picture.id).exists)
    hidden_is_gone(QImage(str(application.home / "pictures" / picture.id)))

    write_offline(desk, application)
    click(button(application.main, "works"))
    until(lambda: conversation.request.state == "closed")
    click(conversation.rating.stars[4])
    click(button(application.main, "rate_send"))
    until(lambda: conversation.request.rating and conversation.request.rating.score == 5)


def enrol(desk, application, monkeypatch):
    """By licence and the six digits of the letter."""
    dialog = EnrolDialog(application.ui, application.main)
    dialog.enrolling.device = DEVICE
    dialog.open()
    dialog.licence.setText(LICENCE)
    QTest.keyClicks(dialog.email, "anna@example.org")
    click(dialog.go_on)
    until(lambda: dialog.pages.currentIndex() == 1 or dialog.problem.text())
    assert not dialog.problem.text()
    until(lambda: code_for(desk, "anna@example.org", DEVICE))
    QTest.keyClicks(dialog.code, code_for(desk, "anna@example.org", DEVICE))
    until(lambda: application.desk.enrolled)
    until(lambda: application.desk.loaded)


def place_with_a_screenshot(application):
    """The whole screen, a secret hidden, words, send; the button said until when."""
    click(button(application.main, "new_request"))
    dialog = application.dialogs[-1]
    dialog.with_shot(shot())
    QTest.keyClick(dialog.attachments.area, Qt.Key.Key_Return)
    editor = dialog.attachments.editor
    QTest.keyClick(editor.canvas, "4")
    start, end = (editor.canvas._to_widget(QPoint(*at)).toPoint() for at in ((40, 20), (300, 200)))
    QTest.mousePress(editor.canvas, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseRelease(editor.canvas, Qt.MouseButton.LeftButton, pos=end)
    click(button(editor, "editor_done"))
    QTest.keyClicks(dialog.text, "It does not print invoices")
    until(lambda: dialog.asking.verdict and dialog.asking.verdict.covered)
    assert "ответим" in dialog.send_button.text()
    assert dialog.environment.light != "good"  # this machine is no Windows
    click(dialog.send_button)
    until(lambda: dialog.number)
    number = dialog.number
    assert number in dialog.outcome.title.text()
    dialog.close()
    return number


def hidden_is_gone(image):
    block = {image.pixel(x, y) for x in range(60, 60 + SMALLEST_BLOCK // 2) for y in range(41, 45)}
    assert not image.isNull()
    assert len(block) <= 2


def write_offline(desk, application):
    """The server stops; what is written waits; the server starts; it arrives once."""
    desk.stop()
    application.new_request()
    dialog = application.dialogs[-1]
    QTest.keyClicks(dialog.text, "Placed without a connection")
    click(dialog.send_button)
    until(lambda: any(each.reason for each in application.desk.unsent))
    assert dialog.outcome.title.text() == "Заявка сохранена"
    application.main.show_section("outbox")
    until(lambda: application.desk.online is False)
    desk.start()
    until(lambda: dialog.number)
    until(lambda: not application.desk.unsent)
    until(lambda: any(each.number == dialog.number for each in application.desk.requests))
    same = [each for each in application.desk.requests if each.subject.startswith("Placed without a connection")]
    assert len(same) == 1
    dialog.close()
    application.main.show_section("requests")
