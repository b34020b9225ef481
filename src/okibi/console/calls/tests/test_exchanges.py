"""The page of exchanges: who is heard, who is refused, whose telephones are there, how recordings come."""

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from okibi.calls.models import Call, Recording
from okibi.channels.messenger import health
from okibi.kernel.clock import now
from tests import exchanges
from tests.simulators import cti

pytestmark = pytest.mark.django_db
RU = {"Accept-Language": "ru"}


@pytest.fixture(autouse=True)
def _two(settings, tmp_path):
    seat = '[[exchange.seat]]\nname = "7"\nstaff = "gone@example.org"\n'
    told = exchanges.account("mango", more='title = "Главная"').partition("[[exchange.seat]]")[0]
    mine = '[[exchange.seat]]\nname = "101"\nstaff = "vera@example.org"\n'
    cti_ = exchanges.account("cti", more='recordings = "when-played"').partition("[[exchange.seat]]")[0] + seat
    exchanges.configure(settings, tmp_path, told + mine, cti_)
    settings.OKIBI_PUBLIC_URL = "https://desk.example.org"
    health.forget()


def shown(client):
    answer = client.get(reverse("console-calls-exchanges"), headers=RU)
    return " ".join(html.unescape(answer.content.decode()).split())


def rings(token=cti.TOKEN):
    told = cti.push({"event": "newCall", "direction": "in", "from": "79000000011", "callId": "1"}, token=token)
    return Client().post(f"/hooks/cti/main?{told.query}", told.body, content_type=told.content_type).status_code


def test_an_exchange_says_how_it_does_and_shows_no_secret(as_oleg, vera):
    page = shown(as_oleg)
    assert "Mango Office: Главная" in page
    assert "101 Vera Sinitsyna" in page
    assert "В поддержке никто не входит как gone@example.org" in page
    assert "https://desk.example.org/hooks/mango/main" in page
    assert "Набирает сама</dt><dd>да" in page
    assert page.count("Тишина") == 2
    for secret in ("mango-key", "mango-salt", cti.TOKEN):
        assert secret not in page


def test_who_is_heard_and_who_is_refused_is_seen(as_oleg):
    assert rings("guessed") == 401
    assert "Не принимаем: ключ не тот" in shown(as_oleg)
    assert rings() == 200
    page = shown(as_oleg)
    assert "Работает" in page
    assert "без ключа или с чужим" in page


def test_how_recordings_come_is_counted(as_oleg, django_assert_max_num_queries):
    call = Call.objects.create(exchange="mango", account="main", key="1", direction="in", started_at=now(),
                               last_event_at=now(), state="ended")  # fmt: skip
    for number, (state, days) in enumerate([("kept", 1), ("kept", 2), ("lost", 3), ("lost", 40), ("waiting", 0)]):
        at = now() - timedelta(days=days)
        due = now() if state == "waiting" else None
        Recording.objects.create(call=call, key=str(number), where="1", state=state, created_at=at, next_attempt_at=due)
    shown(as_oleg)
    with django_assert_max_num_queries(12):
        page = shown(as_oleg)
    assert "за 30 дней хранится здесь: 2, ждём: 1, не получено: 1" in page


def test_a_wrong_file_says_what_is_wrong(as_oleg, settings, tmp_path):
    wrong = exchanges.account("cti", more='recordings = "sometimes"')
    exchanges.configure(settings, tmp_path, wrong)
    page = shown(as_oleg)
    assert "Файл с АТС не принят" in page
    assert "sometimes" in page
    (tmp_path / "telephone.toml").unlink()
    assert "АТС пока нет" in shown(as_oleg)


def test_specialists_have_no_such_page(as_vera):
    assert as_vera.get(reverse("console-calls-exchanges")).status_code == 403
    assert reverse("console-calls-exchanges") not in as_vera.get(reverse("console-calls")).content.decode()
