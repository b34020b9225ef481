"""The logic of ОКИБИ Моб that needs no server: its modules in a real browser, from files on a loopback page."""

import functools
import http.server
import threading

import pytest

from okibi.portal.mob.shell import FOLDER
from tests.stories import phones

pytestmark = phones.IN_A_BROWSER


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Files, without a word to the terminal."""

    def log_message(self, *_arguments):
        """Nothing."""


@pytest.fixture(scope="module")
def folder():
    handler = functools.partial(Quiet, directory=str(FOLDER))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser():
    yield from phones.launched()


@pytest.fixture
def run(folder, browser):
    """``run(module, expression, argument)``: the expression sees the module as ``m``. The telephone is in Moscow."""
    contexts = []

    def evaluated(module, expression, argument=None, zone="Europe/Moscow"):
        context = browser.new_context(timezone_id=zone)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{folder}/words/")
        return page.evaluate(
            f"async (a) => {{ const m = await import('/{module}.js'); return {expression}; }}", argument
        )

    yield evaluated
    for context in contexts:
        context.close()


NOW = "2026-11-22T09:41:00Z"  # 12:41 in Moscow, a Sunday


@pytest.mark.parametrize(
    ("moment", "russian", "english"),
    [
        ("2026-11-22T12:41:00.000+03:00", "сегодня, 12:41", "today, 12:41"),
        ("2026-11-21T23:59:00.000+03:00", "вчера, 23:59", "yesterday, 23:59"),
        ("2026-11-21T21:00:00Z", "сегодня, 00:00", "today, 00:00"),
        ("2026-11-12T09:05:00.000+03:00", "12 ноября, 09:05", "12 November, 09:05"),
        ("2025-11-12T09:05:00.000+03:00", "12 ноября 2025", "12 November 2025"),
    ],
)
def test_when_something_was_said(run, moment, russian, english):
    said = run("dates", "['ru', 'en'].map((each) => m.when(a[0], each, new Date(a[1])))", [moment, NOW])
    assert said == [russian, english]


def test_a_term_has_its_day_and_the_desk_s_clock_wherever_the_telephone_is(run):
    asked = ["2026-11-24T20:00:00.000+03:00", NOW]
    expression = "['ru', 'en'].map((each) => m.term(a[0], each, new Date(a[1])))"
    assert run("dates", expression, asked) == ["вт 24 ноября, 20:00", "Tue 24 November, 20:00"]
    assert run("dates", expression, asked, zone="Asia/Vladivostok") == [
        "вт 24 ноября, 20:00 мск",
        "Tue 24 November, 20:00 MSK",
    ]


@pytest.mark.parametrize(("count", "form"), [(1, 0), (2, 1), (5, 2), (11, 2), (21, 0), (104, 1), (112, 2), (0, 2)])
def test_russian_counts_in_three_forms(run, count, form):
    assert run("words", "m.form(a, 3)", count) == form


@pytest.mark.parametrize(
    ("agent", "told", "system"),
    [
        ("Linux; Android 8.1.0; SM-J530F", {}, {"family": "android", "name": "Android", "version": "8.1"}),
        ("Linux; Android 10; K)", {}, {"family": "android", "name": "Android"}),
        (
            "Linux; Android 10; K)",
            {"platformVersion": "14.0.0"},
            {"family": "android", "name": "Android", "version": "14"},
        ),
        ("Windows NT 10.0; Win64; x64", {}, {"family": "windows"}),
        ("iPhone; CPU iPhone OS 17_0 like Mac OS X", {}, {"family": "ios"}),
    ],
)
def test_what_the_telephone_says_of_itself_is_no_more_than_it_knows(run, agent, told, system):
    assert run("environment", "m.systemOf(a[0], a[1])", [agent, told]) == system


def test_what_waits_has_a_key_made_once_and_keeps_its_files(run):
    kept = run(
        "outbox",
        """await (async () => {
          const file = { name: "экран.png", type: "image/png", blob: new Blob(["xyz"]) };
          const row = await m.putOut({ kind: "request", body: { text: "Не печатает" }, files: [file] });
          const [again] = await m.waiting();
          return [row.id === again.id, /^[0-9a-f-]{36}$/.test(row.id), again.files[0].blob.size, again.state];
        })()""",
    )
    assert kept == [True, True, 3, "waiting"]


def test_text_stays_text_and_addresses_become_links(run):
    html = run(
        "dom",
        """m.el("p", {}, m.prose(a)).innerHTML""",
        "<b>нет</b> https://example.org/a?b=1. Точка",
    )
    link = '<a href="https://example.org/a?b=1" target="_blank" rel="noopener noreferrer">https://example.org/a?b=1</a>'
    assert html == f"&lt;b&gt;нет&lt;/b&gt; {link}. Точка"


def test_a_camera_s_picture_is_made_smaller_before_it_goes(run):
    size = run(
        "media",
        """await (async () => {
          const canvas = document.createElement("canvas");
          Object.assign(canvas, { width: 4000, height: 3000 });
          canvas.getContext("2d").fillRect(0, 0, 10, 10);
          const blob = await m.asBlob(canvas, "image/jpeg", 0.9);
          const file = await m.prepared(new File([blob], "IMG_1.heic.jpeg", { type: "image/jpeg" }), true);
          const picture = await m.loaded(file.blob);
          return [file.name, picture.width, picture.height];
        })()""",
    )
    assert size == ["IMG_1.heic.jpg", 2000, 1500]


REPORT = {
    "system": {"family": "android"},
    "memory_mb": 4096,
    "locale": "ru-RU",
    "app": {"browser": "Chrome 120", "model": "Pixel"},
}
KEPT_BACK = {
    "nothing": ([], REPORT),
    "a line of its own": (["memory"], {name: value for name, value in REPORT.items() if name != "memory_mb"}),
    "one of several": (
        ["model", "language"],
        {"system": {"family": "android"}, "memory_mb": 4096, "app": {"browser": "Chrome 120"}},
    ),
    "a name of a newer version": (["heartbeat"], REPORT),
}


@pytest.mark.parametrize("case", KEPT_BACK)
def test_what_is_kept_back_of_the_telephone_is_not_in_the_report(run, case):
    names, left = KEPT_BACK[case]
    assert run("environment", "m.without(a[0], a[1])", [REPORT, names]) == left


ACCESS = {
    "id": 7, "request": "26-000001", "text": ["Когда: в любое время"], "note": "", "organisation": "", "can": [],
    "answered_by": "", "answered_at": None, "withdrawn_by": "", "withdrawn_at": None,
}  # fmt: skip
TO_ANSWER = {**ACCESS, "state": "proposed", "can": ["confirm", "decline"]}
IN_FORCE = {**ACCESS, "state": "confirmed", "can": ["withdraw"]}
ACCESS_CARDS = {
    "asked": (TO_ANSWER, "ru", True, "Без вашего «да» ничего не установится.", ["Подтвердить", "Отклонить"]),
    "asked in English": (TO_ANSWER, "en", True, "Without your “yes” nothing is installed.", ["Confirm", "Decline"]),
    "without a connection": (
        TO_ANSWER, "ru", False, "нужно ваше согласие", ["Подтвердитьнужна связь", "Отклонитьнужна связь"],
    ),
    "somebody else answers": ({**TO_ANSWER, "can": []}, "ru", True, "Отвечает тот, кто просил", []),
    "granted": (IN_FORCE, "ru", True, "новые версии ставятся сами", ["Отозвать доступ"]),
    "declined": ({**ACCESS, "state": "declined"}, "en", True, "nothing installs itself", []),
    "withdrawn": ({**ACCESS, "state": "withdrawn"}, "ru", True, "Доступ отозван", []),
    "over": ({**ACCESS, "state": "expired"}, "ru", True, "Срок доступа истёк", []),
}  # fmt: skip


@pytest.mark.parametrize("case", ACCESS_CARDS)
def test_an_access_for_updates_says_where_it_stands_and_offers_what_may_be_done(run, case):
    row, language, online, words, buttons = ACCESS_CARDS[case]
    text, names = run(
        "views/agreement",
        """await (async () => {
          await (await import("/words.js")).speak(a.language);
          (await import("/frame.js")).known.online = a.online;
          const card = m.card(a.row, () => {});
          return [card.textContent, [...card.querySelectorAll("button")].map((each) => each.textContent)];
        })()""",
        {"row": row, "language": language, "online": online},
    )
    assert words in text
    assert names == buttons


ACCESS_ACTS = {
    "confirm": (TO_ANSWER, "/answer", {"yes": True}, 0),
    "decline": (TO_ANSWER, "/answer", {"yes": False}, 0),
    "withdraw": (IN_FORCE, "/withdraw", {"reason": ""}, 1),
}


@pytest.mark.parametrize("act", ACCESS_ACTS)
def test_the_word_on_an_access_goes_at_once_and_a_stop_asks_before(run, act):
    row, where, body, questions = ACCESS_ACTS[act]
    sent = run(
        "views/agreement",
        """await (async () => {
          await (await import("/words.js")).speak("ru");
          const sent = [];
          window.fetch = async (url, { method, body }) => {
            if (method === "POST") sent.push(url, JSON.parse(body));
            const fresh = { ...a.row, state: "declined", can: [] };
            return new Response(JSON.stringify(method === "POST" ? fresh : { items: [a.row] }));
          };
          const heard = new Promise((resolve) => { a.part = new m.Agreements("26-000001", resolve); });
          document.body.append(a.part.node);
          await a.part.load();
          a.part.node.querySelector(`[data-act=${a.act}]`).click();
          const questions = document.querySelectorAll(".sheet").length;
          if (questions) document.querySelector(".sheet .main").click();
          await heard;
          return [...sent, questions, a.part.node.querySelectorAll("button").length];
        })()""",
        {"row": row, "act": act},
    )
    assert sent == [f"/api/v1/agreements/7{where}", body, questions, 0]


def test_of_one_request_the_newest_access_shows_and_whatever_can_still_be_ended(run):
    rows = [{**row, "id": number} for number, row in enumerate([TO_ANSWER, {**IN_FORCE, "can": []}, IN_FORCE])]
    rows.append({**TO_ANSWER, "id": 3, "request": "26-000002"})
    assert run("views/agreement", "m.ofRequest(a, '26-000001').map((each) => each.id)", rows) == [0, 2]


@pytest.mark.parametrize(
    ("full", "kept"), [(False, "waiting"), (True, None)], ids=["where there is room", "where there is none"]
)
def test_what_does_not_fit_on_the_telephone_is_said_and_not_lost_in_silence(run, full, kept):
    state = run(
        "outbox",
        """await (async () => {
          if (a) IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
          const row = await m.putOut({ kind: "message", number: "1", body: { text: "Слова" }, files: [] });
          return row && row.state;
        })()""",
        full,
    )
    assert state == kept
