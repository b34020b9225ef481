"""Four exchanges push over HTTP to a whole running product, and the desk sees the missed calls in its queue."""

import re
import shutil
from pathlib import Path

import httpx
import pytest

from okibi.ops.tests.conftest import Product, eventually, open_folder
from tests import exchanges
from tests.simulators import cti, mango, megafon, zadarma
from tests.simulators.exchange import over_http

KINDS = {"cti": cti, "mango": mango, "megafon": megafon, "zadarma": zadarma}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OLEG = "oleg@desk.example.org"


@pytest.fixture(scope="module")
def desk():
    """A vendor whose desk never closes: the story must not depend on the hour at which it is told."""
    with open_folder() as folder:
        policy = Path(__file__).parents[2] / "policies/example.toml"
        lines = [line for line in policy.read_text(encoding="utf-8").splitlines() if not line.startswith("week.")]
        at = lines.index('calendar = "week"') + 1
        lines[at:at] = [f'week.{day} = ["00:00-24:00"]' for day in DAYS]
        (folder / "policy.toml").write_text("\n".join(lines), encoding="utf-8")
        running = Product(folder / "data", OKIBI_POLICY=str(folder / "policy.toml"))
        running.data.mkdir(mode=0o711)
        file = running.data / "telephone.toml"
        file.write_text("format = 1\n" + "\n".join(exchanges.account(kind) for kind in KINDS), encoding="utf-8")
        file.chmod(0o600)
        running.start("--demo")
        yield running
        if running.process.poll() is None:
            running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def console(desk):
    lines = (desk.data / "demo-accounts.txt").read_text().splitlines()
    password = next(line.split()[1] for line in lines if line.startswith(OLEG))
    with httpx.Client(base_url=desk.url, follow_redirects=True, timeout=60) as browser:
        browser.get("/accounts/login/")
        fields = {"csrfmiddlewaretoken": browser.cookies["okibi_csrf"], "login": OLEG, "password": password}
        assert browser.post("/accounts/login/", data=fields).status_code == 200
        yield browser


def missed_in(console):
    """The numbers of the requests that are missed calls."""
    page = console.get("/console/search", params={"q": "Пропущенный"}).text
    return set(re.findall(r"\b\d\d-\d{6}\b", page))


def test_missed_calls_of_four_exchanges_stand_in_the_queue_once(desk, console):
    before = missed_in(console)
    for place, (kind, exchange) in enumerate(KINDS.items()):
        post = over_http(f"{desk.url}/hooks/{kind}/main")
        pushes = exchange.missed(f"+7900000008{place}", f"live-{kind}")
        for _ in range(2):  # the exchange tries again
            assert [status for status, _ in map(post, pushes)] == [200] * len(pushes)
        assert {post(push)[0] for push in exchange.answered(f"+7900000009{place}", f"talk-{kind}")} == {200}
    eventually(lambda: len(missed_in(console) - before) >= len(KINDS))
    assert len(missed_in(console) - before) == len(KINDS)  # each once, and no answered call among them
    answer = httpx.get(f"{desk.url}/hooks/zadarma/main", params={"zd_echo": "42"})
    assert (answer.status_code, answer.text) == (200, "42")
