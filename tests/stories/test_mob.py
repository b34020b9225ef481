"""ОКИБИ Моб as people meet it: a telephone of 360 pixels and the real server."""

import re

import httpx

from okibi.ops.tests.conftest import eventually
from tests.stories import phones
from tests.stories.phones import ANSWER, PICTURE, answer_in_the_console, enrol, numbers, ring, write

pytestmark = phones.IN_A_BROWSER
chromium, desk, phone = phones.chromium, phones.desk, phones.phone


def test_from_the_code_in_the_mailbox_to_the_answer_that_arrives_live(desk, phone):
    page = phone()
    enrol(desk, page)
    write(page, "Не приходит код подтверждения на телефон. Пробовала три раза.")
    with page.expect_file_chooser() as chooser:
        page.tap(".adders button >> nth=1")
    chooser.value.set_files([{"name": "экран.png", "mimeType": "image/png", "buffer": PICTURE}])
    page.wait_for_selector(".file img")
    page.tap(".adders button >> nth=2")  # the voice: once to begin, once to end
    page.wait_for_selector(".adders .on:has-text('0:01')")
    page.tap(".adders .on")
    page.wait_for_selector(".file >> nth=1")
    page.wait_for_selector(".verdict .fact.met >> nth=1")
    assert "Поддержка действует" in page.inner_text(".verdict")
    assert "Телефон подходит: Android 11" in page.inner_text(".verdict")
    assert re.search(r"ответим до \w\w \d+ \w+, \d\d:\d\d", page.inner_text(".send"))
    page.tap(".send")
    page.wait_for_selector(".request:has-text('Не приходит код')")
    (number,) = numbers(page, "Не приходит код")
    page.tap(".request:has-text('Не приходит код')")
    page.wait_for_selector(".message.me .picture img")
    assert page.locator(".message.me .attachment:has-text('Голосовое сообщение')").count() == 1

    shown = answer_in_the_console(desk, number, ANSWER)
    assert "Android 11" in shown
    assert "экран.png" in shown
    page.wait_for_selector(f".message.desk:has-text('{ANSWER}')")  # live, nothing was tapped
    page.wait_for_selector(".bar:has-text('ответ есть')")
    page.fill(".composer textarea", "Спасибо, сейчас посмотрю")
    page.reload()  # a new version came, or the telephone closed it: what was half written stays
    page.wait_for_selector(f".message.desk:has-text('{ANSWER}')")
    assert page.input_value(".composer textarea") == "Спасибо, сейчас посмотрю"
    page.tap(".composer .strong")
    page.wait_for_selector(".message.me:has-text('сейчас посмотрю')")
    assert page.input_value(".composer textarea") == ""
    page.tap("text=Работает")
    page.wait_for_selector(".bar:has-text('закрыта')")
    page.tap(".rating [role=radio] >> nth=4")
    page.tap(".rating .quiet")
    page.wait_for_selector(".rating:has-text('5 из 5')")
    page.tap("[aria-label='Назад']")
    page.wait_for_selector(".request.closed:has-text('Не приходит код')")
    write(page, "Опять не приходят коды подтверждения")
    page.wait_for_selector(".like:has-text('Похожая заявка решена сегодня')")
    assert page.faults == []


def test_a_new_version_is_offered_and_taken_when_the_person_says_so(desk, phone):
    page = phone()
    page.evaluate(
        "() => { window.before = true; navigator.serviceWorker.register('/mob/sw.js?next', { scope: '/mob/' }); }"
    )
    page.wait_for_selector(".line:has-text('Есть новая версия')")
    assert page.evaluate("window.before")  # nothing changed under anybody's hands
    with page.expect_navigation():
        page.tap("text=Обновить")
    page.wait_for_selector("[data-screen=enrol]")
    assert not page.evaluate("window.before")


def test_a_newer_version_of_the_application_is_told_calmly_and_put_off(desk, phone):
    page = phone()
    enrol(desk, page)
    page.wait_for_selector(".newer:has-text('Вышла версия 3.4.0')")
    page.tap(".newer summary")
    page.wait_for_selector(".newer p:has-text('Тёмная тема')")
    with page.context.expect_page() as opened:
        page.tap(".newer a")
    there = opened.value
    there.wait_for_selector("h1")
    assert there.locator(".dl-current .btn").count() == 1  # the key of the way opens the file
    assert there.locator("details[open]:has-text('Android 10')").count() == 1
    page.tap(".newer [aria-label='Позже']")
    page.wait_for_selector(".newer", state="detached")
    page.reload()
    page.wait_for_selector(".request, .empty")
    assert page.locator(".newer").count() == 0
    assert page.faults == []


def test_whoever_does_not_say_who_they_are_may_write_all_the_same(desk, phone):
    page = phone("en-US", "dark")
    page.tap("text=Write without signing in")
    page.wait_for_selector("[data-screen=list]")
    page.tap("footer button")
    page.wait_for_selector(".verdict:has-text('Cover is yet to be checked')")
    page.tap(".send")  # nothing was written: it says what is missing, and keeps everything
    page.wait_for_selector(".problem:has-text('Describe what happened')")
    page.tap("[role=radio] >> nth=1")
    page.fill("#text", "How do I change the ringtone?")
    page.tap(".send")
    page.wait_for_selector(".request:has-text('ringtone')")
    page.tap(".request")
    page.tap("text=Withdraw the request")
    page.tap(".sheet .main")
    page.wait_for_selector(".bar:has-text('closed')")
    page.fill(".composer textarea", "It rings too loud after all")
    page.tap("text=Open again")
    page.wait_for_selector(".message.me:has-text('too loud')")
    assert page.faults == []


def test_the_verdict_comes_also_where_the_policy_came_in_between(desk, phone):
    page = phone(service_workers="block")
    page.tap("text=Писать без регистрации")
    page.wait_for_selector("[data-screen=list]")
    held = []
    page.route("**/api/v1/verdicts", lambda route: held.append(route) if not held else route.continue_())
    with page.expect_response("**/api/v1/policy"):
        page.tap("footer button")
    page.wait_for_selector("[data-screen=compose] .verdict", state="attached")
    eventually(lambda: page.wait_for_timeout(50) or held)
    held[0].continue_()  # its question spoke of no product yet
    page.wait_for_selector(".verdict:has-text('Право на поддержку')")
    assert page.faults == []


def test_what_is_missing_stays_said_when_a_verdict_comes_late(desk, phone):
    page = phone("en-US", service_workers="block")
    page.tap("text=Write without signing in")
    page.wait_for_selector("[data-screen=list]")
    page.tap("footer button")
    page.wait_for_selector(".verdict:has-text('Cover is yet to be checked')")
    held = []

    def hold(route):
        held.append(route)

    page.route("**/api/v1/verdicts", hold)
    page.tap("[role=radio] >> nth=1")
    eventually(lambda: page.wait_for_timeout(50) or held)
    page.tap(".send")
    page.wait_for_selector(".problem:has-text('Describe what happened')")
    with page.expect_response("**/api/v1/verdicts"):
        held[0].continue_()
    page.wait_for_timeout(300)
    assert page.is_visible(".problem:has-text('Describe what happened')")
    assert page.faults == []


def test_a_wrong_code_says_how_many_tries_are_left(desk, phone):
    page = phone()
    page.fill("#f-email", "boris@example.org")
    page.tap("button[type=submit]")
    page.wait_for_selector("[data-screen=code]")
    page.fill("#f-code", "000000")
    page.wait_for_selector(".problem:has-text('4')")
    page.reload()  # the letter may be in another application of the same telephone
    page.wait_for_selector("[data-screen=code]")


def test_a_screenshot_shared_to_the_application_waits_in_a_new_request(desk, phone):
    page = phone()
    page.tap("text=Писать без регистрации")
    page.wait_for_selector("[data-screen=list]")
    share = """async (hex) => {
      const bytes = Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
      const form = document.createElement("form");
      Object.assign(form, { method: "POST", enctype: "multipart/form-data", action: "/mob/share", hidden: true });
      const text = Object.assign(document.createElement("input"), { name: "text", value: "Вот что на экране" });
      const files = Object.assign(document.createElement("input"), { name: "files", type: "file" });
      const basket = new DataTransfer();
      basket.items.add(new File([bytes], "Screenshot_1.png", { type: "image/png" }));
      files.files = basket.files;
      form.append(text, files);
      document.body.append(form);
      form.submit();
    }"""
    page.evaluate(share, PICTURE.hex())
    page.wait_for_selector("[data-screen=compose] .file:has-text('Screenshot_1.png')")
    assert page.input_value("#text") == "Вот что на экране"
    page.reload()  # a draft stays a draft
    page.wait_for_selector(".file:has-text('Screenshot_1.png')")
    assert page.url.endswith("/mob/new")


def test_a_push_rings_with_the_number_alone_and_opens_the_request(desk, phone):
    page = phone()
    page.tap("text=Писать без регистрации")
    page.wait_for_selector("[data-screen=list]")
    write(page, "Не звонит телефон")
    page.tap(".send")
    page.wait_for_selector(".request:has-text('Не звонит')")
    (number,) = numbers(page, "Не звонит")
    ring(page, "deliverPushMessage", data=f'{{"number": "{number}"}}')
    notes = """async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map((note) => [note.title, note.data.url]);
    }"""
    eventually(lambda: page.evaluate(notes))
    assert page.evaluate(notes) == [[f"Ответ по заявке {number}", f"/mob/r/{number}"]]
    opened = "(url) => new BroadcastChannel('okibi-mob').postMessage({ kind: 'open', url })"
    page.evaluate(opened, f"/mob/r/{number}")  # what a tap on the note says
    page.wait_for_selector(f"[data-screen=request] h1:has-text('{number}')")
    page.goto(f"{desk.url}/mob/me")
    page.wait_for_selector("[data-screen=me]")
    assert (
        page.locator("text=Уведомления об ответах").count() == 0
    )  # the desk has pushes off: no button that does nothing


def test_a_browser_may_install_it(desk, phone):
    page = phone()
    session = page.context.new_cdp_session(page)
    told = session.send("Page.getAppManifest")
    assert (told["errors"], told["url"]) == ([], f"{desk.url}/mob/manifest.webmanifest")
    missing = [each["errorId"] for each in session.send("Page.getInstallabilityErrors")["installabilityErrors"]]
    assert [each for each in missing if each != "in-incognito"] == []  # playwright's contexts are incognito
    page.context.set_offline(True)
    for place in ("", "new", "me", "r/26-000001"):
        page.goto(f"{desk.url}/mob/{place}")
        page.wait_for_selector("[data-screen]")


def seen(page):
    """What axe finds in both themes, what is too small for a thumb, and whether the page goes sideways."""
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme="dark")
    dark = Axe().run(page).response["violations"]
    page.emulate_media(color_scheme="light")
    result = dark + Axe().run(page).response["violations"]
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, textarea, summary")]
          .map((each) => [each.outerHTML.slice(0, 80), (each.closest("label") || each).getBoundingClientRect()])
          .filter(([, box]) => box.height && (box.height < 44 || box.width < 44)).map(([html]) => html)"""
    )
    sideways = ["sideways"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []
    return [(rule["id"], rule["nodes"][0]["html"][:160]) for rule in result] + small + sideways


def test_a_line_that_goes_while_a_request_is_being_opened_is_noticed(desk, phone):
    page = phone(service_workers="block")
    enrol(desk, page, "tesakov@istok.example.org", "Л-2026-0007")
    held = []

    def hold(route):
        held.append(route)

    page.route("**/api/v1/requests/*/messages?*", hold)
    page.tap(".request:has-text('Доступ для обновлений')")
    page.wait_for_selector(".access [data-act]")
    while not held:
        page.wait_for_timeout(50)
    page.context.set_offline(True)
    page.wait_for_selector(".bar:has-text('нет сети')")
    for each in held:
        each.abort("internetdisconnected")
    page.wait_for_selector("[data-act]:has-text('нужна связь')")
    assert page.faults == []


def test_access_for_updates_is_granted_on_its_request_and_what_becomes_of_it_shows_at_once(desk, phone):
    page = phone()
    enrol(desk, page, "tesakov@istok.example.org", "Л-2026-0007")
    page.tap(".request:has-text('Доступ для обновлений: ждёт ответа')")
    page.wait_for_selector(".access.proposed [data-act=decline]")
    assert "srv.istok.example.org:8443" in page.inner_text(".access .grants")
    page.context.set_offline(True)
    page.tap("[data-act=confirm]:has-text('нужна связь')")
    page.wait_for_selector(".toast:has-text('согласие не откладывают')")
    assert page.evaluate(phones.KEPT, ["outbox", None]) == []
    page.context.set_offline(False)
    page.wait_for_selector("[data-act=confirm]:not(:has(small))")
    assert seen(page) == []
    page.tap("[data-act=confirm]")
    page.wait_for_selector(".access.confirmed:has-text('Доступ действует')")
    page.wait_for_selector(".access:has-text('Григорий Тесаков, сегодня')")
    page.tap("[data-act=withdraw]")
    page.tap(".sheet .quiet")  # asked whether they are sure, they were not
    mine = {"Authorization": f"Bearer {page.evaluate(phones.KEPT, ['kv', 'token'])}"}
    path = f"{desk.url}/api/v1/agreements/{page.get_attribute('.access', 'data-agreement')}"
    assert httpx.get(path, headers=mine).json()["state"] == "confirmed"
    httpx.post(f"{path}/withdraw", json={"reason": ""}, headers=mine).raise_for_status()  # at another screen of theirs
    page.wait_for_selector(".access.withdrawn:has-text('ничего больше не ставится само')")
    assert page.faults == []


def test_an_administrator_is_shown_the_question_on_a_colleague_s_request_which_they_only_read(desk, phone):
    page = phone(service_workers="block")
    page.tap("text=Писать без регистрации")
    page.wait_for_selector("[data-screen=list]")
    write(page, "Прошу обновлять программу автоматически")
    page.tap(".send")
    page.wait_for_selector(".request:has-text('Прошу обновлять')")
    (number,) = numbers(page, "Прошу обновлять")
    row = {"id": 1, "request": number, "state": "proposed", "can": ["confirm", "decline"], "text": ["Когда: ночью"]}
    page.route("**/api/v1/agreements", lambda route: route.fulfill(json={"items": [row]}))
    page.route("**/api/v1/requests?*", lambda route: route.fulfill(json={"items": [], "next": None}))

    def of_a_colleague(route):
        route.fulfill(json={**route.fetch().json(), "own": False})

    page.route(f"**/api/v1/requests/{number}", of_a_colleague)
    page.reload()
    page.tap(f".request[data-number='{number}']:has-text('Доступ для обновлений')")
    page.wait_for_selector(".access.proposed [data-act=confirm]")
    page.wait_for_selector(".composer", state="hidden")
    assert page.faults == []


def test_axe_finds_nothing_and_everything_fits_a_thumb(desk, phone):
    page = phone()
    found = {"enrol": seen(page)}
    enrol(desk, page)
    page.wait_for_selector(".request")
    found["list"] = seen(page)
    write(page, "Ошибка при входе в программу")
    page.wait_for_selector(".fact.met")
    page.tap("details.about summary")
    found["compose"] = seen(page)
    page.goto(f"{desk.url}/mob/")
    page.tap(".request >> nth=0")
    page.wait_for_selector(".message")
    found["request"] = seen(page)
    page.goto(f"{desk.url}/mob/me")
    page.wait_for_selector("text=Анна Вольская")
    found["me"] = seen(page)
    assert {name: what for name, what in found.items() if what} == {}
