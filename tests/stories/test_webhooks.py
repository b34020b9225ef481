"""A system of the vendor's own hears of a mail the moment it came: added in the console, called, signed."""

import html
import json
import re
import shutil
import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage

import httpx
import pytest

from okibi.ops.tests.conftest import Product, eventually, open_folder
from okibi.webhooks.signature import headers
from tests.simulators.receiver import Receiver

ADMIN = "admin@desk.example.org"


@pytest.fixture(scope="module")
def desk():
    with open_folder() as folder:
        running = Product(folder / "data")
        running.data.mkdir(mode=0o711)
        (running.data / "okibi.env").write_text("OKIBI_WEBHOOKS_INSIDE=1\n")
        running.start("--demo")
        yield running
        if running.process.poll() is None:
            running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def console(desk):
    """An administrator's browser; ``send(address, **fields)`` sends one of the console's forms."""
    lines = (desk.data / "demo-accounts.txt").read_text().splitlines()
    password = next(line.split()[1] for line in lines if line.startswith(ADMIN))
    with httpx.Client(base_url=desk.url, follow_redirects=True, timeout=60) as browser:
        browser.get("/accounts/login/")

        def send(address, **fields):
            return browser.post(address, data={"csrfmiddlewaretoken": browser.cookies["okibi_csrf"], **fields})

        browser.send_form = send
        assert send("/accounts/login/", login=ADMIN, password=password).status_code == 200
        yield browser


def test_a_mail_comes_in_and_the_crm_hears_of_it_signed(desk, console):
    with Receiver() as crm:
        codes = ["ticket.placed", "webhook.tested"]
        page = console.send_form(
            "/console/integrations/webhooks/new/", url=f"{crm.url}/okibi", wanted="chosen", codes=codes
        ).text
        secret = html.unescape(re.search(r'id="secret" readonly value="([^"]+)"', page)[1])
        webhook = re.search(r'href="(/console/integrations/webhooks/\d+/)"', page)[1]

        letter = EmailMessage()
        letter["From"], letter["To"] = "Анна Вольская <anna@example.org>", "support@example.org"
        letter["Subject"], letter["Message-ID"] = "Не печатает", "<hook-1@example.org>"
        letter.set_content("Накладные не печатаются с утра.")
        with smtplib.SMTP("127.0.0.1", desk.mail_port, timeout=60) as line:
            line.send_message(letter)

        eventually(lambda: crm.calls)
        (call,) = crm.calls
        told = json.loads(call.body)
        assert (call.path, told["type"], told["data"]["subject"]["kind"]) == ("/okibi", "ticket.placed", "ticket")
        assert "Накладные" not in call.body.decode()
        stamp = datetime.fromtimestamp(int(call.headers["webhook-timestamp"]), UTC)
        assert call.headers.items() >= headers(secret, told["id"], stamp, call.body).items()
        number = told["data"]["subject"]["number"]
        assert "Не печатает" in console.get(f"/console/t/{number}/").text

        console.send_form(f"{webhook}test")
        eventually(lambda: len(crm.calls) == 2)
        assert json.loads(crm.calls[1].body)["type"] == "webhook.tested"
        eventually(lambda: console.get(webhook).text.count("принят</span>") == 2)
