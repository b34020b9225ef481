"""The look in a real browser, under the product's own content policy: axe finds nothing, every act has its key."""

# ruff: noqa: E501  tables are read in rows

import os
import shutil

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from okibi.kernel.tests import samples, showroom

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]
WIDTHS = {"a wide screen": (1440, 900), "a small screen": (1024, 768), "a phone": (390, 844)}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("showroom")
    with time_machine.travel(samples.NOW, tick=False):
        showroom.build(folder)
    with showroom.served(folder) as base:
        yield base


@pytest.fixture(scope="module")
def browser():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright runs a loop in this thread
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(browser, site):
    """Opens a sample page; at the end nothing may have been refused by the content policy or thrown by a script."""
    pages, complaints = [], []

    def opener(name, width="a wide screen"):
        across, down = WIDTHS[width]
        page = browser.new_page(viewport={"width": across, "height": down}, reduced_motion="reduce")
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site}/{name}.html")
        pages.append(page)
        return page

    yield opener
    for page in pages:
        page.close()
    assert complaints == []


@pytest.mark.parametrize(
    ("colours", "width"),
    [
        *(pytest.param("light", width, marks=pytest.mark.long) for width in WIDTHS if width != "a small screen"),
        ("light", "a small screen"),
        ("dark", "a wide screen"),
    ],
)
@pytest.mark.parametrize("name", showroom.PAGES)
def test_axe_finds_nothing_and_nothing_sticks_out(open_page, name, colours, width):
    page = open_page(f"{name}-{colours}", width)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


class TestKeys:
    def test_j_and_k_walk_the_queue(self, open_page):
        page = open_page("desk-light")
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.id") == "row-26-001044"
        page.keyboard.press("k")
        page.keyboard.press("k")
        assert page.evaluate("document.activeElement.id") == "row-26-001037"

    def test_r_n_and_x_choose_what_to_write_and_the_draft_stays(self, open_page):
        page = open_page("desk-light")
        page.keyboard.press("n")
        page.keyboard.type("Проверить на стенде")
        page.keyboard.press("Escape")
        page.keyboard.press("x")
        assert page.evaluate("document.activeElement.id") == "ground"
        assert page.locator("#tab-act-refuse").get_attribute("aria-selected") == "true"
        assert page.locator("#note").is_disabled()
        page.reload()
        page.keyboard.press("n")
        assert page.locator("#note").input_value() == "Проверить на стенде"

    def test_letters_typed_on_the_russian_layout_are_the_same_keys(self, open_page):
        page = open_page("desk-light")
        page.evaluate(
            "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'т', code: 'KeyN', bubbles: true}))"
        )
        assert page.evaluate("document.activeElement.id") == "note"

    def test_a_letter_typed_into_a_text_is_a_letter(self, open_page):
        page = open_page("desk-light")
        page.keyboard.press("r")
        page.keyboard.type("s")
        assert page.locator("#body").input_value() == "s"
        assert not page.locator("dialog#solve").is_visible()

    def test_g_then_a_letter_goes_to_a_queue(self, open_page):
        page = open_page("desk-light")
        page.keyboard.press("g")
        page.keyboard.press("n")
        page.wait_for_url("**#%D0%9D%D0%B8%D1%87%D1%8C%D0%B8")

    def test_question_mark_shows_every_declared_key(self, open_page):
        page = open_page("desk-light")
        page.keyboard.press("?")
        shown = page.locator("#keys").inner_text()
        for words in (
            "Следующая строка",
            "Решена",
            "Ждать заявителя",
            "Ничьи",
            "Назначить",
            "Отказать",
            "Показать новое",
        ):
            assert words in shown

    def test_control_k_finds_tickets_and_commands(self, open_page):
        page = open_page("desk-light")
        page.keyboard.press("Control+k")
        page.keyboard.type("E-17")
        page.locator("#palette-found a").wait_for()
        page.keyboard.press("Enter")
        page.wait_for_url("**#found")

    def test_a_command_of_the_palette_does_what_its_key_does(self, open_page):
        page = open_page("desk-light")
        page.keyboard.press("Control+k")
        page.keyboard.type("Решена")
        page.get_by_role("option", name="Решена").click()
        assert page.locator("dialog#solve").is_visible()


class TestLive:
    def test_news_wait_behind_a_thin_line_until_the_point_key(self, open_page):
        page = open_page("desk-light")
        line = page.locator("[data-new-line]")
        line.get_by_text("2 новые").wait_for()
        assert page.locator("[data-presence]").inner_text() == "Сейчас пишет: Вера"
        page.keyboard.press(".")
        assert not line.is_visible()


class TestFolding:
    def test_sections_are_a_drawer_on_a_phone(self, open_page):
        page = open_page("desk-light", "a phone")
        assert not page.locator("#sections").is_visible()
        page.locator("[data-fold=sections]").click()
        assert page.locator("#sections").is_visible()
        page.keyboard.press("Escape")
        page.locator("#sections").wait_for(state="hidden")

    def test_the_aside_opens_from_the_summary(self, open_page):
        page = open_page("desk-light", "a small screen")
        assert not page.locator("#aside").is_visible()
        page.locator(".summary").click()
        assert page.locator("#aside").is_visible()
        assert Axe().run(page).response["violations"] == []

    def test_targets_are_large_enough_for_a_finger(self, open_page):
        page = open_page("ticket-light", "a phone")
        small = page.evaluate(
            "[...document.querySelectorAll('.btn, .file, .menu > summary')].filter((e) => e.offsetParent && e.getBoundingClientRect().height < 44).map((e) => e.textContent)"
        )
        assert small == []


class TestColours:
    def test_the_choice_is_kept_in_a_cookie(self, open_page):
        page = open_page("styleguide-light")
        page.locator("[data-theme-switch] input[value=dark]").check()
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert "okibi_theme=dark" in page.evaluate("document.cookie")


def test_a_picture_opens_in_place(open_page):
    page = open_page("desk-light")
    page.get_by_role("link", name="ошибка.png").click()
    assert page.locator("dialog#zoom").is_visible()


def test_files_show_as_chips_and_go_away(open_page, tmp_path):
    page = open_page("desk-light")
    log = tmp_path / "okibi.log"
    log.write_bytes(b"x" * 2048)
    page.locator("[data-files]").set_input_files(log)
    chip = page.locator("[data-file-chips] .file")
    assert chip.inner_text().split() == ["okibi.log", "2", "КБ", "×"]
    chip.get_by_role("button").click()
    assert page.evaluate("document.querySelector('[data-files]').files.length") == 0


def send(page, path, **attributes):
    """A button of a page that htmx sends."""
    page.evaluate(
        """([path, attributes]) => {
            const button = document.createElement("button");
            button.id = "try";
            button.setAttribute("hx-post", path);
            for (const [name, value] of Object.entries(attributes)) button.setAttribute(name, value);
            document.querySelector(".timeline").replaceChildren(button);
            htmx.process(button);
            button.click();
        }""",
        [path, attributes],
    )


class TestRequests:
    def test_a_row_loads_its_ticket_and_a_phone_shows_it_alone(self, open_page):
        page = open_page("desk-light", "a phone")
        page.locator("#row-26-001045").click()
        page.get_by_role("heading", name="Другая заявка").wait_for()
        assert not page.locator(".list").is_visible()

    def test_every_write_carries_the_token(self, open_page):
        page = open_page("desk-light")
        send(page, "/echo")
        page.locator("#try p").get_by_text("64").wait_for()

    def test_a_form_with_errors_comes_back_into_its_place(self, browser, site):
        page = browser.new_page()
        page.goto(f"{site}/desk-light.html")
        send(page, "/invalid")
        page.locator("#try p").wait_for()
        page.close()

    def test_a_failure_is_told_in_a_sentence_and_the_page_stays(self, browser, site):
        page = browser.new_page()
        page.goto(f"{site}/desk-light.html")
        send(page, "/broken")
        page.get_by_text("Не получилось. Введённое сохранено").wait_for()
        assert page.locator("#try").count() == 1
        page.close()

    def test_a_question_is_asked_in_our_dialog(self, open_page):
        page = open_page("desk-light")
        send(page, "/echo", **{"hx-confirm": "Объединить заявки?"})
        page.get_by_role("alertdialog", name="Объединить заявки?").wait_for()
        page.get_by_role("button", name="Отменить").last.click()
        assert page.locator("#try p").count() == 0
        page.locator("#try").click()
        page.locator("[data-confirm-yes]").click()
        page.locator("#try p").wait_for()
