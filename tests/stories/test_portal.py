"""The customers' portal in a browser against a real server: in by a letter's code, placed, answered, «it works now»."""

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from okibi.ops.tests.conftest import eventually
from tests.looks import one_and_more

from .conftest import IN_A_BROWSER, letters, sign_in

pytestmark = IN_A_BROWSER
LOOKS = {
    "in the light on a wide screen, in Russian": ("light", 1440, "ru"),
    "in the light on a tablet, in English": ("light", 1024, "en"),
    "in the dark on a phone, in Russian": ("dark", 390, "ru"),
}


def opened(chromium, desk, look="in the dark on a phone, in Russian", state=None, script=True):
    colours, width, language = LOOKS[look]
    context = chromium.new_context(
        viewport={"width": width, "height": 844},
        color_scheme=colours,
        reduced_motion="reduce",
        java_script_enabled=script,
        storage_state=state,
    )
    context.set_default_timeout(60_000)
    context.add_cookies([{"name": "okibi_language", "value": language, "url": desk.url}])
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda message: message.type == "error" and page.faults.append(message.text))
    return page


def code_of(desk, address, number):
    """The code of the newest letter, once so many came."""

    def found():
        return letters(desk, address, "/portal/sign-in/link/")[number - 1 :]

    eventually(found)
    newest = max(found(), key=lambda message: message.get_date())
    body = newest.get_payload(0) if newest.is_multipart() else newest
    return re.search(r"\b(\d{6})\b", body.get_payload(decode=True).decode())[1]


def come_in(page, desk, address, number=1):
    page.goto(f"{desk.url}/portal/")
    page.fill("#id_email", address)
    page.click("main button[type=submit]")
    page.wait_for_selector("#id_code")
    page.fill("#id_code", code_of(desk, address, number))
    page.click("main button[type=submit]")
    page.wait_for_url("**/portal/")


@pytest.fixture(scope="module")
def anna(desk, chromium):
    """Anna's signed-in browser."""
    page = opened(chromium, desk)
    come_in(page, desk, "anna@example.org")
    state = page.context.storage_state()
    page.context.close()
    return state


def test_placed_answered_and_it_works_now_without_a_reload(desk, chromium, anna):
    page = opened(chromium, desk, state=anna)
    page.goto(f"{desk.url}/portal/requests/new/")
    page.fill("#id_text", "Отчёт не строится, ошибка E-42")
    page.click("summary:has-text('Программа и устройство')")  # a device of hers is known: folded
    page.select_option("#id_product", "desktop")
    page.fill("#id_environment", "Windows 10 x64, .NET 4.8")
    page.wait_for_selector("#verdict .verdict-met")  # the verdict before anything is sent
    page.click(".pt-new button[type=submit]")
    page.wait_for_url("**placed=1")
    assert "Л-2026-0418" in page.inner_text(".pt-facts")
    number = re.search(r"\d\d-\d{6}", page.url)[0]
    page.fill("#id_text", "Ещё пишу…")  # what is being typed stays when the answer comes

    staff = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="ru-RU").new_page()
    sign_in(staff, desk, "oleg@desk.example.org")
    staff.goto(f"{desk.url}/console/t/{number}/")
    staff.fill("#body", "Анна, обновите шаблон отчёта.")
    staff.keyboard.press("Control+Enter")
    staff.wait_for_selector(".msg-out:has-text('обновите шаблон')")
    staff.context.close()

    page.wait_for_selector(".msg-out:has-text('обновите шаблон')")
    assert page.input_value("#id_text") == "Ещё пишу…"
    page.click("button:has-text('Теперь работает')")
    page.wait_for_selector(".banner-good:has-text('Заявка закрыта')")
    page.click("summary:has-text('Оценить ответ')")
    page.click(".pt-scores label:has-text('5')")
    page.click("button:has-text('Отправить оценку')")
    page.wait_for_selector("summary:has-text('Ваша оценка: 5 из 5')")
    assert page.faults == []
    page.context.close()


def test_the_desk_s_typing_is_seen_at_once_and_what_was_opened_stays_open(desk, chromium, anna):
    page = opened(chromium, desk, state=anna)
    page.goto(f"{desk.url}/portal/requests/new/")
    page.fill("#id_text", "Принтер молчит")
    page.click(".pt-new button[type=submit]:has-text('Отправить')")
    page.wait_for_url("**placed=1")
    number = re.search(r"\d\d-\d{6}", page.url)[0]
    page.click("#live .clock-how > summary")

    staff = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="ru-RU").new_page()
    sign_in(staff, desk, "oleg@desk.example.org")
    staff.goto(f"{desk.url}/console/t/{number}/")
    staff.locator("#body").press_sequentially("Анна, перезапустите", delay=20)
    page.wait_for_selector("text=Поддержка пишет…")  # only the stream tells it
    staff.keyboard.press("Control+Enter")
    page.wait_for_selector(".msg-out:has-text('перезапустите')")
    assert page.locator("#live .clock-how").get_attribute("open") is not None
    staff.context.close()
    assert page.faults == []
    page.context.close()


def test_a_file_arrives_whole_over_a_line_that_breaks_and_through_a_reload(desk, chromium, anna, tmp_path):
    log = tmp_path / "журнал.log"
    log.write_bytes(os.urandom(5_000_000))
    page = opened(chromium, desk, state=anna)
    pieces = []

    def bad_line(route):
        if route.request.method == "PATCH":
            pieces.append(route.request.headers["upload-offset"])
            if len(pieces) in {2, 5, 6}:
                return route.abort("connectionreset")
        return route.continue_()

    page.route("**/portal/uploads/**", bad_line)
    page.goto(f"{desk.url}/portal/requests/new/")
    page.set_input_files("#id_attachments", log)
    page.wait_for_selector("text=Связь прервалась")
    page.on("dialog", lambda dialog: dialog.accept())  # "leave this page?"
    page.reload()
    before = len(pieces)
    page.fill("#id_text", "Журнал приложен")
    page.set_input_files("#id_attachments", log)
    page.click(".pt-new button[type=submit]:has-text('Отправить')")  # it waits for the file by itself
    page.wait_for_url("**placed=1")
    assert pieces[before] != "0"  # it went on from where it stood
    given = page.context.request.get(desk.url + page.get_attribute(".files a", "href")).body()
    assert given == log.read_bytes()
    page.context.close()


def test_files_go_with_the_form_where_no_script_runs(desk, chromium, anna, tmp_path):
    log = tmp_path / "журнал.log"
    log.write_bytes(b"E-17")
    page = opened(chromium, desk, state=anna, script=False)
    page.goto(f"{desk.url}/portal/requests/new/")
    page.fill("#id_text", "Журнал приложен")
    page.set_input_files("#id_attachments", log)
    page.click(".pt-new button[type=submit]:has-text('Отправить')")
    assert "журнал.log" in page.inner_text(".files")
    page.context.close()


def test_the_letter_s_link_opened_beside_lets_the_waiting_page_in(desk, chromium):
    page = opened(chromium, desk)
    page.goto(f"{desk.url}/portal/")
    page.fill("#id_email", "boris@example.org")
    page.click("main button[type=submit]")
    page.wait_for_selector("#id_code")
    eventually(lambda: letters(desk, "boris@example.org", "/portal/sign-in/link/"))
    letter = letters(desk, "boris@example.org", "/portal/sign-in/link/")[0]
    body = letter.get_payload(0) if letter.is_multipart() else letter
    path = re.search(r"/portal/sign-in/link/\S+", body.get_payload(decode=True).decode())[0]
    beside = page.context.new_page()
    beside.goto(desk.url + path)
    beside.click("main button[type=submit]")
    beside.wait_for_url("**/portal/")
    page.wait_for_url("**/portal/")
    page.context.close()


def test_all_of_it_works_without_a_script(desk, chromium, anna):
    page = opened(chromium, desk, state=anna, script=False)
    page.goto(f"{desk.url}/portal/requests/new/")
    page.fill("#id_text", "Как выгрузить журнал?")
    page.check("input[value=question]")
    page.click("button[name=check]")
    assert page.locator("#verdict .figure-big").is_visible()
    page.click("button:has-text('Отправить заявку')")
    page.wait_for_url("**placed=1")
    page.fill("#id_text", "И ещё одно.")
    page.click("button:has-text('Отправить'):not(:has-text('оценку'))")
    assert page.locator(".msg-in:has-text('И ещё одно.')").is_visible()
    page.goto(f"{desk.url}/portal/me/")
    page.click("button.pt-nojs >> nth=0")
    assert page.locator(".banner-good").is_visible()
    page.context.close()


@pytest.mark.parametrize("look", one_and_more({name: (name,) for name in LOOKS}))
def test_axe_finds_nothing_and_nothing_sticks_out(desk, chromium, anna, look):
    page = opened(chromium, desk, look, state=anna)
    page.goto(f"{desk.url}/portal/?state=")
    request = page.locator("a.pt-row").first.get_attribute("href")
    found = {}
    paths = ["/portal/", "/portal/?state=ended", "/portal/requests/new/", request, "/portal/me/", "/portal/me/erasure/"]
    for path in [*paths, "/portal/nowhere/"]:
        page.goto(desk.url + path)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found[path] = [
            (one["id"], [node["target"] for node in one["nodes"]]) for one in Axe().run(page).response["violations"]
        ]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[path].append("sticks out")
    page.context.clear_cookies()
    for path in ("/portal/sign-in/", "/portal/sign-in/link/forged/", "/portal/invitation/FORGED/"):
        page.goto(desk.url + path)
        found[path] = [one["id"] for one in Axe().run(page).response["violations"]]
    page.context.close()
    assert {path: faults for path, faults in found.items() if faults} == {}
