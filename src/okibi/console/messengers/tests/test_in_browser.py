"""WhatsApp at the desk in a real browser, through the real server: answered inside the window and outside."""

import time
import urllib.request
from datetime import timedelta

import pytest

from okibi.channels.messenger_models import Conversation
from okibi.console.messengers.tests.conftest import work
from okibi.console.staff.tests.test_in_browser import (  # noqa: F401  the browser is a fixture
    LOOKS,
    browser_of,
    chromium,
    faults,
    pytestmark,
    sticks_out,
)
from okibi.customers.messenger_models import MessengerIdentity
from okibi.customers.models import PhoneNumber
from okibi.kernel.clock import now
from okibi.tickets.models import Ticket
from tests.looks import one_and_more
from tests.simulators.whatsapp import incoming, signature, webhook

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415478da63f8ffff3f0005fe02fe0def46b8"
    "0000000049454e44ae426082"
)

PHONE = "+79000000001"


@pytest.fixture
def say(live_server, meta):
    """Somebody writes by WhatsApp: a signed push over the wire, then what the workers do."""

    def said(*changes):
        body = webhook(*changes)
        headers = {"X-Hub-Signature-256": signature(body), "Content-Type": "application/json"}
        asked = urllib.request.Request(f"{live_server.url}/hooks/whatsapp/main", body, headers)
        with urllib.request.urlopen(asked, timeout=20) as answer:
            assert answer.status == 200
        work()

    return said


@pytest.fixture
def with_document(say, meta, cast):
    PhoneNumber.objects.create(person=cast.anna, e164=PHONE)
    file = meta.add_file(b"E-17 at line 42\n" * 40) | {"caption": "Не печатает счета, вот журнал"}
    say(incoming("wamid.1", "document", file, timestamp=int(time.time()), sender="79000000001"))
    return Ticket.objects.get()


def close_the_window():
    Conversation.objects.update(last_in_at=now() - timedelta(hours=24))


def test_a_document_is_answered_inside_the_window_and_outside_by_a_template_that_opens_it_anew(
    browser_of,  # noqa: F811
    cast,
    with_document,
    say,
    meta,
):
    page = browser_of(cast.oleg)
    page.goto(f"/console/t/{with_document.number}/")
    assert page.get_by_text("log.zip").is_visible()
    assert "Писать можно, окно закроется" in page.locator("#way-line").inner_text()
    page.locator("#body").fill("Заново выберите *принтер*.")
    page.locator("[data-send-button]").click()
    page.locator(".msg-out strong", has_text="принтер").wait_for()
    work()
    assert meta.sent[-1].text.startswith("Заново выберите *принтер*.")

    close_the_window()
    page.reload()
    assert "Свободный текст не дойдёт" in page.locator("#way-line").inner_text()
    assert not page.locator("#body").is_visible()  # the template's text is what is sent
    page.get_by_role("textbox", name="номер заявки").fill("26-77")
    page.locator("[data-send-button]").click()
    page.locator(".msg-out", has_text="По заявке 26-77 есть ответ").wait_for()
    work()
    assert meta.sent[-1].body["template"]["name"] == "request_update"

    say(incoming("wamid.2", content={"body": "Слушаю"}, timestamp=int(time.time()), sender="79000000001"))
    page.reload()
    page.locator("#body").fill("Рады помочь.")
    page.locator("[data-send-button]").click()
    page.locator(".msg-out", has_text="Рады помочь.").wait_for()


def test_an_answer_by_mail_asks_for_the_consent_first(browser_of, cast, with_document):  # noqa: F811
    page = browser_of(cast.oleg)
    page.goto(f"/console/t/{with_document.number}/")
    assert not page.locator("#consent").is_visible()
    page.get_by_label("anna@example.org").check()
    page.locator("#body").fill("Подробности письмом.")
    page.locator("[data-send-button]").click()
    page.locator("#compose-errors", has_text="Запишите согласие").wait_for()
    page.locator("#consent").fill("сказала по телефону")
    page.locator("[data-send-button]").click()
    page.locator(".event", has_text="Согласие: сказала по телефону").wait_for()
    assert with_document.messages.get(kind="reply").channel == "email"


@pytest.mark.parametrize(("colours", "size"), one_and_more(LOOKS))
def test_every_page_is_sound(browser_of, cast, with_document, say, meta, colours, size):  # noqa: F811
    voice = meta.add_file(b"OggS" + b"\x00" * 40) | {"mime_type": "audio/ogg; codecs=opus", "voice": True}
    picture = meta.add_file(PNG) | {"mime_type": "image/png", "caption": "Вот *снимок*"}
    card = [{"name": {"formatted_name": "Борис Лапин"}, "phones": [{"phone": "+79000000002"}]}]
    place = {"latitude": 55.75, "longitude": 37.61, "name": "Офис", "address": "Лесная ул., 5"}
    for each in (voice, picture):
        each.pop("filename")
    say(
        incoming("wamid.2", "audio", voice),
        incoming("wamid.3", "image", picture),
        incoming("wamid.4", "contacts", card),
        incoming("wamid.5", "location", place),
        incoming("wamid.6", content={"body": "это про журнал"}, context={"id": "wamid.1"}),
        incoming("wamid.7", content={"body": "лишнее"}, context={"forwarded": True}),
        incoming("wamid.8", "order", {}),
        incoming("wamid.9", "edit", {"original_message_id": "wamid.6",
                                     "message": {"type": "text", "text": {"body": "это про него"}}}),
        incoming("wamid.10", "revoke", {"original_message_id": "wamid.7"}),
    )  # fmt: skip
    identity = MessengerIdentity.objects.get()
    page = browser_of(cast.oleg, size, colours)
    wrong = {}
    for path, closed in (
        (f"/console/t/{with_document.number}/", False),
        (f"/console/t/{with_document.number}/", True),
        (f"/console/customers/people/{cast.anna.pk}/", False),
        (f"/console/messengers/whose/{identity.pk}/", False),
        ("/console/messengers/", False),
    ):
        if closed:
            close_the_window()
        page.goto(path)
        found = faults(page) + ([("sticks out", [])] if sticks_out(page) else [])
        if found:
            wrong[f"{path} {closed}"] = found
    assert wrong == {}
