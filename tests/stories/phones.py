"""A telephone of 360 pixels with ОКИБИ Моб on it, and how one enrols, writes and answers in the stories."""

import mailbox
import re
import shutil
from email.header import decode_header, make_header
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import sync_playwright

from okibi.ops.tests.conftest import Product, eventually, open_folder

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/google-chrome") if Path(path).exists()), None)
IN_A_BROWSER = [
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


def launched(*more):
    """A Chromium without a face; the fixtures of both files begin with it."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", *more]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def desk():
    """A whole product with the demo, for one file of stories."""
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


def enrol(desk, page, address="anna@example.org", ground="Л-2026-0418"):
    before = codes(desk, address)
    page.fill("#f-email", address)
    page.fill("#f-ground", ground)
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
