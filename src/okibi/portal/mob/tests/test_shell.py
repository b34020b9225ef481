"""What the server gives ОКИБИ Моб, without a browser: small, complete, whole in both languages, and nothing inline."""

import gzip
import json
import re
import struct

import pytest
from django.test import Client

from okibi.portal.mob import icons, shell

LARGEST_FIRST_LOAD = 150 * 1000  # bytes, compressed
YOUNGER_THAN_CHROME_80 = {
    "logical assignment": r"\?\?=|\|\|=|&&=",
    "private members": r"[^\w]#\w+\s*[=(;]|this\.#",
    "String.replaceAll": r"\.replaceAll\(",
    "Array.at": r"\.at\(-?\d",
    "crypto.randomUUID": r"crypto\.randomUUID\(",
    "structuredClone": r"structuredClone\(",
    "await of a module": r"^await ",
    "Object.hasOwn, groupBy": r"Object\.(hasOwn|groupBy)\(",
    "Array.findLast, toSorted": r"\.(findLast|toSorted|toReversed)\(",
}
USED = re.compile(r'\bt\(\s*"(\w+)"')
WORD = re.compile(r"\b(\w+): (?=[\"\[])")


def sources():
    return {path.relative_to(shell.FOLDER).as_posix(): path.read_text("utf-8") for path in shell.FOLDER.rglob("*.js")}


def words(language):
    text = (shell.FOLDER / f"words/{language}.js").read_text("utf-8")
    return dict(re.findall(r'\b(\w+): ("(?:[^"\\]|\\.)*"|\[[^\]]*\])', text))


@pytest.fixture
def get():
    return lambda path, **headers: Client().get(path, headers=headers)


def test_all_bytes_of_the_first_load_are_few():
    """The page, its styles, faces, modules, both dictionaries, the worker and the manifest: all of it, compressed."""
    client = Client()
    pages = [client.get(path).content for path in ("/mob/", "/mob/sw.js", "/mob/manifest.webmanifest")]
    files = [shell.source(name) for name in (*shell.STYLES, *shell.FONTS, *shell.PICTURES)]
    files += [text.encode() for text in sources().values()]
    sizes = [len(gzip.compress(each)) for each in (*pages, *files)]
    assert sum(sizes) < LARGEST_FIRST_LOAD, sum(sizes)


def test_the_shell_is_the_same_page_for_every_address_of_the_application(get):
    first = get("/mob/")
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-cache")
    for path in ("/mob/new", "/mob/me", "/mob/enrol", "/mob/r/26-000001"):
        assert get(path).content == first.content
    assert get("/mob/nothing").status_code == 404


def test_nothing_is_inline_and_only_the_application_may_use_the_microphone(get):
    page = get("/mob/")
    html = page.content.decode()
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html) == []
    policy = dict(part.strip().partition(" ")[::2] for part in page.headers["Content-Security-Policy"].split(";"))
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    assert (policy["media-src"], policy["img-src"]) == ("'self' blob:", "'self' blob:")
    assert "microphone=(self)" in page.headers["Permissions-Policy"]
    assert "microphone=()" in get("/mob/nothing").headers["Permissions-Policy"]


def test_the_service_worker_is_one_classic_script_asked_for_anew_each_time(get):
    answer = get("/mob/sw.js")
    script = answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert re.findall(r"^(?:import|export) ", script, re.MULTILINE) == []
    assert shell.digest() in script


@pytest.mark.parametrize(
    ("language", "name", "new"), [("ru", "ОКИБИ Моб", "Новая заявка"), ("en", "OKIBI Mob", "New request")]
)
def test_the_manifest_lets_a_browser_install_it(get, language, name, new):
    answer = get("/mob/manifest.webmanifest", accept_language=language)
    manifest = json.loads(answer.content)
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert (manifest["name"], manifest["lang"], manifest["display"]) == (name, language, "standalone")
    assert {manifest["scope"], manifest["start_url"], manifest["id"]} == {"/mob/"}
    assert manifest["shortcuts"][0]["name"] == new
    assert {(each["purpose"], each["sizes"]) for each in manifest["icons"]} == {
        (purpose, size) for purpose in ("any", "maskable") for size in ("192x192", "512x512")
    }
    target = manifest["share_target"]
    assert (target["action"], target["method"], target["params"]["files"][0]["name"]) == ("/mob/share", "POST", "files")


def test_what_is_shared_where_no_worker_took_it_leads_to_a_new_request():
    answer = Client(enforce_csrf_checks=True).post("/mob/share", {"text": "Не печатает"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/mob/new")


def test_both_dictionaries_have_the_same_words_with_the_same_places():
    russian, english = words("ru"), words("en")
    assert len(russian) > 100
    assert russian.keys() == english.keys()
    for name, said in russian.items():
        assert set(re.findall(r"\{\w+\}", said)) == set(re.findall(r"\{\w+\}", english[name])), name
        assert said.startswith("[") == english[name].startswith("["), name
        forms = [each[name].count('", "') + 1 for each in (russian, english)]
        assert not said.startswith("[") or forms == [3, 2], name
        assert not re.search(r"[А-Яа-яЁё]", english[name]), name


def test_every_word_that_is_said_is_in_the_dictionary():
    known = words("ru")
    said = {name for text in sources().values() for name in USED.findall(text)}
    assert len(said) > 80
    assert said - known.keys() == set()


def test_no_module_uses_what_the_browsers_of_android_8_may_not_know():
    found = [
        f"{name}: {what}"
        for name, text in sources().items()
        for what, pattern in YOUNGER_THAN_CHROME_80.items()
        if re.search(pattern, text, re.MULTILINE)
    ]
    assert found == []


def test_every_module_that_is_imported_is_part_of_the_shell():
    there = {*shell.modules(), *shell.WORDS}
    for name, text in sources().items():
        folder = name.rpartition("/")[0]
        for target in re.findall(r'from "([^"]+)"', text):
            parts = (f"{folder}/{target}" if folder else target).split("/")
            path: list[str] = []
            for part in parts:
                if part == "..":
                    path.pop()
                elif part != ".":
                    path.append(part)
            assert "/".join(path) in there, (name, target)
    assert shell.ENTRY in there


def test_older_browsers_get_the_dark_colours_of_the_one_file_of_colours():
    dark = dict(re.findall(r"--([a-z0-9-]+): ([^;]+);", (shell.FOLDER / "dark.css").read_text("utf-8")))
    assert dark == {name: colour.dark for name, colour in shell.colours().items()}
    assert not re.search(r"#[0-9a-f]{3,8}\b|rgb\(", (shell.FOLDER / "mob.css").read_text("utf-8"))


@pytest.mark.parametrize(("kind", "size"), icons.PICTURES)
def test_the_icons_are_there_in_their_sizes(kind, size):
    data = (shell.FOLDER / f"icons/{kind}-{size}.png").read_bytes()
    assert struct.unpack(">II", data[16:24]) == (size, size)
    if size < 192:
        assert data == icons.png(kind, size)
