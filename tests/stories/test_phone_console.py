"""The telephone in the console, from an exchange's push over HTTP to words that were said and a clock that stopped."""

import re
import shutil
import urllib.request
from pathlib import Path

import pytest

from okibi.ops.tests.conftest import Product, copy_into, eventually, open_folder, prepared_demo
from tests import exchanges
from tests.simulators import cti

from .conftest import IN_A_BROWSER

pytestmark = IN_A_BROWSER
ANNA, STRANGER, ANOTHER = "+79000000017", "+79000000071", "+79000000072"
VERA, OLEG = "vera@desk.example.org", "oleg@desk.example.org"
POLICY = Path(__file__).parents[2] / "policies" / "okibi.toml"


@pytest.fixture(scope="module")
def desk():
    """A product with one exchange; its telephone is open at any hour, so that the story is the same at night."""
    with open_folder() as folder:
        exchange, policy = folder / "telephone.toml", folder / "policy.toml"
        exchange.write_text("format = 1\n" + exchanges.account("cti"), encoding="utf-8")
        exchange.chmod(0o600)
        before, phone, after = POLICY.read_text(encoding="utf-8").partition('code = "phone"')
        policy.write_text(before + phone + after.replace('open = "working_time"', 'open = "always"', 1), "utf-8")
        running = Product(folder / "data", OKIBI_TELEPHONE=str(exchange), OKIBI_POLICY=str(policy))
        copy_into(prepared_demo(), running.data)
        running.start("--demo")  # which takes in the policy: from now on, and calls come from now on
        yield running
        if running.process.poll() is None:
            running.stop()
        shutil.rmtree(folder, ignore_errors=True)


def push(desk, name, number, call, **more):
    """The exchange tells the real server what happens to a call."""
    sent = cti.event(name, number, call, **more)
    request = urllib.request.Request(f"{desk.url}/hooks/cti/main?{sent.query}", data=sent.body, headers=sent.headers)
    request.add_header("Content-Type", sent.content_type)
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 200


def card(page, words):
    """The card of the call while it rings, once it says so."""
    found = page.locator(".pop-card", has_text=words)
    found.wait_for()
    return found


def silent(page):
    """The telephone is silent again: the card went by itself."""
    page.locator(".pop-card").first.wait_for(state="detached")


def test_it_rings_one_key_opens_the_form_and_number_and_term_are_read_out(desk, opened):
    oleg, vera = opened(OLEG), opened(VERA)
    push(desk, "newCall", ANNA.removeprefix("+"), "story-1", user=["Вера"])
    shown = card(oleg, "Звонит")
    card(vera, "Анна Вольская")
    assert "Право есть" in shown.inner_text()
    assert "ООО «Рябина»" in shown.inner_text()
    assert "+7 900 000-00-17" in shown.inner_text()
    push(desk, "answer", ANNA.removeprefix("+"), "story-1", user="Вера", answeringNumber="101")
    card(oleg, "Говорит Вера Синицына")  # the others see who took it
    card(vera, "Вы говорите")
    vera.keyboard.press("p")
    vera.wait_for_url(re.compile(r"/calls/new/\?call=\d+$"))
    vera.wait_for_selector(".call-person:has-text('Анна Вольская') input:checked")
    vera.fill("#id_text", "Не печатает счета, ошибка E-17.")
    vera.wait_for_selector("#call-outlook:has-text('Ответим до')")
    vera.keyboard.press("Control+Enter")
    vera.wait_for_url("**/calls/said/**")
    groups = vera.locator(".say-number span").all_inner_texts()
    number = f"{groups[0]}-{''.join(groups[1:])}"
    assert "Ответим до" in vera.inner_text(".say")
    push(desk, "hangup", ANNA.removeprefix("+"), "story-1", cause="normalClearing")
    silent(oleg)
    vera.keyboard.press("o")
    vera.wait_for_url(f"**/t/{number}/**")
    call = vera.locator(".msg-call", has_text="Входящий звонок")
    assert "Вера Синицына" in call.inner_text()
    assert "+7 900 000-00-17" in call.inner_text()
    assert oleg.faults == vera.faults == []


def test_an_answer_to_who_called_is_a_call_and_only_what_was_said_stops_the_clock(desk, opened):
    page = opened(OLEG)
    push(desk, "newCall", STRANGER.removeprefix("+"), "story-2")
    card(page, "незнакомый номер")
    push(desk, "hangup", STRANGER.removeprefix("+"), "story-2", cause="cancel")
    silent(page)

    def waits():
        page.goto(f"{desk.url}/console/calls/tasks/")
        return page.locator("[data-list] .row", has_text="+7 900 000-00-71").count()

    eventually(waits)
    page.click("[data-list] .row:has-text('+7 900 000-00-71')")
    page.wait_for_selector(".task-script")
    assert page.get_attribute(".task-dial", "href") == f"tel:{STRANGER}"
    number = page.inner_text(".say .hint a")
    page.keyboard.press("u")  # not reached
    page.wait_for_selector(".task-try:has-text('не дозвонились')")
    page.goto(f"{desk.url}/console/t/{number}/")
    page.wait_for_selector(".call-owed:has-text('1 попытка')")
    assert "Реакция через" not in page.inner_text("#timeline")
    page.click(".call-owed a")
    page.wait_for_selector(".task-script")
    page.keyboard.press("y")  # said
    page.wait_for_url("**/calls/tasks/")
    page.goto(f"{desk.url}/console/t/{number}/")
    page.wait_for_selector("#timeline:has-text('Реакция через')")
    assert page.faults == []


def test_a_reply_to_a_request_by_telephone_becomes_a_task(desk, opened):
    page = opened(OLEG)
    page.goto(f"{desk.url}/console/calls/new/")
    page.fill("#id_number", "8 (900) 000-00-17")
    page.wait_for_selector(".call-person:has-text('Анна Вольская') input:checked")
    page.fill("#id_text", "Как выгрузить журнал?")
    page.click("[data-send-button]")
    page.wait_for_url("**/calls/said/**")
    page.keyboard.press("o")
    page.wait_for_selector(".compose-form:has-text('звонком')")
    assert "В звонки" in page.inner_text("[data-send-button]")
    page.fill("#body", "Журнал выгружается из меню «Файл».")
    page.click("[data-send-button]")
    page.click(".call-owed a:has-text('Ответ звонком')")
    page.wait_for_selector(".task-script:has-text('из меню «Файл»')")
    page.keyboard.press("y")
    page.wait_for_url("**/calls/tasks/")
    assert page.faults == []


def test_an_unknown_number_is_a_persons_after_two_clicks(desk, opened):
    page = opened(OLEG)
    push(desk, "newCall", ANOTHER.removeprefix("+"), "story-3")
    shown = card(page, "незнакомый номер")
    shown.get_by_text("Чей это номер").click()
    page.wait_for_url("**/calls/tie/**")
    page.locator("#tie-q").press_sequentially("Лапин")
    page.click(".tie-row:has-text('Борис Лапин')")
    assert "Борис Лапин" in card(page, "+7 900 000-00-72").inner_text()
    push(desk, "hangup", ANOTHER.removeprefix("+"), "story-3", cause="cancel")
    page.goto(f"{desk.url}/console/calls/?show=missed")
    page.wait_for_selector(".call-missed:has-text('Борис Лапин')")
    assert page.faults == []


def test_the_list_finds_calls_by_person(desk, opened):
    page = opened(OLEG)
    page.goto(f"{desk.url}/console/calls/?q=Анна")
    rows = page.locator(".call-row").all_inner_texts()
    assert rows
    assert all("Анна Вольская" in row for row in rows)
    assert re.search(r"26-\d{6}", rows[0])
