"""The whole product as its users meet it: a mail in, the console in a browser, the answer in a mailbox."""

import mailbox
import shutil
import smtplib
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import pytest

from okibi.ops.tests.conftest import Product, eventually, open_folder

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/google-chrome") if Path(path).exists()), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM: the console was not tried in a browser"),
]


@pytest.fixture(scope="module")
def desk():
    with open_folder() as folder:
        running = Product(folder / "data")
        running.start("--demo")
        yield running
        if running.process.poll() is None:
            running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(desk, chromium):
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="ru-RU")
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda message: message.type == "error" and page.faults.append(message.text))
    sign_in(page, desk, "oleg@desk.example.org")
    yield page
    context.close()


def password_of(desk, email):
    lines = (desk.data / "demo-accounts.txt").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith(email))


def sign_in(page, desk, email):
    page.goto(f"{desk.url}/console/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password_of(desk, email))
    page.click("main button[type=submit]")
    page.wait_for_url("**/console/queue/**")


def write(desk, subject, text, sender="anna@example.org", **headers):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "support@example.org", subject
    message["Message-ID"] = make_msgid(domain="example.org")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    with smtplib.SMTP("127.0.0.1", desk.mail_port) as smtp:
        smtp.send_message(message)
    return message["Message-ID"]


def letters(desk, recipient, word):
    found = []
    for message in mailbox.Maildir(desk.data / "mailbox", create=False):
        body = message.get_payload(0) if message.is_multipart() else message
        text = body.get_payload(decode=True)
        subject = str(make_header(decode_header(message["Subject"])))
        if recipient in str(message["To"]) and text and word in f"{subject}\n{text.decode()}":
            found.append(message)
    return found


def test_a_mail_becomes_a_ticket_that_shows_live_and_its_answer_arrives_threaded(desk, page):
    page.goto(f"{desk.url}/console/queue/nobody/")
    first = write(desk, "Ошибка E-42 в отчёте", "Отчёт не строится. Windows 10 x64, .NET 4.8.")
    page.wait_for_selector("[data-new-line]:not([hidden])")  # nothing jumped; a thin line says so
    assert page.inner_text("[data-new-count]") == "1 новая"
    page.keyboard.press(".")
    page.click("text=Ошибка E-42 в отчёте")
    page.wait_for_selector(".ticket-head h1:has-text('E-42')")
    assert "Поддержка по лицензии Л-2026-0418" in page.inner_text("#aside")
    assert "Операционная система подходит" in page.inner_text("#aside")
    assert "как посчитано" in page.inner_text("#aside")
    page.fill("#body", "Анна, обновите шаблон отчёта: «Отчёты → Обновить».")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".msg-out:has-text('обновите шаблон')")
    page.wait_for_function("document.querySelector('#body').value === ''")  # what was sent is no draft any more
    eventually(lambda: letters(desk, "anna@example.org", "обновите шаблон"))
    answer = letters(desk, "anna@example.org", "обновите шаблон")[0]
    assert answer["In-Reply-To"] == first
    assert first in answer["References"]
    write(desk, "Re: спасибо", "Помогло, спасибо!", In_Reply_To=answer["Message-ID"])
    page.wait_for_selector(".msg-in:has-text('Помогло, спасибо')")  # live, without reloading
    assert page.faults == []


def test_a_refusal_needs_a_ground_and_reasons_and_keeps_what_was_typed(desk, page):
    write(desk, "Предлагаю розовую кнопку", "Предлагаю добавить розовую кнопку во все окна.", "sedov@example.net")
    eventually(lambda: letters(desk, "sedov@example.net", "розовую"))
    page.goto(f"{desk.url}/console/search?q=розовую")
    page.click("[data-list] .row >> nth=0")
    page.wait_for_selector(".ticket-head")
    page.click("#tab-act-refuse")
    page.select_option("#ground", "conflicts")
    page.fill("#reasons", "нет")
    page.click("[data-send-button]")
    page.wait_for_selector(".errors")
    assert page.input_value("#reasons") == "нет"
    page.fill("#reasons", "Розовая кнопка закрыла бы другим пользователям половину формы ввода.")
    page.click("[data-send-button]")
    page.wait_for_selector(".msg-out:has-text('закрыла бы')")
    eventually(lambda: letters(desk, "sedov@example.net", "выполнить её не можем"))


def test_two_specialists_on_one_ticket_see_each_other(desk, page, chromium):
    write(desk, "Ошибка для двоих", "Не открывается окно с ошибкой.", "boris@example.org")
    eventually(lambda: letters(desk, "boris@example.org", "для двоих"))
    page.goto(f"{desk.url}/console/search?q=для двоих")
    page.click("[data-list] .row >> nth=0")
    page.wait_for_selector(".ticket-head")
    other = chromium.new_context(locale="ru-RU").new_page()
    other.set_default_timeout(60_000)
    sign_in(other, desk, "vera@desk.example.org")
    other.goto(page.url)
    other.wait_for_selector("[data-presence]:has-text('Олег Лесин')")
    page.wait_for_selector("[data-presence]:has-text('Вера Синицына')")
    other.context.close()


def test_the_keys_open_move_and_help(desk, page):
    page.goto(f"{desk.url}/console/queue/all/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector(".ticket-head")
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/queue/mine/")


PAGES = [
    "queue/all/",
    "queue/waiting/",
    "search?q=ошибка",
    "unreadable/",
    "system/",
    "customers/",
    "reports/",
    "calendar/",
    "policy/",
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_desks_pages(desk, page, theme):
    from axe_playwright_python.sync_playwright import Axe

    page.context.add_cookies([{"name": "okibi_theme", "value": theme, "url": desk.url}])
    page.goto(f"{desk.url}/console/queue/all/")
    page.click("[data-list] .row >> nth=3")
    page.wait_for_selector(".ticket-head")
    found = {}
    for address in [None, *PAGES]:
        if address:
            page.goto(f"{desk.url}/console/{address}")
        result = Axe().run(page).response["violations"]
        if result:
            found[address or "ticket"] = [(rule["id"], rule["nodes"][0]["html"][:160]) for rule in result]
    assert found == {}


@pytest.mark.parametrize("width", [390, 1024])
def test_nothing_sticks_out_sideways_on_a_narrow_screen(desk, page, width):
    page.set_viewport_size({"width": width, "height": 844})
    for address in PAGES:
        page.goto(f"{desk.url}/console/{address}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
