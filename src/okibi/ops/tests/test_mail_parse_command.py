"""``okibi mail parse FILE --json``: what people and checks from outside see."""

import argparse
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from okibi.ops.commands import mail_parse

MAIL = (
    "From: Анна Волская <anna@example.org>\nTo: support@example.org, Олег <oleg@example.org>\nSubject: Печать\n"
    "Date: Fri, 20 Nov 2026 12:41:00 +0300\nMessage-ID: <1@example.org>\nIn-Reply-To: <0@example.org>\n"
    "References: <0@example.org>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
    "Content-Type: text/html; charset=utf-8\n\n"
    "<p>Не печатает</p><script>x</script>\n--b\nContent-Type: text/plain; name=a.log\n\nlog\n--b--\n"
).encode()


def _run(*argv: str) -> int:
    parser = argparse.ArgumentParser()
    mail_parse.add_arguments(parser)
    return mail_parse.run(parser.parse_args(argv))


def _json(path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> dict[str, Any]:
    assert _run(str(path), "--json") == 0
    answer: dict[str, Any] = json.loads(capfdbinary.readouterr().out)
    return answer


def test_the_promised_fields(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(MAIL)
    answer = _json(path, capfdbinary)
    assert answer["from"] == {"name": "Анна Волская", "address": "anna@example.org"}
    assert answer["to"] == [
        {"name": "", "address": "support@example.org"},
        {"name": "Олег", "address": "oleg@example.org"},
    ]
    assert answer["cc"] == []
    assert (answer["subject"], answer["date"]) == ("Печать", "2026-11-20T12:41:00+03:00")
    assert (answer["message_id"], answer["in_reply_to"]) == ("<1@example.org>", "<0@example.org>")
    assert answer["references"] == ["<0@example.org>"]
    assert (answer["text"], answer["reply"], answer["html"]) == ("Не печатает", "Не печатает", "<p>Не печатает</p>")
    assert answer["attachments"] == [
        {
            "name": "a.log",
            "type": "text/plain",
            "size": 3,
            "sha256": "836ff184e7b41b1e13cb5fd89fa1de98dbbab99e9d2918913ff43b86a5c7c213",
            "inline": False,
            "content_id": None,
        }
    ]
    assert (answer["automatic"], answer["bounce"]) == (False, None)


def test_an_empty_file_is_answered_too(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    path = tmp_path / "empty.eml"
    path.write_bytes(b"")
    answer = _json(path, capfdbinary)
    assert answer["from"] == {"name": "", "address": ""}
    assert (answer["date"], answer["message_id"]) == (None, None)
    assert "unreadable" in [one["code"] for one in answer["defects"]]


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(MAIL)))
    assert _run("-", "--json") == 0
    assert json.loads(capfdbinary.readouterr().out)["subject"] == "Печать"


def test_a_short_answer_for_people(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(MAIL)
    assert _run(str(path)) == 0
    shown = capfdbinary.readouterr().out.decode()
    assert "Анна Волская <anna@example.org>" in shown
    assert "Не печатает" in shown


def test_a_file_that_is_not_there(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert _run(str(tmp_path / "none.eml"), "--json") == 2
    assert b"none.eml" in capfdbinary.readouterr().err
