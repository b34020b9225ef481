"""Signing in, staff, calendar and scheme in a real browser under the content policy: axe finds nothing."""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import sync_playwright

from okibi.accounts.links import invite
from okibi.journal.services import SYSTEM
from okibi.schemes.services import ensure_loaded
from tests.looks import one_and_more
from tests.two_of_the_desk import PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
WIDE, PHONE = (1440, 900), (390, 844)
LOOKS = {"in the dark on a wide screen": ("dark", WIDE), "in the light on a phone": ("light", PHONE)}
STRANGERS = ("/accounts/login/", "/accounts/forgotten/", "/accounts/setup/dead/")
OURS = (
    "/console/staff/",
    "/console/staff/new/",
    "/console/staff/me/",
    "/console/calendar/2026/",
    "/console/calendar/2031/",
    "/console/calendar/day/2026-05-08/",
    "/console/calendar/import/",
    "/console/policy/",
    "/console/policy/new/",
    "/accounts/password/",
)


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
def browser_of(chromium, live_server):
    """A fresh browser, signed in or not; at the end no script may have failed or been refused."""
    contexts, complaints = [], []

    def opened(staff=None, size=WIDE, colours="light"):
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            reduced_motion="reduce",
            locale="ru-RU",
            base_url=live_server.url,
        )
        contexts.append(context)
        cookies = [{"name": "okibi_theme", "value": colours, "url": live_server.url}]
        if staff:
            client = Client()
            client.force_login(staff)
            session = client.cookies["okibi_session"].value
            cookies.append({"name": "okibi_session", "value": session, "url": live_server.url})
        context.add_cookies(cookies)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def faults(page) -> list[tuple[str, list[str]]]:
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


def sticks_out(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize(("colours", "size"), one_and_more(LOOKS))
def test_every_page_is_sound(browser_of, oleg, vera, colours, size):
    ensure_loaded()
    stranger, ours = browser_of(None, size, colours), browser_of(oleg, size, colours)
    wrong = {}
    for page, paths in (
        (stranger, (*STRANGERS, invite(vera, SYSTEM))),
        (ours, (*OURS, f"/console/staff/{vera.pk}/")),
    ):
        for path in paths:
            page.goto(path)
            found = faults(page) + ([("sticks out", [])] if sticks_out(page) else [])
            if found:
                wrong[path] = found
    assert wrong == {}


def test_signing_in_and_turning_the_second_factor_on(browser_of, vera):
    page = browser_of()
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(vera.email)
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    page.wait_for_url("**/console/**")
    page.goto("/accounts/2fa/on/")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Продолжить").click()
    assert page.locator("img.qr").evaluate("img => img.complete && img.naturalWidth > 0")
    assert faults(page) == []


def test_arrows_walk_from_day_to_day_and_enter_opens_one(browser_of, vera):
    ensure_loaded()
    page = browser_of(vera)
    page.goto("/console/calendar/2026/")
    page.locator('a.day[href$="2026-05-08/"]').focus()
    page.keyboard.press("ArrowRight")
    focused = page.locator(":focus")
    assert "День Победы" in focused.get_attribute("aria-label")
    assert page.locator("a.day[tabindex='0']").count() == 1
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/day/2026-05-16/")
