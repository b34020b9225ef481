"""The circle on a running product: a request is tied to a version, told when it is out, fetched from the site byte for
byte, closed by the device's report, and opened again by one "no".
"""

import hashlib
import json
import re

from axe_playwright_python.sync_playwright import Axe

from okibi.ops.tests.conftest import eventually

from .conftest import IN_A_BROWSER, letters, open_request, write
from .test_api_on_the_wire import ask

pytestmark = IN_A_BROWSER
SUBJECT = "Не закрывается месяц"
ADDRESS = "anna@example.org"
LICENCE = "Л-2026-0418"


def text_of(message) -> str:
    body = message.get_payload(0) if message.is_multipart() else message
    return body.get_payload(decode=True).decode()


def enrolled(desk) -> dict[str, str]:
    """Anna's desktop application, its e-mail confirmed; gives the headers of its calls."""
    device = {"kind": "desktop", "name": "PC-7", "product": "desktop", "version": "4.2.0"}
    body = json.dumps({"device": device, "email": ADDRESS, "licence": LICENCE, "language": "ru"}).encode()
    begun = json.loads(ask(desk, "POST", "/api/v1/enrolments", body, Content_Type="application/json").content)
    eventually(lambda: letters(desk, ADDRESS, "«PC-7»"))
    code = re.search(r": (\d{6})\b", text_of(letters(desk, ADDRESS, "«PC-7»")[-1]))[1]
    headers = {"Authorization": f"Enrolment {begun['secret']}", "Content_Type": "application/json"}
    path = f"/api/v1/enrolments/{begun['id']}/confirmation"
    answer = json.loads(ask(desk, "POST", path, json.dumps({"code": code}).encode(), **headers).content)
    assert answer.get("token"), (begun, answer)
    return {"Authorization": f"Bearer {answer['token']}", "Content_Type": "application/json"}


def report(desk, headers, version):
    given = json.dumps({"product": "desktop", "version": version, "environment": {}}).encode()
    assert ask(desk, "PUT", "/api/v1/device/environment", given, **headers).status == 200


def state_of(page, number) -> str:
    page.goto(f"/console/t/{number}/")
    return page.inner_text(".ticket-head .ticket-line")


def publish(maker, desk, number):
    """Open the draft, name the request that it fixes, check and publish it."""
    maker.goto("/console/releases/")
    maker.click("a:text-is('4.3.0')")
    maker.fill("#fix-numbers", number)
    maker.click("form[action$='/fixes'] button")
    maker.wait_for_selector(f"#requests ~ ul a:has-text('{number}')")
    eventually(lambda: letters(desk, ADDRESS, "сделаем в версии 4.3.0"))
    maker.click("form[action$='/check'] button")
    maker.click("form[action$='/publish'] button")
    maker.click("[data-confirm-yes]")
    maker.wait_for_selector("form[action$='/publish']", state="detached")


def fetched(desk, opened) -> None:
    """With the licence's number the page gives the file whose sum it names."""
    page = opened(width=390)
    page.goto("/download/desktop/")
    assert Axe().run(page).response["violations"] == []
    page.wait_for_timeout(2100)  # nobody fills a form in less than two seconds
    page.fill("#id_number", LICENCE)
    page.click("form[action='/download/desktop/'] button[type=submit]")
    page.wait_for_selector(".dl-current a.btn")
    address = page.get_attribute(".dl-current a.btn", "href")
    sum_named = page.inner_text(".dl-current code")
    assert Axe().run(page).response["violations"] == []
    assert page.faults == []
    whole = ask(desk, "GET", address)
    assert (whole.status, hashlib.sha256(whole.content).hexdigest()) == (200, sum_named)
    part = ask(desk, "GET", address, Range="bytes=10-29")
    assert (part.status, part.content) == (206, whole.content[10:30])


def test_from_the_promise_to_the_no_that_opens_it_again(desk, opened):
    maker = opened("pavel@desk.example.org")
    number = open_request(maker, desk, SUBJECT, "Ошибка 0x80070057 при закрытии месяца.")
    headers = enrolled(desk)
    publish(maker, desk, number)
    eventually(lambda: letters(desk, ADDRESS, "/download/desktop/"))
    fetched(desk, opened)

    report(desk, headers, "4.3.0")
    eventually(lambda: letters(desk, ADDRESS, "Теперь работает?"))
    (asked,) = letters(desk, ADDRESS, "Теперь работает?")
    assert "Решена" in state_of(maker, number)
    write(desk, f"Re: [{number}] {SUBJECT}", "Нет", References=asked["Message-ID"])
    eventually(lambda: "Решена" not in state_of(maker, number))
    told = maker.inner_text("main")
    assert "исправление дошло" in told
    assert re.findall(r"система ответила сама: (.+)", told) == [
        "номер, заключение и срок", "версия вышла, где её взять", "теперь работает?",
    ]  # fmt: skip

    where = re.search(r"http\S+/where/\S+", text_of(asked))[0]
    page = opened()
    page.goto(where)
    assert page.locator("button[name=works]").count() == 0  # nothing is asked any more
    maker.goto("/console/releases/")
    maker.click("a:text-is('4.3.0')")
    assert number in maker.inner_text("#requests ~ ul")
