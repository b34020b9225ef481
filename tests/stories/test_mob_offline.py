"""ОКИБИ Моб where things go wrong: no network, a lost answer, a closed application, a telephone cut off."""

import httpx
import pytest

from okibi.ops.tests.conftest import eventually
from tests.stories import phones
from tests.stories.phones import KEPT, enrol, numbers, ring, write

pytestmark = phones.IN_A_BROWSER
chromium, desk, phone = phones.chromium, phones.desk, phones.phone


def test_placed_without_a_connection_it_arrives_once(desk, phone):
    """Closed and opened without a network, the server ended and started again in between."""
    page = phone()
    enrol(desk, page)
    page.context.set_offline(True)
    page.wait_for_selector(".bar:has-text('нет сети')")
    write(page, "Приложение закрывается само")
    page.wait_for_selector(".bar:has-text('нет сети: уйдёт сама')")
    page.tap(".send")
    page.wait_for_selector("[data-waiting]:has-text('уйдёт сама')")
    page.reload()  # the shell is there without a connection, and so is what was written
    page.wait_for_selector("[data-waiting]:has-text('закрывается само')")
    desk.stop()
    desk.start("--demo")  # with its mailbox
    page.context.set_offline(False)
    page.wait_for_selector("[data-waiting]", state="detached")
    page.wait_for_selector(".request:has-text('закрывается само')")
    page.reload()
    page.wait_for_selector(".request:has-text('закрывается само')")
    assert len(numbers(page, "закрывается само")) == 1
    assert page.faults == []


def test_an_answer_that_was_lost_on_the_way_makes_no_second_request(desk, phone):
    """In a browser without service workers, which must do as well."""
    page = phone(service_workers="block")
    page.tap("text=Писать без регистрации")
    page.wait_for_selector("[data-screen=list]")
    tries = []

    def lose_the_first_answer(route):
        if route.request.method != "POST":
            return route.continue_()
        answer = route.fetch()
        tries.append((answer.status, route.request.headers["idempotency-key"], answer.json()["number"]))
        return route.abort("connectionreset") if len(tries) == 1 else route.fulfill(response=answer)

    page.context.route("**/api/v1/requests", lose_the_first_answer)
    write(page, "Пропал звук")
    page.tap(".send")
    page.wait_for_selector(".request:has-text('Пропал звук')")
    page.wait_for_selector("[data-waiting]", state="detached")
    assert len(tries) == 2
    assert len(set(tries)) == 1
    assert tries[0][0] == 201
    page.reload()
    page.wait_for_selector(".request:has-text('Пропал звук')")
    assert len(numbers(page, "Пропал звук")) == 1


def test_what_waits_goes_out_while_the_application_is_closed(desk, phone):
    page = phone()
    page.tap("text=Писать без регистрации")
    page.wait_for_selector("[data-screen=list]")
    page.context.set_offline(True)
    write(page, "Экран мигает")
    page.tap(".send")
    page.wait_for_selector("[data-waiting]")
    page.goto("about:blank")
    page.context.set_offline(False)
    other = page.context.new_page()
    other.goto(f"{desk.url}/mob/manifest.webmanifest")  # a page that is none of the application's
    ring(other, "dispatchSyncEvent", tag="outbox", lastChance=False)
    token = other.evaluate(KEPT, ["kv", "token"])
    mine = {"Authorization": f"Bearer {token}"}
    eventually(lambda: httpx.get(f"{desk.url}/api/v1/requests", headers=mine).json()["items"])
    eventually(lambda: other.evaluate(KEPT, ["outbox", None]) == [])


@pytest.mark.long
def test_a_telephone_that_was_cut_off_asks_who_it_is_and_loses_nothing_written(desk, phone):
    page = phone()
    enrol(desk, page)
    token = page.evaluate("import('/static/mob/store.js').then((store) => store.kept('token'))")
    httpx.delete(f"{desk.url}/api/v1/device", headers={"Authorization": f"Bearer {token}"}).raise_for_status()
    page.context.set_offline(True)
    write(page, "Потеряла телефон и нашла")
    page.tap(".send")
    page.wait_for_selector("[data-waiting]")
    page.context.set_offline(False)
    page.wait_for_selector("[data-screen=enrol]")
    enrol(desk, page)
    page.wait_for_selector(".request:has-text('Потеряла телефон')")
    assert len(numbers(page, "Потеряла телефон")) == 1


def test_what_the_desk_does_not_take_becomes_a_draft_again(desk, phone):
    page = phone(service_workers="block")
    page.tap("text=Писать без регистрации")
    page.wait_for_selector("[data-screen=list]")
    problem = {
        "code": "invalid",
        "detail": "Данные не подходят.",
        "errors": [{"field": "text", "detail": "Слишком длинно: не больше 100000 знаков."}],
    }
    refused = []

    def refuse_once(route):
        if route.request.method != "POST" or refused:
            return route.continue_()
        refused.append(route.request.url)
        return route.fulfill(status=422, json=problem, content_type="application/problem+json")

    page.context.route("**/api/v1/requests", refuse_once)
    write(page, "Длинный журнал")
    page.tap("[role=radio] >> nth=1")
    page.tap(".send")
    page.wait_for_selector(".waiting.failed small:has-text('не больше 100000 знаков')")
    page.tap(".waiting.failed >> text=Изменить")
    page.wait_for_selector("[data-screen=compose]")
    assert page.input_value("#text") == "Длинный журнал"
    assert page.get_attribute("[data-kind=question]", "aria-checked") == "true"
    page.fill("#text", "Длинный журнал: приложу файлом")
    page.tap(".send")
    page.wait_for_selector(".request:has-text('приложу файлом')")
    page.wait_for_selector("[data-waiting]", state="detached")
