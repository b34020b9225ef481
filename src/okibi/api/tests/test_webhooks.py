"""Webhooks managed by a system of the vendor's: made, changed, tried, their log read, a call repeated."""

import pytest

from okibi.accounts.scopes import Scope
from okibi.api.tests.conftest import with_scopes
from okibi.journal.models import Entry
from okibi.webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db
URL = "https://shop.example.org/okibi"


@pytest.fixture
def shop():
    return with_scopes(Scope.WEBHOOKS_MANAGE)


@pytest.fixture
def webhook(shop):
    made = shop.post("/webhooks", {"url": URL, "codes": ["ticket.placed"], "note": "Магазин"})
    assert made.status_code == 201, made.content
    return made.json()


def test_one_is_made_and_its_secret_is_shown_once(shop, webhook):
    assert webhook["secret"].startswith("whsec_")
    found = shop.get(f"/webhooks/{webhook['id']}").json()
    assert (found["url"], found["codes"], found["active"], found["note"]) == (URL, ["ticket.placed"], True, "Магазин")
    assert "secret" not in found
    assert [each["id"] for each in shop.get("/webhooks").json()["items"]] == [webhook["id"]]
    assert Entry.objects.get(code="webhook.created").actor_name == "API: Магазин"


def test_it_is_changed_switched_off_given_another_secret_and_deleted(shop, webhook):
    where = f"/webhooks/{webhook['id']}"
    changed = shop.call("PUT", where, {"url": f"{URL}/2", "codes": [], "active": False}).json()
    assert (changed["url"], changed["codes"], changed["active"]) == (f"{URL}/2", [], False)
    assert shop.post(f"{where}/secret").json()["secret"] != webhook["secret"]
    assert shop.call("DELETE", where).status_code == 204
    assert shop.get(where).status_code == 404


def test_a_trial_stands_in_the_log_and_is_told_once_more(shop, webhook):
    where = f"/webhooks/{webhook['id']}"
    tried = shop.post(f"{where}/test").json()
    assert (tried["code"], tried["state"], tried["attempts"]) == ("webhook.tested", "queued", 0)
    Delivery.objects.update(state="failed", ended_at="2026-11-23T09:00:00Z", status=500, answer="нет")
    (failed,) = shop.get(f"{where}/calls?state=failed").json()["items"]
    assert (failed["id"], failed["status"], failed["answer"]) == (tried["id"], 500, "нет")
    again = shop.post(f"{where}/calls/{failed['id']}/replay").json()
    assert (again["state"], again["event_id"]) == ("queued", tried["event_id"])
    assert shop.get(f"{where}/calls?state=failed").json()["items"] == []


def test_the_log_comes_in_pages(shop, webhook):
    for number in range(3):
        Delivery.objects.create(
            endpoint_id=webhook["id"], entry_id=10_000 + number, code="ticket.placed",
            next_attempt_at="2026-11-23T09:00:00Z", created_at="2026-11-23T09:00:00Z",
        )  # fmt: skip
    first = shop.get(f"/webhooks/{webhook['id']}/calls?limit=2").json()
    second = shop.get(f"/webhooks/{webhook['id']}/calls?limit=2&cursor={first['next']}").json()
    assert [each["event_id"] for each in first["items"] + second["items"]] == ["evt_10002", "evt_10001", "evt_10000"]
    assert second["next"] is None


WRONG = {
    "an address of the desk's own network": {"url": "http://127.0.0.1/"},
    "no address": {"url": "shop"},
    "an event that there is not": {"url": URL, "codes": ["ticket.exploded"]},
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_and_nothing_is_made(shop, case):
    assert shop.post("/webhooks", WRONG[case]).status_code == 422
    assert not Endpoint.objects.exists()


def test_one_that_is_off_is_neither_tried_nor_told_again(shop, webhook):
    where = f"/webhooks/{webhook['id']}"
    tried = shop.post(f"{where}/test").json()
    shop.call("PUT", where, {"url": URL, "active": False})
    for act in ("test", f"calls/{tried['id']}/replay"):
        assert shop.post(f"{where}/{act}").status_code == 409


def test_each_refusal_has_a_code_and_its_field(shop, webhook):
    for given, code, field in (
        ({"url": "http://shop.example.org/"}, "webhooks.url", "url"),
        ({"url": "nonsense"}, "webhooks.url", "url"),
        ({"url": URL, "codes": ["ticket.nonsense"]}, "webhooks.codes", "codes"),
    ):
        told = shop.post("/webhooks", given)
        assert (told.status_code, told.json()["code"]) == (422, code)
        assert [each["field"] for each in told.json()["errors"]] == [field]
    where = f"/webhooks/{webhook['id']}"
    shop.call("PUT", where, {"url": URL, "active": False})
    off = shop.post(f"{where}/test")
    assert (off.status_code, off.json()["code"]) == (409, "webhooks.off")
