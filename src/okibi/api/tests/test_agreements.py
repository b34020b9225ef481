"""Access for automatic updates in the application: read, granted, declined, withdrawn (scheme.md §3)."""

from datetime import timedelta

import pytest

from okibi.kernel.clock import now
from okibi.updates import services
from okibi.updates.kinds import Way
from okibi.updates.services import Whose
from okibi.updates.terms import HostWish, Wish, checked

pytestmark = pytest.mark.django_db
PRODUCTS = ["desktop", "server"]


@pytest.fixture
def agreement(cast):
    hosts = [HostWish("Касса-1"), HostWish("Сервер", None, Way.WAKE, "srv.example.org")]
    last = now().date() + timedelta(days=365)
    wish = Wish(PRODUCTS, hosts, last, "Europe/Moscow", {"mon": ["22:00-06:00"]}, "Начнём с кассы.")
    return services.propose(Whose(cast.anna, cast.ryabina), checked(wish, PRODUCTS, now()), cast.vera)


@pytest.fixture
def path(agreement):
    return f"/agreements/{agreement.pk}"


def test_who_asked_sees_all_that_is_granted(anna, path):
    shown = anna.get(path, Accept_Language="ru").json()
    assert (shown["state"], shown["can"]) == ("proposed", ["confirm", "decline"])
    assert shown["windows"] == {"mon": ["22:00-06:00"]}
    assert shown["hours"] == "пн 22:00–06:00, московское время"
    assert [(host["way"], host["address"], host["port"]) for host in shown["hosts"]] == [
        ("poll", "", None),
        ("wake", "srv.example.org", 8471),
    ]
    assert "Компьютер «Касса-1»" in shown["text"][1]
    assert [each["id"] for each in anna.get("/agreements").json()["items"]] == [shown["id"]]


@pytest.mark.parametrize(("yes", "state", "can"), [(True, "confirmed", ["withdraw"]), (False, "declined", [])])
def test_yes_and_no(anna, path, yes, state, can):
    shown = anna.post(f"{path}/answer", {"yes": yes}).json()
    assert (shown["state"], shown["can"], shown["answered_by"]) == (state, can, "Анна Вольская")
    again = anna.post(f"{path}/answer", {"yes": True})
    assert (again.status_code, again.json()["code"]) == (409, "agreement_state")


def test_the_administrator_answers_for_the_organisation(head, path):
    assert head.post(f"{path}/answer", {"yes": True}).json()["state"] == "confirmed"


@pytest.mark.parametrize("body", [{}, {"yes": "yes"}, {"yes": 1}, {"yes": None}])
def test_a_yes_is_a_yes(anna, path, body):
    assert anna.post(f"{path}/answer", body).status_code == 422
    assert anna.get(path).json()["state"] == "proposed"


def test_a_stop_needs_no_reason_and_takes_one(anna, path):
    anna.post(f"{path}/answer", {"yes": True})
    shown = anna.post(f"{path}/withdraw", {"reason": "ремонт"}).json()
    assert (shown["state"], shown["withdrawn_by"]) == ("withdrawn", "Анна Вольская")
    assert anna.post(f"{path}/withdraw", {}).status_code == 409


@pytest.mark.parametrize("who", ["boris", "another_head", "kirill", "unproved"])
def test_nobody_else_sees_it_or_answers(who, request, path, anna):
    caller = request.getfixturevalue(who)
    assert caller.get("/agreements").json()["items"] == []
    for method, where, body in (
        ("GET", path, None), ("POST", f"{path}/answer", {"yes": True}), ("POST", f"{path}/withdraw", {}),
    ):  # fmt: skip
        answer = caller.call(method, where, body)
        assert answer.status_code == 404
        assert "Касса" not in answer.content.decode()
    assert anna.get(path).json()["state"] == "proposed"


def test_pages_hold_all_of_them_once(anna, agreement, cast):
    terms = checked(
        Wish(PRODUCTS, [HostWish("Касса-2")], now().date() + timedelta(days=9), "Europe/Moscow"), PRODUCTS, now()
    )
    newest = [services.propose(Whose(cast.anna, cast.ryabina), terms, cast.vera).pk for _ in range(2)][::-1]
    first = anna.get("/agreements?limit=2").json()
    rest = anna.get(f"/agreements?limit=2&cursor={first['next']}").json()
    assert [each["id"] for each in first["items"] + rest["items"]] == [*newest, agreement.pk]
    assert rest["next"] is None
