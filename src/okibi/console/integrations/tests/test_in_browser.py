"""Integrations, help articles and a ticket's files in a real browser under the content policy: axe finds nothing."""

import io
import zipfile

import pytest
from django.urls import reverse

from okibi.accounts.api_keys import create_key
from okibi.articles import services as articles
from okibi.articles.services import Written
from okibi.console.desk.tests.test_opened_files import attach
from okibi.console.staff.tests.test_in_browser import (  # noqa: F401  the browser is a fixture
    LOOKS,
    browser_of,
    chromium,
    faults,
    pytestmark,
    sticks_out,
)
from okibi.journal.services import SYSTEM, record
from okibi.schemes.services import ensure_loaded
from okibi.webhooks import services
from okibi.webhooks.models import Delivery
from tests.cast import make_cast
from tests.letters import mail, placed
from tests.looks import one_and_more

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415478da63f8ffff3f0005fe02fe0def46b8"
    "0000000049454e44ae426082"
)


@pytest.fixture
def ticket(live_server):
    ensure_loaded()
    make_cast()
    return placed(mail())


@pytest.mark.parametrize(("colours", "size"), one_and_more(LOOKS))
def test_every_page_is_sound(browser_of, oleg, ticket, colours, size):  # noqa: F811
    create_key("1С: учёт", ["requests:read", "licences:write"], SYSTEM)
    hook = services.create("https://crm.example.org/okibi", ["ticket.solved"], "CRM", SYSTEM)
    entry = record("ticket.solved", ("ticket", ticket.pk), SYSTEM, {})
    Delivery.objects.filter(entry_id=entry.pk).update(state="failed", attempts=10, status=500, answer="no")
    article = articles.save(None, Written("Не печатает", "## Что делать\n1. Выберите принтер."), SYSTEM)
    articles.publish(article.pk, SYSTEM)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("okibi.log", "1")
    log = attach(ticket, "okibi.log", b"INFO started\nERROR E-17\n")
    archive = attach(ticket, "logs.zip", packed.getvalue())
    paths = (
        "/console/integrations/",
        "/console/integrations/keys/new/",
        "/console/integrations/webhooks/new/",
        f"/console/integrations/webhooks/{hook.pk}/",
        f"/console/integrations/webhooks/{hook.pk}/calls/{Delivery.objects.get(entry_id=entry.pk).pk}/",
        "/console/articles/",
        f"/console/articles/{article.pk}/",
        reverse("console-file-open", args=[ticket.number, log.pk]) + "?q=error",
        reverse("console-file-open", args=[ticket.number, archive.pk]),
        "/help/",
        f"/help/{article.slug}/",
    )
    page = browser_of(oleg, size, colours)
    wrong = {}
    for path in paths:
        page.goto(path)
        found = faults(page) + ([("sticks out", [])] if sticks_out(page) else [])
        if found:
            wrong[path] = found
    assert wrong == {}


def test_pictures_open_in_place_arrows_turn_them_and_escape_closes(browser_of, oleg, ticket):  # noqa: F811
    for name in ("one.png", "two.png"):
        attach(ticket, name, PICTURE, "image/png")
    page = browser_of(oleg)
    page.goto(f"/console/t/{ticket.number}/")
    page.get_by_text("one.png").click()
    title = page.locator("#zoom-title")
    assert title.inner_text() == "one.png · 1/2"
    page.keyboard.press("ArrowRight")
    assert title.inner_text() == "two.png · 2/2"
    page.keyboard.press("ArrowRight")
    assert title.inner_text() == "one.png · 1/2"
    assert faults(page) == []
    page.keyboard.press("Escape")
    assert page.locator("#zoom[open]").count() == 0
    assert page.locator(":focus").inner_text().startswith("one.png")


def test_an_article_is_previewed_while_it_is_written(browser_of, oleg, ticket):  # noqa: F811
    page = browser_of(oleg)
    page.goto("/console/articles/new/")
    page.get_by_label("Текст по-русски").fill("Выберите **принтер**.")
    page.locator("#preview strong").wait_for()
    assert page.locator("#preview strong").inner_text() == "принтер"


def test_while_a_request_is_typed_the_site_offers_an_article(browser_of, ticket):  # noqa: F811
    article = articles.save(None, Written("Не печатает счета", "Выберите принтер."), SYSTEM)
    articles.publish(article.pk, SYSTEM)
    page = browser_of()
    page.goto("/request/")
    page.locator("#id_text").fill("С утра не печатаются счета")
    page.locator(".alike a").wait_for()
    assert page.locator(".alike a").get_attribute("href") == "/help/ne-pechataet-scheta/"
    assert faults(page) == []
