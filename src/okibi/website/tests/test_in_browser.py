"""The public site in a real browser under the content policy: axe finds nothing, no script is needed."""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from okibi.flows import reply, site_request
from okibi.flows.links import say_who, where_is
from okibi.schemes.services import ensure_loaded
from okibi.tickets.models import Ticket
from okibi.website import opened
from tests.cast import make_cast
from tests.looks import one_and_more

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
LOOKS = {
    "in the light on a wide screen, in Russian": ("light", (1440, 900), "ru"),
    "in the dark on a phone, in English": ("dark", (390, 844), "en"),
}


@pytest.fixture(scope="module")
def chromium():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright runs a loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def anna(live_server):
    ensure_loaded()
    cast = make_cast()
    placed = site_request.place("one", "Анна Вольская", "anna@example.org", "", "Не печатает счета", {"language": "ru"})
    ticket = Ticket.objects.get(number=placed.number)
    reply.reply(ticket.pk, cast.oleg, "Заново выберите принтер.")
    return ticket


def looked_at(chromium, live_server, look, script=True):
    colours, (width, height), language = LOOKS[look]
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme=colours,
        reduced_motion="reduce",
        java_script_enabled=script,
    )
    context.add_cookies([{"name": "okibi_language", "value": language, "url": live_server.url}])
    return context.new_page()


def path(link):
    return "/" + link.split("/", 3)[3]


@pytest.mark.parametrize("look", one_and_more({name: (name,) for name in LOOKS}))
def test_axe_finds_nothing_and_nothing_sticks_out(chromium, live_server, anna, look):
    page = looked_at(chromium, live_server, look)
    refused = []
    page.on(
        "console", lambda message: refused.append(message.text) if "Content Security Policy" in message.text else None
    )
    pages = [
        "/",
        "/scheme/",
        "/request/",
        "/where/",
        "/where/?asked=1",
        path(where_is(anna)),
        path(say_who(anna)),
        "/nowhere/",
    ]
    found = {}
    for address in pages:
        page.goto(live_server.url + address)
        found[address] = [
            (one["id"], [node["target"] for node in one["nodes"]]) for one in Axe().run(page).response["violations"]
        ]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[address].append("sticks out")
    page.context.close()
    assert {address: faults for address, faults in found.items() if faults} == {}
    assert refused == []


def test_a_request_is_placed_and_its_mistakes_mended_without_a_script(chromium, live_server, anna):
    page = looked_at(chromium, live_server, "in the light on a wide screen, in Russian", script=False)
    page.goto(live_server.url + "/request/")
    page.wait_for_timeout(opened.FASTEST.total_seconds() * 1000 + 100)  # nobody types faster than that
    page.get_by_label("Что случилось или что нужно?").fill("Windows не печатает")
    page.get_by_label("Как вас зовут?").fill("Анна")
    page.get_by_role("button", name="Отправить заявку").click()
    assert page.get_by_text("Напишите e-mail: на него придёт ответ.").is_visible()
    assert page.get_by_label("Что случилось или что нужно?").input_value() == "Windows не печатает"
    page.get_by_label("Ваш e-mail").fill("anna@example.org")
    page.get_by_role("button", name="Отправить заявку").click()
    ticket = Ticket.objects.latest("id")
    assert page.get_by_role("heading", name=f"Заявка {ticket.number} принята").is_visible()
    page.context.close()


def test_people_never_meet_the_trap(chromium, live_server, anna):
    page = looked_at(chromium, live_server, "in the light on a wide screen, in Russian")
    page.goto(live_server.url + "/request/")
    for _ in range(25):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") != "website"
    page.context.close()
