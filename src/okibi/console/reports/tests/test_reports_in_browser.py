"""The reports in a real browser: axe finds nothing, charts have their promise, nothing sticks out."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import sync_playwright

from okibi.flows import reply, site_request
from okibi.schemes.services import ensure_loaded
from okibi.tickets.models import Ticket
from tests.cast import make_cast

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture
def oleg(live_server):
    ensure_loaded()
    cast = make_cast()
    for number, kind in enumerate(("incident", "suggestion", "question")):
        site_request.place(str(number), "Анна", "anna@example.org", "", "Ошибка E-17", {"kind": kind, "language": "ru"})
    reply.reply(Ticket.objects.order_by("id")[0].pk, cast.oleg, "Заново выберите принтер.")
    return cast.oleg


@pytest.mark.parametrize(("colours", "width"), [("light", 1440), ("dark", 1024), ("dark", 390)])
def test_the_page_is_sound(live_server, oleg, colours, width, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright runs a loop in this thread
    client = Client()
    client.force_login(oleg)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=colours, reduced_motion="reduce"
        )
        context.add_cookies(
            [{"name": "okibi_session", "value": client.cookies["okibi_session"].value, "url": live_server.url}]
        )
        page = context.new_page()
        for address in ("/console/reports/", "/console/reports/?from=2024-01&to=2024-02"):
            page.goto(live_server.url + address)
            assert [
                (one["id"], [node["target"] for node in one["nodes"]]) for one in Axe().run(page).response["violations"]
            ] == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.goto(live_server.url + "/console/reports/")
        assert page.locator(".chart-line").count() >= 5
        assert page.locator(".chart").count() == page.locator(".report-pair table").count()
        browser.close()
