"""The page of the letter's link: what is granted, yes, no and stop; opening it changes nothing."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from okibi.kernel.clock import now
from okibi.releases.models import Release
from okibi.releases.tests.test_releases import shipped
from okibi.updates import services
from okibi.updates.kinds import Way
from okibi.updates.models import Agreement, Batch, Run
from okibi.updates.services import Whose
from okibi.updates.terms import HostWish, Wish, checked
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
S = ["desktop", "server"]


@pytest.fixture
def page(db):
    cast = make_cast()
    hosts = [HostWish("Касса-1"), HostWish("Сервер", None, Way.WAKE, "srv.example.org")]
    wish = Wish(S, hosts, now().date() + timedelta(days=365), "Europe/Moscow", {"mon": ["22:00-06:00"]})
    agreement = services.propose(Whose(cast.anna, cast.ryabina), checked(wish, S, now()), cast.vera)
    return reverse("website-agreement", args=[services.new_link(agreement)])


def run_on(host, state, **fields):
    """A run of 4.3.0 on a computer, as it stands."""
    release = Release.objects.filter(version="4.3.0").first() or shipped("4.3.0")
    batch = Batch.objects.create(release=release, created_at=now(), created_by="Олег Лесин")
    return Run.objects.create(
        batch=batch, agreement=host.agreement, host=host, release=release, state=state, created_at=now(), **fields
    )


def text_of(answer) -> str:
    return html.unescape(answer.content.decode())


def state():
    return Agreement.objects.get().state


def test_it_says_all_that_is_granted_and_is_kept_by_nobody(page):
    answer = Client().get(page)
    for words in ("Касса-1", "srv.example.org:8471", "пн 22:00–06:00", "Да, разрешаю", "Нет, не разрешаю"):
        assert words in text_of(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_it_shows_how_the_updates_go_on_its_computers(page):
    Client().post(page, {"act": "confirm"})
    host, other = Agreement.objects.get().hosts.order_by("pk")
    run_on(host, "failed", message={"ru": "нет места", "en": "no space"})
    run_on(host, "installing", percent=77)
    run_on(other, "rolled_back", message={"ru": "служба не запустилась", "en": "the service did not start"})
    shown = text_of(Client().get(page))
    assert re.search(r"<b>Касса-1</b>.*?ставится.*?ОКИБИ Десктоп 4.3.0.*?value=.77.", shown, re.DOTALL)
    assert re.search(r"<b>Сервер</b>.*?вернулся к прежней версии.*?служба не запустилась", shown, re.DOTALL)
    assert "нет места" not in shown  # the newest try counts
    assert "Доступ дан: Анна Вольская" in shown


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_it_changes_nothing(page, method):
    assert getattr(Client(), method)(page).status_code == 200
    assert state() == "proposed"


ACTS = {
    "yes": (["confirm"], "confirmed", "Отозвать доступ"),
    "no": (["decline"], "declined", "Вы отказались"),
    "yes, then stop": (["confirm", "withdraw"], "withdrawn", "Доступ отозван"),
    "no, then yes": (["decline", "confirm"], "declined", "Вы отказались"),
    "something else": (["install"], "proposed", "Да, разрешаю"),
}


@pytest.mark.parametrize(("acts", "ends", "words"), ACTS.values(), ids=ACTS)
def test_its_buttons(page, acts, ends, words):
    client = Client()
    for act in acts:
        answer = client.post(page, {"act": act}, follow=True)
    assert state() == ends
    assert words in text_of(answer)


def test_without_the_word_of_the_page_nothing_is_granted(page):
    assert Client(enforce_csrf_checks=True).post(page, {"act": "confirm"}).status_code == 403
    assert state() == "proposed"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_nobody_made_leads_nowhere(page, method):
    answer = getattr(Client(), method)(reverse("website-agreement", args=["forged"]), {"act": "confirm"})
    assert answer.status_code == 404
    assert "Касса" not in text_of(answer)


def test_a_new_letter_ends_the_link_of_the_one_before(page):
    services.new_link(Agreement.objects.get())
    assert Client().get(page).status_code == 404
