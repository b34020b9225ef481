"""ОКИБИ Моб as people meet it: a telephone of 360 pixels, the real server, the line cut in between."""

import mailbox
import re
import shutil
from email.header import decode_header, make_header

import httpx
import pytest

from okibi.ops.tests.conftest import Product, eventually, open_folder
from tests.stories.test_mob_logic import CHROMIUM, launched

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM: the mobile application was not tried in a browser"),
]
PHONE = (
    "Mozilla/5.0 (Linux; Android 11; Pixel 5 Build/RQ3A) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Mobile Safari/537.36"
)
ANSWER = "Проверьте номер в профиле: там лишняя семёрка."
PICTURE = bytes.fromhex(  # a PNG of one pixel
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
CONTROLLED = """() => new Promise((resolve) => {
  const workers = navigator.serviceWorker;
  if (workers.controller) resolve();
  else workers.addEventListener("controllerchange", () => resolve());
})"""
KEPT = """([store, key]) => new Promise((resolve) => {
  indexedDB.open("okibi-mob").onsuccess = (event) => {
    const rows = event.target.result.transaction(store).objectStore(store);
    (key ? rows.get(key) : rows.getAll()).onsuccess = (got) => resolve(got.target.result);
  };
})"""


@pytest.fixture(scope="module")
def desk():
    with open_folder() as folder:
        running = Product(folder / "data")
        running.start("--demo")
        yield running
        if running.process.poll() is None:
            running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def chromium():
    yield from launched("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture
def phone(desk, chromium):
    """A new telephone; ``phone(locale=…, theme=…)`` gives its only page, opened at the application."""
    contexts = []

    def made(locale="ru-RU", theme="light", service_workers="allow"):
        context = chromium.new_context(
            viewport={"width": 360, "height": 740},
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
            user_agent=PHONE,
            locale=locale,
            color_scheme=theme,
            timezone_id="Europe/Moscow",
            permissions=["microphone", "notifications"],
            service_workers=service_workers,
        )
        contexts.append(context)
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on(
            "console",
            lambda said: said.type == "error" and "Failed to load" not in said.text and page.faults.append(said.text),
        )
        page.goto(f"{desk.url}/mob/")
        page.wait_for_selector("[data-screen=enrol]")
        if service_workers == "allow":
            page.evaluate(CONTROLLED)
        return page

    yield made
    for context in contexts:
        context.close()


def codes(desk, address):
    """Every six-digit code that went to an address."""
    found = set()
    for message in mailbox.Maildir(desk.data / "mailbox", create=False):
        code = re.search(r"\b\d{6}\b", str(make_header(decode_header(message["Subject"]))))
        if code and address in str(message["To"]):
            found.add(code[0])
    return found


def enrol(desk, page, address="anna@example.org"):
    before = codes(desk, address)
    page.fill("#f-email", address)
    page.fill("#f-ground", "Л-2026-0418")
    page.tap("button[type=submit]")
    page.wait_for_selector("[data-screen=code]")
    eventually(lambda: codes(desk, address) - before)
    page.fill("#f-code", (codes(desk, address) - before).pop())  # the sixth digit sends it
    page.wait_for_selector("[data-screen=list]")


def answer_in_the_console(desk, number, words):
    lines = (desk.data / "demo-accounts.txt").read_text().splitlines()
    password = next(line.split()[1] for line in lines if line.startswith("oleg@desk.example.org"))
    with httpx.Client(base_url=desk.url, follow_redirects=True, timeout=60) as browser:
        browser.get("/accounts/login/")
        form = {"csrfmiddlewaretoken": browser.cookies["okibi_csrf"], "login": "oleg@desk.example.org"}
        assert browser.post("/accounts/login/", data={**form, "password": password}).status_code == 200
        token = {"csrfmiddlewaretoken": browser.cookies["okibi_csrf"]}
        shown = browser.get(f"/console/t/{number}/").text
        sent = browser.post(f"/console/t/{number}/write", data={**token, "act": "reply", "body": words})
        assert sent.status_code == 200, sent.text
        return shown


def write(page, words):
    page.tap("footer button")
    page.wait_for_selector("[data-screen=compose]")
    page.fill("#text", words)


def numbers(page, words):
    """The numbers of the requests in the list that read so."""
    rows = page.locator(".request", has_text=words)
    return [rows.nth(index).get_attribute("data-number") for index in range(rows.count())]


def ring(page, act, **more):
    """Have the browser wake the service worker: ``deliverPushMessage``, ``dispatchSyncEvent``."""
    session = page.context.new_cdp_session(page)
    heard = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: heard.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    eventually(lambda: page.wait_for_timeout(50) or heard)
    known = heard[0]
    origin = known["scopeURL"].removesuffix("/mob/")
    session.send(f"ServiceWorker.{act}", {"origin": origin, "registrationId": known["registrationId"], **more})


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
    page.tap(".composer .strong")
    page.wait_for_selector(".message.me:has-text('сейчас посмотрю')")
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


def test_placed_without_a_connection_it_arrives_once(desk, phone):
    """Closed and opened without a network, the server ended and started again in between."""
    page = phone()
    enrol(desk, page)
    page.context.set_offline(True)
    page.wait_for_selector(".bar:has-text('нет сети')")
    write(page, "Приложение закрывается само")
    page.wait_for_selector(".bar:has-text('нет сети: уйдёт сама')")
    page.tap(".send")
    page.wait_for_selector("[data-waiting]:has-text('уйдёт сама')")
    page.reload()  # the shell is there without a connection, and so is what was written
    page.wait_for_selector("[data-waiting]:has-text('закрывается само')")
    desk.stop()
    desk.start("--demo")  # with its mailbox
    page.context.set_offline(False)
    page.wait_for_selector("[data-waiting]", state="detached")
    page.wait_for_selector(".request:has-text('закрывается само')")
    page.reload()
    page.wait_for_selector(".request:has-text('закрывается само')")
    assert len(numbers(page, "закрывается само")) == 1
    assert page.faults == []


def test_an_answer_that_was_lost_on_the_way_makes_no_second_request(desk, phone):
    """In a browser without service workers, which must do as well."""
    page = phone(service_workers="block")
    page.tap("text=Писать без регистрации")
    page.wait_for_selector("[data-screen=list]")
    tries = []

    def lose_the_first_answer(route):
        if route.request.method != "POST":
            return route.continue_()
        answer = route.fetch()
        tries.append((answer.status, route.request.headers["idempotency-key"], answer.json()["number"]))
        return route.abort("connectionreset") if len(tries) == 1 else route.fulfill(response=answer)

    page.context.route("**/api/v1/requests", lose_the_first_answer)
    write(page, "Пропал звук")
    page.tap(".send")
    page.wait_for_selector(".request:has-text('Пропал звук')")
    page.wait_for_selector("[data-waiting]", state="detached")
    assert len(tries) == 2
    assert len(set(tries)) == 1
    assert tries[0][0] == 201
    page.reload()
    page.wait_for_selector(".request:has-text('Пропал звук')")
    assert len(numbers(page, "Пропал звук")) == 1


def test_what_waits_goes_out_while_the_application_is_closed(desk, phone):
    page = phone()
    page.tap("text=Писать без регистрации")
    page.wait_for_selector("[data-screen=list]")
    page.context.set_offline(True)
    write(page, "Экран мигает")
    page.tap(".send")
    page.wait_for_selector("[data-waiting]")
    page.goto("about:blank")
    page.context.set_offline(False)
    other = page.context.new_page()
    other.goto(f"{desk.url}/mob/manifest.webmanifest")  # a page that is none of the application's
    ring(other, "dispatchSyncEvent", tag="outbox", lastChance=False)
    token = other.evaluate(KEPT, ["kv", "token"])
    mine = {"Authorization": f"Bearer {token}"}
    eventually(lambda: httpx.get(f"{desk.url}/api/v1/requests", headers=mine).json()["items"])
    eventually(lambda: other.evaluate(KEPT, ["outbox", None]) == [])


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


def test_a_telephone_that_was_cut_off_asks_who_it_is_and_loses_nothing_written(desk, phone):
    page = phone()
    enrol(desk, page)
    token = page.evaluate("import('/static/mob/store.js').then((store) => store.kept('token'))")
    httpx.delete(f"{desk.url}/api/v1/device", headers={"Authorization": f"Bearer {token}"}).raise_for_status()
    page.context.set_offline(True)
    write(page, "Потеряла телефон и нашла")
    page.tap(".send")
    page.wait_for_selector("[data-waiting]")
    page.context.set_offline(False)
    page.wait_for_selector("[data-screen=enrol]")
    enrol(desk, page)
    page.wait_for_selector(".request:has-text('Потеряла телефон')")
    assert len(numbers(page, "Потеряла телефон")) == 1


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


def test_axe_finds_nothing_and_everything_fits_a_thumb(desk, phone):
    from axe_playwright_python.sync_playwright import Axe

    page = phone()
    found = {}

    def look(name):
        page.emulate_media(color_scheme="dark")
        dark = Axe().run(page).response["violations"]
        page.emulate_media(color_scheme="light")
        result = dark + Axe().run(page).response["violations"]
        small = page.evaluate(
            """() => [...document.querySelectorAll("button, input, select, textarea, summary")]
              .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
              .filter(([, box]) => box.height && (box.height < 44 || box.width < 44)).map(([html]) => html)"""
        )
        sideways = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if result or small or sideways:
            found[name] = [(rule["id"], rule["nodes"][0]["html"][:160]) for rule in result] + small + [sideways]

    look("enrol")
    enrol(desk, page)
    page.wait_for_selector(".request")
    look("list")
    write(page, "Ошибка при входе в программу")
    page.wait_for_selector(".fact.met")
    page.tap("details.about summary")
    look("compose")
    page.goto(f"{desk.url}/mob/")
    page.tap(".request >> nth=0")
    page.wait_for_selector(".message")
    look("request")
    page.goto(f"{desk.url}/mob/me")
    page.wait_for_selector("text=Анна Вольская")
    look("me")
    assert found == {}


def test_what_the_desk_does_not_take_becomes_a_draft_again(desk, phone):
    page = phone(service_workers="block")
    page.tap("text=Писать без регистрации")
    page.wait_for_selector("[data-screen=list]")
    problem = {
        "code": "invalid",
        "detail": "Данные не подходят.",
        "errors": [{"field": "text", "detail": "Слишком длинно: не больше 100000 знаков."}],
    }
    refused = []

    def refuse_once(route):
        if route.request.method != "POST" or refused:
            return route.continue_()
        refused.append(route.request.url)
        return route.fulfill(status=422, json=problem, content_type="application/problem+json")

    page.context.route("**/api/v1/requests", refuse_once)
    write(page, "Длинный журнал")
    page.tap("[role=radio] >> nth=1")
    page.tap(".send")
    page.wait_for_selector(".waiting.failed small:has-text('не больше 100000 знаков')")
    page.tap(".waiting.failed >> text=Изменить")
    page.wait_for_selector("[data-screen=compose]")
    assert page.input_value("#text") == "Длинный журнал"
    assert page.get_attribute("[data-kind=question]", "aria-checked") == "true"
    page.fill("#text", "Длинный журнал: приложу файлом")
    page.tap(".send")
    page.wait_for_selector(".request:has-text('приложу файлом')")
    page.wait_for_selector("[data-waiting]", state="detached")
