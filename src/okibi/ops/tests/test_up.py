"""``okibi up``: everything starts, is watched, survives a kill -9 of any of its processes, and stops together."""

import http.cookiejar
import json
import re
import signal
import smtplib
import socket
import stat
import urllib.parse
import urllib.request

import pytest

from okibi.ops.tests.conftest import Product, alive, command, eventually

PARTS = {"okibi-web", "okibi-worker", "okibi-inlets", "okibi-mailsink", "postgres"}
MAIL = """From: Anna Volskaya <anna@example.org>
To: support@example.org
Subject: =?utf-8?b?0J7RgtGH0ZHRgg==?= does not open {number}
Message-ID: <up-{number}@example.org>

Error 0042 since this morning.
"""


def letters(product: Product) -> int:
    return sum(1 for folder in ("new", "cur") for _ in (product.data / "mailbox" / folder).iterdir())


def test_it_says_where_everything_is_and_that_it_is_ready_last(product: Product) -> None:
    said = [line for line in product.said().splitlines() if not line.startswith("{")]
    assert said[-1] == f"ready {product.url}"
    inlets = [line.partition(" for ") for line in said if line.startswith("mail inlet ")]
    assert [inlet for inlet, _, _ in inlets] == [
        f"mail inlet smtp://127.0.0.1:{product.mail_port}",
        f"mail inlet lmtp://{product.data}/lmtp.sock",
    ]
    assert all("support@example.org" in addresses.split(", ") for _, _, addresses in inlets)
    assert f"outgoing mail: {product.data / 'mailbox'}" in said
    assert product.status("/") == 200
    assert product.status("/readyz") == 200


def test_every_part_runs_under_its_name(product: Product) -> None:
    eventually(lambda: set(product.parts()) == PARTS)


def test_secrets_are_closed_to_others(product: Product) -> None:
    for path in (product.data / "secrets").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


class Browser:
    """Keeps cookies, sends forms."""

    def __init__(self, product: Product) -> None:
        self.product = product
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def get(self, path: str) -> "tuple[str, str]":
        with self.opener.open(self.product.url + path, timeout=30) as answer:
            return answer.url, answer.read().decode()

    def post(self, path: str, **fields: str) -> "tuple[str, str]":
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(path)[1])
        form = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        with self.opener.open(self.product.url + path, data=form, timeout=30) as answer:
            return answer.url, answer.read().decode()

    def sign_in(self) -> str:
        """As the first account of the demo; gives the address where one lands."""
        email, password = (self.product.data / "demo-accounts.txt").read_text().split()[:2]
        return self.post("/accounts/login/", login=email, password=password)[0]


def test_a_form_reaches_the_pages_and_signs_in(product: Product) -> None:
    assert Browser(product).sign_in().startswith(product.url + "/console/")


def test_a_mail_gets_a_receipt_into_the_local_mailbox(product: Product) -> None:
    before = letters(product)
    with smtplib.SMTP("127.0.0.1", product.mail_port) as mail:
        mail.sendmail("anna@example.org", ["support@example.org"], MAIL.format(number=1))
    eventually(lambda: letters(product) > before)


def test_a_mail_by_lmtp_gets_one_too(product: Product) -> None:
    before = letters(product)
    with smtplib.LMTP(str(product.data / "lmtp.sock")) as mail:
        mail.sendmail("anna@example.org", ["support@example.org"], MAIL.format(number=11))
    eventually(lambda: letters(product) > before)


def test_a_mail_can_be_piped_in_and_a_repeat_makes_no_second_ticket(product: Product) -> None:
    numbers = set()
    for _ in range(2):
        answer = command("mail", "pipe", "--data", str(product.data), stdin=MAIL.format(number=2).encode())
        assert answer.returncode == 0, answer.stderr.decode()
        numbers.add(answer.stdout.decode().strip())
    assert len(numbers) == 1


def test_a_second_start_on_the_same_folder_is_refused_by_name(product: Product) -> None:
    answer = command("up", "--data", str(product.data))
    assert answer.returncode == 78
    assert f"already runs on {product.data} {product.url}" in answer.stderr.decode()


def test_doctor_finds_the_product_well(product: Product) -> None:
    answer = command("doctor", "--json", "--data", str(product.data))
    found = json.loads(answer.stdout)["findings"]
    findings = {finding["subject"]: finding["state"] for finding in found}
    assert [one["state"] for one in found if one["subject"] == "incoming mail"] == ["ok", "ok"]
    assert (answer.returncode, findings["running"], findings["database"]) == (0, "ok", "ok")


def test_the_local_mailbox_keeps_its_port_while_its_part_is_dead(product: Product) -> None:
    eventually(lambda: product.ports_of("okibi-mailsink"))
    (port,) = product.ports_of("okibi-mailsink")
    product.kill("okibi-mailsink")
    with pytest.raises(OSError, match="in use"):
        socket.create_server(("127.0.0.1", port))
    eventually(lambda: product.ports_of("okibi-mailsink") == {port})


def test_every_killed_part_comes_back(product: Product) -> None:
    for name in sorted(PARTS):
        killed = product.parts()[name]
        product.kill(name)
        eventually(lambda: product.parts().get(name, killed) != killed)  # noqa: B023  asked within the loop
    eventually(lambda: product.status("/readyz") == 200 and product.status("/") == 200)


def test_mail_is_still_taken_and_answered_after_all_that(product: Product) -> None:
    def taken() -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", product.mail_port) as mail:
                return not mail.sendmail("boris@example.org", ["support@example.org"], MAIL.format(number=3))
        except (OSError, smtplib.SMTPException):
            return False

    before = letters(product)
    eventually(taken)
    eventually(lambda: letters(product) > before)


def test_a_killed_supervisor_takes_its_parts_along_and_the_next_start_finds_everything(product: Product) -> None:
    known = letters(product)
    parts = product.parts()
    product.process.kill()
    product.process.wait()
    eventually(lambda: not any(alive(pid) for pid in parts.values()))
    product.start("--demo")
    assert product.status("/") == 200
    assert letters(product) >= known
    answer = command("mail", "pipe", "--data", str(product.data), stdin=MAIL.format(number=2).encode())
    assert answer.returncode == 0, answer.stderr.decode()


def test_asked_to_stop_it_stops_everything_even_while_somebody_watches_events(product: Product) -> None:
    browser = Browser(product)
    browser.sign_in()
    stream = browser.opener.open(product.url + "/console/events", timeout=30)
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    parts = product.parts()
    assert product.stop() == 0
    stream.close()
    assert not any(alive(pid) for pid in parts.values())
    assert not (product.data / "running.json").exists()


def test_ctrl_c_stops_it_too_and_without_the_demo_there_is_no_mailbox_server(product: Product) -> None:
    product.start("--no-demo")
    eventually(lambda: set(product.parts()) == PARTS - {"okibi-mailsink"})
    product.process.send_signal(signal.SIGINT)
    assert product.process.wait(60) == 0
