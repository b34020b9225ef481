"""``okibi policy``: is a policy file right, and what does it say."""

import argparse
from pathlib import Path

import pytest

from okibi.ops.commands import policy

FOLDER = Path(__file__).resolve().parents[4] / "policies"


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch):
    for name in ("OKIBI_POLICY", "OKIBI_LANG", "LANG"):
        monkeypatch.delenv(name, raising=False)


def run(*words):
    parser = argparse.ArgumentParser()
    policy.register(parser.add_subparsers())
    args = parser.parse_args(["policy", *words])
    return args.run(args)


@pytest.mark.parametrize("name", ["okibi.toml", "example.toml"])
def test_the_policies_of_the_product_are_right(capsys, name):
    assert run("check", str(FOLDER / name)) == 0
    assert capsys.readouterr().out.strip() == "ok"


def test_a_wrong_file_is_listed_line_by_line(capsys, tmp_path):
    text = (FOLDER / "example.toml").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(
        text.replace("Europe/Berlin", "Mars").replace("reopen_days = 7", "reopen_days = -7"), encoding="utf-8"
    )
    assert run("check", str(wrong)) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert (
        first
        == f"{text[: text.index('zone =')].count(chr(10)) + 1}: working_time.zone: «Mars»: такого часового пояса нет"
    )
    assert second.startswith(f"{text[: text.index('reopen_days')].count(chr(10)) + 1}: desk.reopen_days: -7")


def test_the_reasons_come_in_the_readers_language(capsys, tmp_path, monkeypatch):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("format = \n", encoding="utf-8")
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert run("check", str(wrong)) == 1
    assert capsys.readouterr().out == "1: file: Invalid value\n"
    monkeypatch.setenv("OKIBI_LANG", "ru")
    assert run("check", str(wrong)) == 1
    assert capsys.readouterr().out == "1: file: значение записано неверно\n"


def test_a_file_that_is_not_there_can_not_be_read(capsys, tmp_path):
    assert run("check", str(tmp_path / "none.toml")) == 2
    assert "none.toml" in capsys.readouterr().err


def test_show_tells_the_policy_in_use_or_the_one_that_is_named(capsys):
    assert run("show") == 0
    assert "ОКИБИ Десктоп" in capsys.readouterr().out
    assert run("show", str(FOLDER / "example.toml")) == 0
    assert "Пример Десктоп" in capsys.readouterr().out


def test_show_of_a_wrong_file_lists_what_is_wrong(capsys, tmp_path):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("", encoding="utf-8")
    assert run("show", str(wrong)) == 1
    assert "vendor" in capsys.readouterr().out
