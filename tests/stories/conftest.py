"""A whole product with the demo for one file of stories, a browser, and how one signs in, writes and reads letters."""

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
IN_A_BROWSER = [
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


@pytest.fixture(scope="module")
def signed_in():
    """What the browser of each one who signed in keeps, by e-mail and language."""
    return {}


@pytest.fixture
def opened(desk, chromium, signed_in):
    """Opens a browser of its own for somebody, who signs in once in a file of stories.

    What its scripts complained about is in ``faults``.
    """
    contexts = []

    def new_page(email=None, language="ru-RU", width=1440):
        kept = signed_in.get((email, language))
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale=language, base_url=desk.url, storage_state=kept
        )
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda message: message.type == "error" and page.faults.append(message.text))
        if email and kept is None:
            sign_in(page, desk, email)
            signed_in[email, language] = context.storage_state()
        elif email:
            page.goto("/console/")
        return page

    yield new_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(opened):
    """The leading specialist's browser."""
    return opened("oleg@desk.example.org")


def password_of(desk, email):
    lines = (desk.data / "demo-accounts.txt").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith(email))


def sign_in(page, desk, email, password=None):
    page.goto(f"{desk.url}/console/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password or password_of(desk, email))
    page.click("main button[type=submit]")
    page.wait_for_url("**/console/queue/**")


def write(desk, subject, text, sender="anna@example.org", **headers):
    """Send a mail to the desk; gives its Message-ID."""
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
    """The letters to ``recipient`` with ``word`` in the subject or the text."""
    found = []
    for message in mailbox.Maildir(desk.data / "mailbox", create=False):
        body = message.get_payload(0) if message.is_multipart() else message
        text = body.get_payload(decode=True)
        subject = str(make_header(decode_header(message["Subject"])))
        if recipient in str(message["To"]) and text and word in f"{subject}\n{text.decode()}":
            found.append(message)
    return found


def open_request(page, desk, subject, text, sender="anna@example.org"):
    """A mail comes in and is opened in the console; gives the ticket's number."""
    write(desk, subject, text, sender)
    eventually(lambda: letters(desk, sender, subject))
    page.goto(f"{desk.url}/console/search?q={subject}")
    page.click(f"[data-list] .row:has-text('{subject}')")
    page.wait_for_selector(f".ticket-head h1:has-text('{subject}')")
    return page.get_attribute(".ticket-head", "data-ticket")
