"""What the desk does all day, in a browser: each act on a request, then the acts that keep the desk itself."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from okibi.ops.tests.conftest import eventually
from okibi.releases.samples.portable import Exe

from .conftest import IN_A_BROWSER, letters, open_request, password_of, sign_in

pytestmark = IN_A_BROWSER
ADMIN = "admin@desk.example.org"
PAVEL = "pavel@desk.example.org"
VERA = "vera@desk.example.org"


def chip(page, text):
    page.wait_for_selector(f".ticket-head .chip:has-text('{text}')")


def in_dialog(page, name, **values):
    """Open a dialog of the ticket, fill it in, send it."""
    page.wait_for_selector(".ticket-acts")
    opener = page.locator(f"[data-dialog-open={name}]")
    if not opener.is_visible():
        page.click(".ticket-acts .menu > summary, .ticket-acts [aria-haspopup]")
    opener.click()
    page.wait_for_selector(f"dialog#{name}[open]")
    for field, value in values.items():
        place = page.locator(f"dialog#{name} [name={field}]")
        if place.evaluate("one => one.tagName") == "SELECT":
            place.select_option(value)
        else:
            place.fill(value)
    page.click(f"dialog#{name} button[type=submit]")


def press_act(page, act):
    page.click(f".ticket-acts form[action$='/{act}'] button")


# ---------------------------------------------------------------- a request


def test_a_request_is_taken_waits_goes_on_is_solved_and_opened_again(desk, page):
    open_request(page, desk, "Ошибка E-51 в справочнике", "Справочник не открывается, ошибка E-51.")
    chip(page, "Новая")
    press_act(page, "take")
    chip(page, "В работе")
    due = page.inner_text(".summary-clock").split("·")[0].strip()
    press_act(page, "wait")
    chip(page, "Ждём заявителя")
    press_act(page, "resume")
    chip(page, "В работе")
    after = page.inner_text(".summary-clock").split("·")[0].strip()
    assert after == due or after.endswith(
        "08:00"
    )  # in hours the wait's seconds go beyond the closing, else nothing is lost
    in_dialog(page, "solve", body="Обновите справочник до 4.2.1, ошибка исправлена.")
    chip(page, "Решена")
    eventually(lambda: letters(desk, "anna@example.org", "Обновите справочник до 4.2.1"))
    page.wait_for_selector(".ticket-acts form[action$='/reopen']")
    press_act(page, "reopen")
    chip(page, "В работе")
    assert page.faults == []


def test_a_proposal_gets_its_class_and_a_version_and_its_author_is_told(desk, page):
    open_request(page, desk, "Про отчёт за квартал", "Хотелось бы видеть отчёт за квартал.", "boris@example.org")
    in_dialog(page, "class", kind="suggestion")
    page.wait_for_selector(".ticket-head .chip:has-text('Предложение')")
    in_dialog(page, "plan", version="5.0.0", body="Отчёт появится в пятой версии.")
    chip(page, "В плане")
    eventually(lambda: letters(desk, "boris@example.org", "5.0.0"))
    assert page.faults == []


def test_a_proposal_can_not_be_put_away_as_impossible_without_a_ground_and_reasons(desk, page):
    number = open_request(page, desk, "Предлагаю голосовой ввод", "Предлагаю добавить голосовой ввод в журнал.")
    page.wait_for_selector(".ticket-head .chip:has-text('Предложение')")
    assert page.locator(f"form[action='/console/t/{number}/close']").count() == 0  # no way around
    page.click("#tab-act-refuse")
    page.fill("#reasons", "Голосовой ввод невозможен без связи с чужим облаком, а сеть у вас закрыта.")
    page.click("[data-send-button]")  # no ground: the browser itself says so
    assert page.evaluate("document.querySelector('#ground').matches(':invalid')")
    for ground, reasons in (("", "Голосовой ввод невозможен без связи с облаком."), ("technically_impossible", "нет")):
        told = page.evaluate(
            """async ([number, ground, reasons]) => {
                const form = new FormData(document.querySelector('#compose'));
                form.set('act', 'refuse'); form.set('ground', ground); form.set('reasons', reasons);
                const answer = await fetch(`/console/t/${number}/write`, {method: 'POST', body: form});
                return answer.status;
            }""",
            [number, ground, reasons],
        )
        assert told == 422
    page.select_option("#ground", "technically_impossible")
    page.click("[data-send-button]")
    page.wait_for_selector(".msg-out:has-text('закрыта')")
    chip(page, "Отказ")
    eventually(lambda: letters(desk, "anna@example.org", "без связи с чужим облаком"))


def test_two_requests_about_one_thing_become_one(desk, page):
    keep = open_request(page, desk, "Ошибка E-52 впервые", "Ошибка E-52 при печати.", "boris@example.org")
    gone = open_request(
        page, desk, "Ошибка E-52 снова", "Снова ошибка E-52, прилагаю подробности.", "boris@example.org"
    )
    page.keyboard.press("m")
    page.wait_for_selector("dialog#merge[open]")
    page.fill("#merge-into", keep)
    with page.expect_response("**/merge"):
        page.click("dialog#merge button[type=submit]")
    page.goto(f"{desk.url}/console/t/{gone}/")
    chip(page, "Закрыта")
    page.goto(f"{desk.url}/console/t/{keep}/")
    page.wait_for_selector(".msg-in:has-text('прилагаю подробности')")
    assert page.faults == []


def test_a_request_is_given_to_a_colleague_by_keys_alone(desk, page):
    open_request(page, desk, "Ошибка E-53 у кассира", "Ошибка E-53 у кассира.")
    page.keyboard.press("A")
    page.wait_for_selector("dialog#assign[open]")
    assert page.evaluate("document.activeElement.id") == "assign-staff"
    names = page.locator("#assign-staff option").all_inner_texts()
    for _step in range(names.index("Вера Синицына")):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".ticket-line:has-text('Вера Синицына')")
    assert page.faults == []


def test_the_palette_finds_a_request_and_runs_an_act(desk, page):
    number = open_request(page, desk, "Ошибка E-54 единственная", "Ошибка E-54 при входе.")
    page.goto(f"{desk.url}/console/queue/mine/")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette[open]")
    page.keyboard.type("единственная")
    page.wait_for_selector(f"#palette-found [role=option]:has-text('{number}')")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{number}/**")
    page.wait_for_selector(".ticket-acts")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette[open]")
    page.keyboard.type("взять")
    page.wait_for_selector("#palette-found [role=option]:has-text('Найти клиента')")  # the server has answered too
    assert page.inner_text("#palette-found [aria-selected=true]").startswith("Взять")
    page.keyboard.press("Enter")
    chip(page, "В работе")
    assert page.faults == []


# ---------------------------------------------------------------- customers

PEOPLE = """Организация;Имя;E-mail;Телефон
ООО «Заря»;Глеб Ершов;gleb@zarya.example.org;+7 900 000-00-61
ООО «Заря»;Инна Котова;inna@zarya.example.org;
ООО «Заря»;Нина;не адрес;
;;;
ООО «Заря»;;;
"""


def test_customers_come_from_a_file_after_a_look_that_names_each_bad_line(desk, page):
    page.goto(f"{desk.url}/console/customers/import")
    page.set_input_files("[name=file]", [{"name": "люди.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode()}])
    page.click("main form[enctype] button[type=submit]")
    page.wait_for_selector("h1:has-text('Что произойдёт')")
    bad = page.locator(".table").first.inner_text()
    assert re.search(r"^4\tНина\t.*не похоже на адрес почты", bad, re.MULTILINE | re.DOTALL)
    assert page.request.get("/console/customers/people.csv?q=Ершов").text().count("Ершов") == 0  # a look writes nothing
    page.click("main form[action$='/import/run'] button")
    page.wait_for_selector("main tbody tr:has-text('Глеб Ершов')")
    page.goto(f"{desk.url}/console/customers/?q=Ершов")
    assert page.locator("main tbody tr:has-text('Ершов')").count() == 1
    assert page.faults == []


def test_two_cards_of_one_person_are_found_and_made_one(desk, page):
    page.goto(f"{desk.url}/console/customers/people/new")
    for field, value in {
        "name": "Глеб Ершов",
        "organisation": "ООО «Заря»",
        "address": "ershov@zarya.example.org",
    }.items():
        page.fill(f"main [name={field}]", value)
    page.click("main form.form button[type=submit]")
    page.wait_for_selector("h1:has-text('Глеб Ершов')")
    page.goto(f"{desk.url}/console/customers/duplicates")
    pair = page.locator("section.card:has-text('gleb@zarya.example.org'):has-text('ershov@zarya.example.org')")
    pair.locator("a.btn-pri").click()
    page.wait_for_url("**/merge/**")
    page.click("main .cluster form >> nth=0 >> button")
    page.wait_for_selector("main:has-text('gleb@zarya.example.org'):has-text('ershov@zarya.example.org')")
    page.goto(f"{desk.url}/console/customers/?q=Ершов")
    assert page.locator("main tbody tr:has-text('Ершов')").count() == 1
    assert page.faults == []


# ---------------------------------------------------------------- the desk itself


def test_a_day_of_the_calendar_is_corrected_and_put_back(desk, page):
    page.goto(f"{desk.url}/console/calendar/day/2027-03-10/")
    page.select_option("[name=kind]", index=3)
    page.fill("[name=note_ru]", "Перенос по распоряжению")
    page.click("main form.form button[type=submit]")
    page.goto(f"{desk.url}/console/calendar/day/2027-03-10/")
    page.wait_for_selector(".chip:has-text('исправлен')")
    assert "Перенос по распоряжению" in page.inner_text("main")
    page.click("main form[action$='/clear'] button")
    page.goto(f"{desk.url}/console/calendar/day/2027-03-10/")
    assert page.locator(".chip:has-text('исправлен')").count() == 0
    assert page.faults == []


def test_a_scheme_is_checked_then_loaded_and_a_wrong_one_is_refused_by_its_line(desk, opened):
    page = opened(ADMIN)
    page.goto(f"{desk.url}/console/policy/new/")
    text = page.input_value("[name=text]")
    line = text[: text.index("[working_time]")].count("\n") + 2
    wrong = text.replace("[working_time]", "[working_time]\nlunch = 13", 1)
    page.fill("[name=text]", wrong)
    page.click("main button[value=check]")
    page.wait_for_selector("main .banner")
    assert str(line) in page.locator("main .table tbody th").first.inner_text()
    page.fill("[name=text]", text.replace("ОКИБИ Моб", "ОКИБИ Мобильный", 1))
    page.click("main button[value=check]")
    page.wait_for_selector("main button[value=load]")
    assert "ОКИБИ Мобильный" in page.inner_text("main")
    page.click("main button[value=load]")
    page.wait_for_url(re.compile(r"/console/policy/(?!new)"))
    assert page.faults == []


def test_a_package_goes_up_in_pieces_and_a_broken_line_costs_nothing(opened, tmp_path):
    page = opened(PAVEL)
    page.goto("/console/releases/new/?product=desktop")
    page.fill("[name=version]", "4.4.0")
    page.fill("[name=notes_ru]", "Отчёты печатаются быстрее.")
    page.click("main button[type=submit]")
    page.wait_for_selector("h1:has-text('4.4.0')")
    package, huge = tmp_path / "Setup.exe", tmp_path / "huge.exe"
    package.write_bytes(Exe(version="4.4.0.0", padding=700_000).made())
    huge.write_bytes(bytes(900_001))
    page.evaluate("document.querySelector('[data-packages]').dataset.largest = '900000'")
    broken = []

    def breaks(route):
        if len(broken) < 2 and route.request.headers.get("upload-offset", "0") != "0":
            broken.append(page.get_attribute("progress[aria-label='Setup.exe']", "value"))
            route.abort()
        else:
            route.continue_()

    page.route("**/console/releases/uploads/*", breaks)
    page.set_input_files("#package-file", [package, huge])
    page.wait_for_selector(".rel-uploads :text('Связь прервалась')")
    page.wait_for_selector(".rel-uploads li:has-text('Setup.exe') :text('100')")
    assert page.is_visible(".rel-failed:has-text('huge.exe')")  # why it was refused stays to be read
    page.click("[data-packages] [data-plain] button")
    page.wait_for_selector(".rel-file:has-text('Setup.exe') .chip:has-text('подходит')")
    assert 0 < float(broken[0]) < 1
    assert not [fault for fault in page.faults if "Failed to load resource" not in fault]


def test_a_newcomer_comes_by_a_link_and_signs_in_with_two_factors(desk, opened):
    boss = opened(ADMIN)
    boss.goto("/console/staff/new/")
    boss.fill("[name=name]", "Яков Рощин")
    boss.fill("[name=email]", "yakov@desk.example.org")
    boss.check("[name=roles] >> nth=0")
    boss.click("main form.form button[type=submit]")
    link = boss.input_value("#link")
    newcomer = opened()
    newcomer.goto(link)
    for field in ("password1", "password2"):
        newcomer.fill(f"[name={field}]", "длинный-пароль-Якова-9")
    newcomer.click("main form button[type=submit]")
    sign_in(newcomer, desk, "yakov@desk.example.org", "длинный-пароль-Якова-9")
    newcomer.goto("/accounts/2fa/on/")
    newcomer.fill("[name=password]", "длинный-пароль-Якова-9")
    newcomer.click("main form button[type=submit]")
    secret = newcomer.inner_text("code.copyable").strip()
    newcomer.fill("[name=code]", code_of(secret))
    newcomer.click("main form button[type=submit]")
    newcomer.wait_for_url("**/2fa/codes/**")
    again = opened()
    again.goto("/accounts/login/")
    again.fill("[name=login]", "yakov@desk.example.org")
    again.fill("[name=password]", "длинный-пароль-Якова-9")
    again.click("main form button[type=submit]")
    again.wait_for_url("**/2fa/sign-in/**")
    again.goto("/console/queue/all/")  # half signed in opens nothing
    assert "/accounts/" in again.url
    again.goto("/accounts/2fa/sign-in/")
    again.fill("[name=code]", "000000")
    again.click("main form button[type=submit]")
    again.wait_for_selector("[aria-invalid=true]")
    again.fill("[name=code]", code_of(secret, ahead=1))  # a code is good once
    again.click("main form button[type=submit]")
    again.wait_for_url("**/console/queue/**")
    dead = opened()
    assert dead.goto(link).status == 410


def code_of(secret, ahead=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def test_after_repeated_failures_even_the_right_password_waits(desk, opened):
    page = opened()
    for word in [*["неверный"] * 6, password_of(desk, "pavel@desk.example.org")]:
        page.goto("/accounts/login/")
        page.fill("[name=login]", "pavel@desk.example.org")
        page.fill("[name=password]", word)
        page.click("main form button[type=submit]")
        page.wait_for_load_state()
    page.goto("/console/queue/all/")
    assert "/accounts/login/" in page.url


# ---------------------------------------------------------------- every page, in English

PAGES = [
    "/console/queue/all/",
    "/console/queue/uncovered/",
    "/console/for-me/",
    "/console/search?q=E-42",
    "/console/unreadable/",
    "/console/system/",
    "/console/customers/",
    "/console/customers/organisations",
    "/console/customers/licences",
    "/console/customers/licences/new",
    "/console/customers/trials",
    "/console/customers/people/new",
    "/console/customers/duplicates",
    "/console/customers/import",
    "/console/answers/",
    "/console/answers/new/",
    "/console/integrations/",
    "/console/releases/",
    "/console/mailings/",
    "/console/updates/1/",
    "/console/updates/runs/2/",
    "/console/staff/",
    "/console/staff/new/",
    "/console/staff/me/",
    "/console/calendar/2026/",
    "/console/calendar/day/2026-05-08/",
    "/console/calendar/import/",
    "/console/policy/",
    "/console/policy/new/",
    "/console/reports/",
    "/accounts/password/",
    "/",
    "/scheme/",
    "/request/",
    "/where/",
    "/nothing-here",
]
RUSSIAN = re.compile(r"[А-Яа-яЁё]{3,}")


@pytest.mark.parametrize(
    ("theme", "width"),
    [
        ("light", 1440),
        pytest.param("dark", 390, marks=pytest.mark.long),
        pytest.param("light", 390, marks=pytest.mark.long),
        pytest.param("dark", 1440, marks=pytest.mark.long),
    ],
)
def test_every_page_is_sound_in_english(desk, opened, theme, width):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(ADMIN, "en-GB", width)
    cookies = {"okibi_theme": theme, "okibi_language": "en"}
    page.context.add_cookies([{"name": name, "value": value, "url": desk.url} for name, value in cookies.items()])
    found = {}
    for address in PAGES:
        page.goto(address)
        wrong = [
            (rule["id"], [node["html"][:120] for node in rule["nodes"][:2]])
            for rule in Axe().run(page).response["violations"]
        ]
        if page.evaluate("document.documentElement.lang") != "en":
            wrong.append(("language", page.evaluate("document.documentElement.lang")))
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wrong.append(("sticks out", page.evaluate("document.documentElement.scrollWidth")))
        if wrong:
            found[address] = wrong
    assert found == {}
