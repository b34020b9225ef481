"""``okibi release``: what a build server types, what it is answered, and that everything may be typed twice."""

import json

import pytest

from okibi.kernel.errors import ConfigurationError
from okibi.ops import releasing
from okibi.ops.commands.arguments import Parser
from okibi.ops.commands.release import register
from okibi.releases.samples.apk import Apk, new_signer
from okibi.releases.samples.portable import Exe

SIGNER = new_signer()
STRANGER = new_signer("Stranger")


@pytest.fixture
def okibi(db, capsys, settings, tmp_path):
    settings.OKIBI_FILES = str(tmp_path / "files")
    parser = Parser(prog="okibi")
    register(parser.add_subparsers())

    def run(*arguments: object):
        code = releasing.run(parser.parse_args(["release", *map(str, arguments), "--json"]))
        return code, json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def notes(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("Исправлена печать.\n", encoding="utf-8")
    return file


@pytest.fixture
def file(tmp_path):
    def made(name, content):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return made


def problems(answer):
    return [problem["code"] for each in answer["artefacts"] for problem in each["problems"]]


def test_a_build_server_publishes_a_desktop_version(okibi, notes, file):
    assert okibi("draft", "desktop", "4.2.0", "--notes-ru", notes)[0] == 0
    code, answer = okibi("add", "desktop", "4.2.0", file("Setup.exe", Exe(padding=300_000).made()))
    assert (code, problems(answer)) == (0, [])
    code, answer = okibi("publish", "desktop", "4.2.0")
    assert (code, answer["state"]) == (0, "published")
    (found,) = answer["artefacts"]
    assert (found["name"], found["architecture"], found["facts"]["version"]) == ("Setup.exe", "x64", "4.2.0.0")


def test_every_act_may_be_repeated(okibi, notes, file):
    setup = file("Setup.exe", Exe().made())
    for _ in range(2):
        assert okibi("draft", "desktop", "4.2.0", "--notes-ru", notes)[0] == 0
        assert okibi("add", "desktop", "4.2.0", setup)[0] == 0
        assert okibi("check", "desktop", "4.2.0")[0] == 0
    for _ in range(2):
        assert okibi("publish", "desktop", "4.2.0")[1]["state"] == "published"
    for _ in range(2):
        assert okibi("halt", "desktop", "4.2.0", "--reason", "Печать")[1]["state"] == "halted"
    for _ in range(2):
        assert okibi("resume", "desktop", "4.2.0")[1]["state"] == "published"
    code, answer = okibi("list", "desktop")
    assert (code, [each["version"] for each in answer]) == (0, ["4.2.0"])


def test_a_build_that_begins_anew_after_its_publication_is_no_error(okibi, notes, file, tmp_path):
    setup, publish = file("Setup.exe", Exe().made()), ("publish", "desktop", "4.2.0")
    for _ in range(2):
        assert okibi("draft", "desktop", "4.2.0", "--notes-ru", notes)[0] == 0
        assert okibi("add", "desktop", "4.2.0", setup)[0] == 0
        assert okibi(*publish)[1]["state"] == "published"
    for line in (("draft", "desktop", "4.2.0"), ("add", "desktop", "4.2.0", file("b.exe", Exe(company="B").made()))):
        code, answer = okibi(*line)
        assert (code, "изменить её нельзя" in answer["problems"][0]["ru"]) == (1, True)
    for _ in range(2):
        assert okibi("withdraw", "desktop", "4.2.0", "--reason", "Печать")[1]["state"] == "withdrawn"


def test_the_first_package_and_certificate_are_confirmed_by_somebody_and_hold_then(okibi, notes, file):
    okibi("draft", "mobile", "3.4.0", "--notes-ru", notes)
    code, answer = okibi("add", "mobile", "3.4.0", file("a.apk", Apk().signed(SIGNER)))
    assert (code, problems(answer)) == (1, ["unpinned"])
    code, answer = okibi("publish", "mobile", "3.4.0")
    assert code == 1
    assert "ru.okibi.mob" in answer["problems"][0]["ru"]
    code, answer = okibi("confirm", "mobile", "3.4.0")
    assert (code, problems(answer)) == (0, [])
    assert okibi("publish", "mobile", "3.4.0")[1]["state"] == "published"
    okibi("draft", "mobile", "3.5.0", "--notes-ru", notes)
    wrong = Apk(version="3.5.0", version_code=30400, min_sdk=28, package="com.stranger").signed(STRANGER)
    code, answer = okibi("add", "mobile", "3.5.0", file("b.apk", wrong))
    assert (code, problems(answer)) == (1, ["certificate", "package", "version_code", "min_sdk"])
    code, answer = okibi("publish", "mobile", "3.5.0")
    assert (code, len(answer["problems"])) == (1, 4)


def test_a_slip_in_the_folder_s_name_makes_no_product_there(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("OKIBI_DATA", "")  # put back afterwards: --data sets it
    parser = Parser(prog="okibi")
    register(parser.add_subparsers())
    args = parser.parse_args(["release", "list", "--data", str(tmp_path / "slip")])
    with pytest.raises(ConfigurationError, match="no product"):
        args.run(args)
    assert not (tmp_path / "slip").exists()


def test_a_version_that_does_not_grow_is_refused(okibi, notes, file):
    for version in ("4.2.0", "4.1.9"):
        okibi("draft", "desktop", version, "--notes-ru", notes)
        okibi("add", "desktop", version, file("Setup.exe", Exe(version=version).made()))
    okibi("publish", "desktop", "4.2.0")
    code, answer = okibi("publish", "desktop", "4.1.9")
    assert code == 1
    assert "4.2.0" in answer["problems"][0]["ru"]


@pytest.mark.parametrize(
    ("said", "arguments", "told"),
    [
        ("a product that the scheme does not have", ["draft", "fridge", "1.0"], "нет такого продукта"),
        ("no reason", ["halt", "desktop", "4.2.0", "--reason", " "], "Назовите причину"),
        ("nothing in it", ["check", "desktop", "4.2.0"], "ни одного файла"),
        ("a version that is not there", ["publish", "desktop", "9.9.0"], "Версии 9.9.0 продукта desktop нет"),
        ("a number that is none", ["publish", "desktop", "xx"], "не похоже на версию"),
        ("a draft that goes on", ["resume", "desktop", "4.2.0"], "Версию сначала нужно проверить"),
    ],
)
def test_refusals_are_told_in_words(okibi, notes, file, said, arguments, told):
    okibi("draft", "desktop", "4.2.0", "--notes-ru", notes)
    if arguments[0] == "halt":
        okibi("add", "desktop", "4.2.0", file("Setup.exe", Exe().made()))
        okibi("publish", "desktop", "4.2.0")
    code, answer = okibi(*arguments)
    assert (code, told in answer["problems"][0]["ru"]) == (1, True), said
