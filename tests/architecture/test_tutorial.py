"""The tutorial is typed as it stands, on a product that really runs; only ports and data folder are a test's own."""

import os
import re
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest

from okibi.ops.tests.conftest import PATIENCE, Product, eventually, open_folder
from okibi.ops.tests.test_up import Browser

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "docs/tutorial" / name for name in ("first-request.md", "first-request.ru.md")]
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
START, SEND, LOOK, AGAIN = range(4)


def blocks(page: Path) -> list[str]:
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def typed(block: str, product: Product) -> str:
    """What a terminal in the checkout prints for the block."""
    own = block.replace("8025", str(product.mail_port)).replace("data/mailbox", f"{product.data}/mailbox")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["/bin/sh", "-ec", own],
        cwd=ROOT,
        env={"PATH": path, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class Reader(Browser):
    """Somebody at the console."""

    def do(self, page: str, address: str, **fields: str) -> None:
        """Send a form that stands on one page to another address."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(page)[1])
        form = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        self.opener.open(self.product.url + address, data=form, timeout=30).close()


@pytest.fixture(scope="module")
def product():
    with open_folder() as folder:
        running = Product(folder / "data")
        running.begin("--demo")  # from nothing, as its reader does
        yield running
        running.stop()


def test_both_languages_have_one_to_type():
    english, russian = (blocks(page) for page in PAGES)
    assert english == russian
    assert english[START].strip() == "script/server"


def test_what_the_start_prints_is_what_the_page_shows(product):
    shown = PAGES[0].read_text(encoding="utf-8")
    said = [line for line in product.said().splitlines() if not line.startswith("{")]
    for line in said:
        beginning = line.split("127.0.0.1")[0].split(str(product.data))[0].split("  ")[0]
        assert beginning in shown or line.endswith(("Синицына", "Громов", "Арсеньева")), line
    assert (product.data / "demo-accounts.txt").read_text().splitlines()[0] in said


def test_from_the_mail_to_its_answer_and_back(product):
    send = blocks(PAGES[0])
    typed(send[SEND], product)
    typed(send[SEND], product)
    eventually(lambda: "Subject:" in typed(send[LOOK], product))
    receipt = typed(send[LOOK], product)
    number = re.search(r"\[(\d\d-\d{6})\]", receipt)[1]
    assert receipt.count("Subject:") == 1, "a repeat made a second request"
    assert "Ответим до" in receipt
    assert "Л-2026" not in receipt, "nothing proved that it was Anna"

    oleg = Reader(product)
    oleg.sign_in()
    ticket = f"/console/t/{number}/"
    assert number in oleg.get("/console/queue/nobody/")[1]
    oleg.do(ticket, f"{ticket}write", act="reply", body="Please choose the printer again.")
    eventually(lambda: "Please choose the printer again." in typed(send[LOOK], product))

    typed(send[AGAIN], product)
    eventually(lambda: "It prints again, thank you." in oleg.get(ticket)[1])
    oleg.do(ticket, f"{ticket}solve", body="")
    eventually(lambda: f"Заявка {number} решена" in typed(send[LOOK], product))


def test_the_mail_of_the_readme_gets_its_receipt(product):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^python3 - <<'MAIL'\n.*?^MAIL$", readme, re.MULTILINE | re.DOTALL)
    typed(block[0], product)
    mailbox = product.data / "mailbox" / "new"
    eventually(lambda: any(b"<first@example.org>" in letter.read_bytes() for letter in mailbox.iterdir()))
