"""A request from a terminal to the specialist's answer: okibi-ipv and the whole product, the line cut between."""

import json
import mailbox
import os
import re
import shutil
import subprocess
import sys
from email.header import decode_header, make_header

import httpx
import pytest

from okibi.ops.tests.conftest import PATIENCE, Product, eventually, open_folder

LICENCE = "Л-2026-0418"
ANSWER = "Обновите драйвер принтера до 5.2.1 и напечатайте снова."


@pytest.fixture(scope="module")
def desk():
    with open_folder() as folder:
        running = Product(folder / "data")
        running.start("--demo")
        yield running
        if running.process.poll() is None:
            running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def ipv(desk, tmp_path):
    """Types a command; ``said.json`` is what it printed."""
    environment = os.environ | {
        "OKIBI_LANG": "ru",
        "OKIBI_SERVER": desk.url,
        "OKIBI_SDK_HOME": str(tmp_path / "ipv"),
        "PYTHONIOENCODING": "utf-8",
    }

    def run(*arguments, code=0):
        command = [sys.executable, "-m", "okibi_sdk", *arguments]
        said = subprocess.run(
            command, env=environment, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False
        )
        assert said.returncode == code, said.stdout + said.stderr
        return json.loads(said.stdout) if "--json" in arguments else said.stdout

    run.environment = environment
    return run


def code_for(desk, address, device):
    """The six digits of the newest letter that names this device."""
    for message in mailbox.Maildir(desk.data / "mailbox", create=False):
        body = message.get_payload(0) if message.is_multipart() else message
        text = body.get_payload(decode=True).decode()
        subject = str(make_header(decode_header(message["Subject"])))
        found = re.search(r"\b\d{6}\b", subject)
        if found and address in str(message["To"]) and device in text:
            return found[0]
    return ""


def answer_in_the_console(desk, number):
    """What the leading specialist does in a browser, by the console's own forms."""
    lines = (desk.data / "demo-accounts.txt").read_text().splitlines()
    password = next(line.split()[1] for line in lines if line.startswith("oleg@desk.example.org"))
    with httpx.Client(base_url=desk.url, follow_redirects=True, timeout=60) as browser:
        browser.get("/accounts/login/")
        token = {"csrfmiddlewaretoken": browser.cookies["okibi_csrf"]}
        signed = browser.post(
            "/accounts/login/", data={**token, "login": "oleg@desk.example.org", "password": password}
        )
        assert signed.status_code == 200
        token = {"csrfmiddlewaretoken": browser.cookies["okibi_csrf"]}
        page = browser.get(f"/console/t/{number}/")
        assert "ошибка E-17" in page.text
        sent = browser.post(f"/console/t/{number}/write", data={**token, "act": "reply", "body": ANSWER})
        assert sent.status_code == 200, sent.text
    return True


def listen_until_answered(desk, ipv, number):
    """``okibi-ipv follow``, from the beginning: once the words are heard they are answered, and the answer is heard."""
    listening = subprocess.Popen(
        [sys.executable, "-m", "okibi_sdk", "follow", number, "--after", "0", "--json"],
        env=ipv.environment,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        answered = False
        for line in listening.stdout:
            heard = json.loads(line)
            said = heard.get("messages", [])
            if any(each["text"] == ANSWER for each in said):
                return heard
            if not answered and said and said[-1]["text"] == "И накладные тоже":
                answered = answer_in_the_console(desk, number)
    finally:
        listening.kill()
        listening.wait()
    raise AssertionError("the answer was never heard")


def test_from_enrolment_to_the_answer_with_the_line_cut_in_between(desk, ipv, tmp_path):
    begun = ipv("enrol", "--licence", LICENCE, "--email", "anna@example.org", "--device", "Склад-7", "--json")
    assert begun["state"] == "awaiting_confirmation"
    eventually(lambda: code_for(desk, "anna@example.org", "Склад-7"))
    assert "Склад-7" in ipv("enrol", "--code", code_for(desk, "anna@example.org", "Склад-7"))
    verdict = ipv("environment", "--send", "--product", "desktop", "--version", "5.2", "--json")
    assert any(line["about"] == "entitlement" and line["status"] == "met" for line in verdict["lines"])

    log = tmp_path / "журнал.log"
    log.write_bytes(os.urandom(2_500_000))
    words = (
        "place",
        "Не печатает счета, ошибка E-17",
        "--kind",
        "incident",
        "--product",
        "desktop",
        "--version",
        "5.2",
    )
    desk.stop()
    assert "ждёт отправки" in ipv(*words, "--file", str(log), code=4)
    desk.start()
    assert "отправлена" in ipv("outbox", "--send")
    (placed,) = [each for each in ipv("list", "--json") if each["subject"].startswith("Не печатает счета")]
    assert placed["due_at"]

    number = placed["number"]
    ipv("say", number, "И накладные тоже")
    heard = listen_until_answered(desk, ipv, number)
    assert heard["number"] == number

    shown = ipv("show", number, "--json")
    assert [each["author"] for each in shown["messages"]][:3] == ["me", "me", "desk"]
    assert shown["request"]["unread"] == 1
    file = shown["messages"][0]["attachments"][0]
    ipv("fetch", file["id"], str(tmp_path / "назад.log"))
    assert (tmp_path / "назад.log").read_bytes() == log.read_bytes()
    assert "закрыта" in ipv("works", number)
    ipv("rate", number, "5", "Спасибо")
    assert ipv("list", "--state", "closed", "--json")[0]["rating"]["score"] == 5
    ipv("sign-out")
    ipv("list", code=5)
