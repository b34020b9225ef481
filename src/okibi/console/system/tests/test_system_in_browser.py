"""The system page in a real browser, on a bad day: axe finds nothing, nothing sticks out."""

import shutil
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import sync_playwright

from okibi.channels import outbox
from okibi.channels.models import Cursor, Outbound
from okibi.channels.port import Party
from okibi.kernel import signs
from okibi.kernel.clock import now
from tests.looks import one_and_more

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture
def bad_day(live_server, settings):
    settings.OKIBI_SMTP_OUT_HOST = "mail.example.org"
    settings.OKIBI_IMAP_HOST = "mail.example.org"
    signs.give("imap:@mail.example.org:993/INBOX", "ImapError: " + "AUTHENTICATIONFAILED" * 6)
    until = (now() + timedelta(minutes=1)).isoformat()
    Cursor.objects.create(name="rest:email", value={"until": until})
    for number, state in enumerate(("failed", "uncertain", "queued")):
        to = Party(f"a-long-name-of-a-mailbox-{number}@ryabina.example.org", "Anna")
        row = outbox.put(kind="email", key=str(number), to=to, subject="Счёт не печатается " * 3, text="…")
        Outbound.objects.filter(pk=row.pk).update(state=state, error="550 5.1.1 no such mailbox here")


LOOKS = {
    "in the dark on a phone": ("dark", 390),
    "in the light on a wide screen": ("light", 1440),
    "in the dark on a small screen": ("dark", 1024),
}


@pytest.mark.parametrize(("colours", "width"), one_and_more(LOOKS))
def test_the_page_is_sound(live_server, bad_day, oleg, colours, width, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright runs a loop in this thread
    client = Client()
    client.force_login(oleg)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=colours, reduced_motion="reduce"
        )
        cookie = client.cookies["okibi_session"].value
        context.add_cookies([{"name": "okibi_session", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + "/console/system/")
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
        wide = "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
        outside = f"{wide}.filter(e => !e.closest('.table-wrap')).map(e => e.tagName + '.' + e.className)"
        assert page.evaluate(outside) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.locator(".sy-trouble").count() >= 4
        page.locator(".table-acts button").first.click()
        page.wait_for_load_state()
        assert page.locator("tbody tr").count() == 1
        browser.close()
