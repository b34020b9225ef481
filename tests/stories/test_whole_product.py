"""The whole product as its users meet it: a mail in, the console in a browser, the answer in a mailbox."""

import pytest
from playwright.sync_api import expect

from okibi.ops.tests.conftest import eventually

from .conftest import IN_A_BROWSER, letters, sign_in, write

pytestmark = IN_A_BROWSER


def test_a_mail_becomes_a_ticket_that_shows_live_and_its_answer_arrives_threaded(desk, page):
    page.goto(f"{desk.url}/console/queue/nobody/")
    first = write(desk, "Ошибка E-42 в отчёте", "Отчёт не строится. Windows 10 x64, .NET 4.8.")
    page.wait_for_selector("[data-new-line]:not([hidden])")  # nothing jumped; a thin line says so
    assert page.inner_text("[data-new-count]") == "1 новая"
    page.keyboard.press(".")
    page.click("text=Ошибка E-42 в отчёте")
    page.wait_for_selector(".ticket-head h1:has-text('E-42')")
    assert "Поддержка по лицензии Л-2026-0418" in page.inner_text("#aside")
    assert "Операционная система подходит" in page.inner_text("#aside")
    assert "как посчитано" in page.inner_text("#aside")
    page.fill("#body", "Анна, обновите шаблон отчёта: «Отчёты → Обновить».")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".msg-out:has-text('обновите шаблон')")
    expect(page.locator("#body")).to_have_value("", timeout=60_000)  # what was sent is no draft any more
    eventually(lambda: letters(desk, "anna@example.org", "обновите шаблон"))
    answer = letters(desk, "anna@example.org", "обновите шаблон")[0]
    assert answer["In-Reply-To"] == first
    assert first in answer["References"]
    write(desk, "Re: спасибо", "Помогло, спасибо!", In_Reply_To=answer["Message-ID"])
    page.wait_for_selector(".msg-in:has-text('Помогло, спасибо')")  # live, without reloading
    assert page.faults == []


def test_a_refusal_needs_a_ground_and_reasons_and_keeps_what_was_typed(desk, page):
    write(desk, "Предлагаю розовую кнопку", "Предлагаю добавить розовую кнопку во все окна.", "sedov@example.net")
    eventually(lambda: letters(desk, "sedov@example.net", "розовую"))
    page.goto(f"{desk.url}/console/search?q=розовую")
    page.click("[data-list] .row >> nth=0")
    page.wait_for_selector(".ticket-head")
    page.click("#tab-act-refuse")
    page.select_option("#ground", "conflicts")
    page.fill("#reasons", "нет")
    page.click("[data-send-button]")
    page.wait_for_selector(".errors")
    assert page.input_value("#reasons") == "нет"
    page.fill("#reasons", "Розовая кнопка закрыла бы другим пользователям половину формы ввода.")
    page.click("[data-send-button]")
    page.wait_for_selector(".msg-out:has-text('закрыла бы')")
    eventually(lambda: letters(desk, "sedov@example.net", "выполнить её не можем"))


def test_two_specialists_on_one_ticket_see_each_other(desk, page, chromium):
    write(desk, "Ошибка для двоих", "Не открывается окно с ошибкой.", "boris@example.org")
    eventually(lambda: letters(desk, "boris@example.org", "для двоих"))
    page.goto(f"{desk.url}/console/search?q=для двоих")
    page.click("[data-list] .row >> nth=0")
    page.wait_for_selector(".ticket-head")
    other = chromium.new_context(locale="ru-RU").new_page()
    other.set_default_timeout(60_000)
    sign_in(other, desk, "vera@desk.example.org")
    other.goto(page.url)
    other.wait_for_selector("[data-presence]:has-text('Олег Лесин')")
    page.wait_for_selector("[data-presence]:has-text('Вера Синицына')")
    other.context.close()


def test_the_keys_open_move_and_help(desk, page):
    page.goto(f"{desk.url}/console/queue/all/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector(".ticket-head")
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/queue/mine/")


PAGES = [
    "queue/all/",
    "queue/waiting/",
    "search?q=ошибка",
    "unreadable/",
    "system/",
    "customers/",
    "reports/",
    "calendar/",
    "policy/",
]


@pytest.mark.parametrize("theme", [pytest.param("light", marks=pytest.mark.long), "dark"])
def test_axe_finds_nothing_on_the_desks_pages(desk, page, theme):
    from axe_playwright_python.sync_playwright import Axe

    page.context.add_cookies([{"name": "okibi_theme", "value": theme, "url": desk.url}])
    page.goto(f"{desk.url}/console/queue/all/")
    page.click("[data-list] .row >> nth=3")
    page.wait_for_selector(".ticket-head")
    found = {}
    for address in [None, *PAGES]:
        if address:
            page.goto(f"{desk.url}/console/{address}")
        result = Axe().run(page).response["violations"]
        if result:
            found[address or "ticket"] = [(rule["id"], rule["nodes"][0]["html"][:160]) for rule in result]
    assert found == {}


@pytest.mark.parametrize("width", [390, 1024])
def test_nothing_sticks_out_sideways_on_a_narrow_screen(desk, page, width):
    page.set_viewport_size({"width": width, "height": 844})
    for address in PAGES:
        page.goto(f"{desk.url}/console/{address}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
