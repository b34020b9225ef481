"""The telephone in a real browser under the content policy, dark and light, wide and narrow: axe finds nothing."""

import pytest
from django.urls import reverse

from okibi.calls.models import Call, CallTask
from okibi.console.staff.tests.test_in_browser import (  # noqa: F401  the browser is a fixture
    LOOKS,
    browser_of,
    chromium,
    faults,
    pytestmark,
    sticks_out,
)
from okibi.customers.services import add_phone
from okibi.flows import phone_request, reply
from okibi.flows.phone_request import Heard
from okibi.journal.services import SYSTEM
from okibi.kernel.clock import now
from okibi.schemes.services import ensure_loaded
from tests import exchanges
from tests.cast import make_cast
from tests.looks import one_and_more

ANNA, STRANGER = "+79000000017", "+79000000055"


@pytest.fixture
def anna(live_server, settings, tmp_path):
    exchanges.configure(settings, tmp_path, exchanges.account("cti"))  # without one no page asks whether it rings
    ensure_loaded()
    made = make_cast()
    add_phone(made.anna.pk, ANNA, actor=SYSTEM)
    return made.anna


def rang(number, person, **more) -> Call:
    moment = now()
    given = {"exchange": "cti", "key": str(Call.objects.count()), "direction": "in", "said": number, "e164": number}
    return Call.objects.create(**given, started_at=moment, last_event_at=moment, person=person, **more)


def owed_to(anna, vera) -> CallTask:
    ticket = phone_request.place("k", vera, Heard(ANNA, "Не печатает счета.", kind="incident", person_id=anna.pk))
    reply.reply(ticket.pk, vera, "Выберите принтер по умолчанию.")
    return CallTask.objects.get()


@pytest.mark.parametrize(("colours", "size"), one_and_more(LOOKS))
def test_every_page_is_sound_while_it_rings(browser_of, oleg, vera, anna, colours, size):  # noqa: F811
    task = owed_to(anna, vera)
    rang(ANNA, anna)
    rang(STRANGER, None, state="talking", answered_by=vera, answered_at=now())
    rang(ANNA, anna, state="ended", answered_by=vera, answered_at=now(), talk_seconds=65, ticket=task.ticket)
    rang(STRANGER, None, state="missed")
    paths = (
        reverse("console-calls"),
        reverse("console-calls-tasks"),
        reverse("console-calls-task", args=[task.pk]),
        reverse("console-calls-new") + f"?number=%2B{ANNA[1:]}",
        reverse("console-calls-said", args=[task.ticket.number]),
        reverse("console-calls-tie") + f"?number=%2B{STRANGER[1:]}&q=вольск",
        reverse("console-ticket", args=[task.ticket.number]),
    )
    page = browser_of(oleg, size, colours)
    wrong = {}
    for path in paths:
        page.goto(path)
        page.wait_for_selector(".pop-card")
        if "/new/" in path:
            page.wait_for_selector(".call-person")
        found = faults(page) + ([("sticks out", [])] if sticks_out(page) else [])
        if found:
            wrong[path] = found
    assert wrong == {}


def test_a_card_that_was_put_aside_stays_aside_and_takes_no_cursor(browser_of, oleg, anna):  # noqa: F811
    rang(ANNA, anna)
    page = browser_of(oleg)
    page.goto(reverse("console-queue", args=["all"]))
    page.wait_for_selector(".pop-card")
    page.focus("#find")
    page.evaluate("document.body.dispatchEvent(new CustomEvent('call-changed'))")
    page.wait_for_timeout(300)
    assert page.evaluate("document.activeElement.id") == "find"
    page.click("[data-pop-hide]")
    page.locator(".pop-card").wait_for(state="hidden")
    page.goto(reverse("console-calls"))
    page.locator(".pop-card").wait_for(state="hidden")


def test_the_form_is_filled_by_keys_alone(browser_of, oleg, anna):  # noqa: F811
    page = browser_of(oleg)
    page.goto(reverse("console-queue", args=["all"]))
    page.keyboard.press("p")
    page.wait_for_url("**/calls/new/")
    page.keyboard.type("89000000017")  # the cursor stands in the number
    page.wait_for_selector(".call-person:has-text('Анна Вольская') input:checked")
    page.focus("#id_text")
    page.keyboard.type("Не печатает счета.")
    page.wait_for_selector("#call-outlook:has-text('Ответим до')")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/calls/said/**")


def test_what_is_typed_stays_when_the_server_is_away(browser_of, oleg, anna):  # noqa: F811
    page = browser_of(oleg)
    page.goto(reverse("console-calls-new"))
    page.fill("#id_number", ANNA)
    page.fill("#id_text", "Не печатает счета.")
    page.route("**/calls/new/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".toast")
    assert page.input_value("#id_text") == "Не печатает счета."
    page.unroute("**/calls/new/")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/calls/said/**")
