"""``okibi-ipv`` as it is typed: what it prints, and what it ends with."""

import json
import os
import stat
import subprocess
import sys

import pytest

from clients.sdk.tests.fake_server import CODE, LICENCE, TOKEN, newer_version
from okibi_sdk import KeyFile, Keys


@pytest.fixture
def typed(tmp_path, server):
    def run(*arguments, text=None, language="ru", server_=server):
        known = {name: value for name, value in os.environ.items() if name not in {"LC_ALL", "OKIBI_SERVER"}}
        environment = {**known, "OKIBI_LANG": language, "OKIBI_SDK_HOME": str(tmp_path / "home")}
        environment |= {"OKIBI_SERVER": server_, "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-m", "okibi_sdk", *arguments]
        return subprocess.run(
            command, env=environment, input=text, capture_output=True, timeout=60, check=False, encoding="utf-8"
        )

    return run


@pytest.fixture
def enrolled(typed, tmp_path, server):
    KeyFile(tmp_path / "home" / "enrolment").save(Keys(server, TOKEN))
    return typed


def test_enrolling_by_licence_with_the_code_of_the_letter(typed, tmp_path):
    begun = typed("enrol", "--licence", LICENCE, "--email", "anna@example.org", "--device", "Склад")
    assert begun.returncode == 0, begun.stderr
    assert "На anna@example.org отправлен код" in begun.stdout
    wrong = typed("enrol", "--code", "000000")
    assert (wrong.returncode, wrong.stderr.strip()) == (1, "okibi-ipv: Код не подходит.")
    done = typed("enrol", "--code", CODE)
    assert done.stdout == "Установка подключена: Склад\n"
    kept = tmp_path / "home" / "enrolment"
    if os.name == "posix":
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert KeyFile(kept).load().token == TOKEN
    assert TOKEN not in begun.stdout + done.stdout
    assert typed("sign-out").stdout == "Установка отключена.\n"
    assert not kept.exists()


def test_a_request_from_placing_to_the_end(enrolled, desk, tmp_path):
    (tmp_path / "a.log").write_bytes(b"E-17\n" * 1000)
    seen = enrolled("place", "Не печатает счета", "--kind", "incident", "--preview")
    assert "По лицензии." in seen.stdout
    assert "24.11.2026 20:00" in seen.stdout
    assert desk.requests == []
    placed = enrolled(
        "place", "-", "--subject", "Печать", "--without", "cpu_mhz", "--file", str(tmp_path / "a.log"),
        text="Не печатает\nсчета\n",
    )  # fmt: skip
    assert placed.returncode == 0, placed.stderr
    assert placed.stdout.startswith("26-000001  Печать\nСостояние: принята\nСрок ответа: 20.11.2026 14:41 – 24.11.2026")
    assert desk.requests[0]["text"] == "Не печатает\nсчета\n"
    assert "cpu_mhz" not in desk.requests[0]["environment"]
    assert enrolled("say", "26-000001", "И накладные").stdout == "Отправлено в заявку 26-000001.\n"
    assert enrolled("attach", "26-000001", str(tmp_path / "a.log")).returncode == 0
    shown = enrolled("show", "26-000001").stdout
    assert "— Вы, 20.11.2026 12:41\n  И накладные" in shown
    assert "a.log, 4,9 КБ" in shown
    assert enrolled("works", "26-000001").stdout.startswith("26-000001  закрыта")
    listed = json.loads(enrolled("list", "--json").stdout)
    assert [each["number"] for each in listed] == ["26-000001"]
    followed = enrolled("follow", "--count", "1", "--json")
    assert json.loads(followed.stdout)["code"] == "request.placed"
    assert enrolled("similar", "печать").stdout == "printing  Не печатает\n"


def test_a_newer_version_is_told_with_the_way_to_it_and_fetched(enrolled, desk, server, tmp_path):
    told = enrolled("update", "--version", "4.2.0").stdout.splitlines()
    assert told[:3] == [
        "Вышла версия 4.2.1  20.11.2026 12:41",
        "  Исправлена печать.",
        "https://desk.example.org/download/desktop/",
    ]
    assert enrolled("update", "--version", "4.2.1").stdout == "Новее ничего нет.\n"
    desk.files["Setup.exe"] = b"MZ" * 500
    desk.newer = newer_version(server, desk.files["Setup.exe"])
    fetched = enrolled("update", "--version", "4.2.0", "--to", str(tmp_path / "new")).stdout.splitlines()[-1]
    assert fetched == str(tmp_path / "new" / "Setup.exe")
    assert (tmp_path / "new" / "Setup.exe").read_bytes() == desk.files["Setup.exe"]


def test_without_a_connection_the_request_waits_and_goes_later(enrolled, desk, typed, server, tmp_path):
    KeyFile(tmp_path / "home" / "enrolment").save(Keys("http://127.0.0.1:9", TOKEN))
    kept = enrolled("place", "Не печатает", server_="http://127.0.0.1:9")
    assert kept.returncode == 4
    assert "ждёт отправки" in kept.stdout
    assert "Отправится само, когда связь появится." in kept.stdout
    assert enrolled("outbox", server_="http://127.0.0.1:9").returncode == 4
    KeyFile(tmp_path / "home" / "enrolment").save(Keys(server, TOKEN))
    sent = enrolled("outbox", "--send")
    assert sent.returncode == 0, sent.stderr
    assert "отправлена 26-000001" in sent.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["show", "26-999999"], 1, "okibi-ipv: Такой заявки нет."),
        (["place", "anna@example.org"], 1, ""),
        (["place", "Не печатает", "--file", "gone.log"], 2, "okibi-ipv: Такого файла нет: gone.log"),
        (["environment", "--without", "cpu"], 2, "okibi-ipv: Такой строки нет: cpu. Есть: family"),
        (["place"], 2, "okibi-ipv place: не хватает: text"),
        (["rate", "26-000001", "7"], 2, "okibi-ipv rate: score: нет такого — 7"),
        (["dance"], 2, ""),
    ],
)
def test_what_is_wrong_is_one_sentence_and_a_code(enrolled, arguments, code, said):
    ended = enrolled(*arguments)
    assert ended.returncode == code
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_one_who_is_not_enrolled_is_told_how_and_loses_nothing(typed):
    assert typed("list").returncode == 5
    kept = typed("place", "Не печатает")
    assert (kept.returncode, kept.stdout) == (5, "Сохранено в исходящих.\n")
    assert "okibi-ipv enrol" in kept.stderr
    assert "Не печатает" in typed("outbox").stdout


def test_no_connection_is_its_own_code(enrolled, tmp_path):
    KeyFile(tmp_path / "home" / "enrolment").save(Keys("http://127.0.0.1:9", TOKEN))
    ended = enrolled("list", server_="http://127.0.0.1:9")
    assert (ended.returncode, ended.stderr) == (
        3, "okibi-ipv: Нет связи с сервером поддержки.\nПроверьте соединение и повторите.\n",
    )  # fmt: skip


def test_english_is_spoken_too_and_what_is_told_is_shown(typed):
    assert "Exit codes: 0 done" in " ".join(typed("--help", language="en").stdout.split())
    shown = typed("environment", "--without", "locale", language="en").stdout
    assert "Operating system:" in shown
    assert "System language" not in shown


def test_a_key_file_that_is_no_key_file_is_as_good_as_none(tmp_path):
    for content in (b"", b"[]", b'{"token": 1}', b"\xff\xfe", b"okibi-dpapi:AAAA"):
        (tmp_path / "enrolment").write_bytes(content)
        assert KeyFile(tmp_path / "enrolment").load() is None
    assert KeyFile(tmp_path / "nowhere").load() is None
    assert TOKEN not in repr(Keys("http://x", TOKEN))


@pytest.mark.skipif(sys.platform == "win32", reason="a closed pipe is told otherwise there")
def test_who_reads_no_further_is_no_error(tmp_path):
    reads, writes = os.pipe()
    os.close(reads)
    environment = {**os.environ, "OKIBI_LANG": "en", "OKIBI_SDK_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "okibi_sdk", "environment"]
    done = subprocess.run(command, env=environment, stdout=writes, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writes)
    assert (done.returncode, done.stderr) == (0, b"")
