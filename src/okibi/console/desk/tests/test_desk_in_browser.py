"""The desk in a real browser under the content policy: what is written survives, axe finds nothing."""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import sync_playwright

from okibi.journal.services import Actor
from okibi.tickets import answer_templates
from okibi.tickets.answer_templates import Written

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def chromium():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright runs a loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(chromium, live_server, cast):
    """Vera's browser; at the end no script may have failed."""
    complaints = []
    context = chromium.new_context(base_url=live_server.url, locale="ru-RU", reduced_motion="reduce")
    client = Client()
    client.force_login(cast.vera)
    session = client.cookies["okibi_session"].value
    context.add_cookies([{"name": "okibi_session", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def sound(page):
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in Axe().run(page).response["violations"]]


def test_words_and_files_survive_a_refused_file_a_complaint_and_a_reload(page, ticket, settings):
    settings.OKIBI_MAX_UPLOAD = 1000
    page.goto(f"/console/t/{ticket.number}/")
    page.fill("#body", "Пришлите, пожалуйста, журнал.")
    small = {"name": "how.txt", "mimeType": "text/plain", "buffer": b"x" * 10}
    page.set_input_files("[data-files]", [small, {"name": "huge.bin", "mimeType": "x/y", "buffer": b"x" * 2000}])
    page.wait_for_selector("#compose-errors:has-text('huge.bin')")
    assert page.locator("[data-file-chips] .file").count() == 1
    assert sound(page) == []
    page.evaluate("document.querySelector('#compose [data-file-chips]').dataset.largest = '100000'")  # an older page
    page.set_input_files("[data-files]", [small, {"name": "huge.bin", "mimeType": "x/y", "buffer": b"x" * 2000}])
    page.click("[data-send-button]")
    page.wait_for_selector("#compose-errors:has-text('Слишком большой файл: huge.bin')")
    assert page.input_value("#body") == "Пришлите, пожалуйста, журнал."
    assert page.locator("[data-file-chips] .file").count() == 2
    page.reload()
    assert page.input_value("#body") == "Пришлите, пожалуйста, журнал."
    page.click("[data-send-button]")
    page.wait_for_selector(".msg-out:has-text('Пришлите')")
    assert page.input_value("#body") == ""


def test_the_environment_is_entered_by_keys_alone(page, ticket):
    page.goto(f"/console/t/{ticket.number}/")
    page.wait_for_selector("#aside .panel")
    page.keyboard.press("e")
    page.wait_for_selector("#environment[open]")
    assert sound(page) == []
    page.fill("#environment textarea", "Windows 7 SP1 x64")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".verdict-by:has-text('Windows 7')")
    assert page.locator("#environment").count() == 0
    assert sound(page) == []


def test_a_slash_offers_ready_answers_and_arrows_choose(page, ticket, cast):
    oleg = Actor("staff", cast.oleg.pk, cast.oleg.name)
    for title, text in (("Журнал", "Пришлите журнал, {имя}."), ("Жалоба", "Передали начальнику.")):
        answer_templates.save(None, Written(title, text, "", []), oleg)
    page.goto(f"/console/t/{ticket.number}/")
    page.click("#body")
    page.keyboard.type("Здравствуйте! /ж")
    page.wait_for_selector("#suggest [role=option]:has-text('Жалоба')")
    assert sound(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#body") == "Здравствуйте! Пришлите журнал, Анна Вольская."
    page.keyboard.type(" и/или /")
    page.wait_for_selector("#suggest:not([hidden])")
    page.keyboard.press("Escape")
    assert page.locator("#suggest").is_hidden()
    assert page.evaluate("document.activeElement.id") == "body"


def test_an_at_sign_completes_a_colleagues_name(page, ticket):
    page.goto(f"/console/t/{ticket.number}/")
    page.wait_for_selector("#tab-act-note")
    page.keyboard.press("n")
    page.keyboard.type("@лес")
    page.wait_for_selector("#suggest [role=option]:has-text('Олег Лесин')")
    page.keyboard.press("Tab")
    assert page.input_value("#note") == "@Олег Лесин "
