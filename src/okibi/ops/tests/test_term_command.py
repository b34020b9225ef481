"""``okibi term``: two moments and how they were counted, without a server."""

import argparse
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from okibi.ops.commands import term

EXAMPLE = Path(__file__).resolve().parents[4] / "policies" / "example.toml"


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch):
    for name in ("OKIBI_POLICY", "OKIBI_LANG", "LANG"):
        monkeypatch.delenv(name, raising=False)


def run(*words):
    parser = argparse.ArgumentParser()
    term.register(parser.add_subparsers())
    args = parser.parse_args(["term", *words])
    return args.run(args)


def answer(capsys, *words):
    assert run(*words, "--json") == 0
    return json.loads(capsys.readouterr().out)


PROMISES = {
    "a failure on Friday": (["incident", "2026-11-20T12:41"], "2026-11-20T14:41:00+03:00", "2026-11-24T20:00:00+03:00"),
    "late on Friday": (["incident", "2026-11-20T19:30"], "2026-11-23T09:30:00+03:00", "2026-11-24T20:00:00+03:00"),
    "a proposal": (["suggestion", "2026-11-20T12:41"], "2026-11-25T20:00:00+03:00", "2027-01-20T20:00:00+03:00"),
    "given in UTC": (["incident", "2026-11-20T09:41Z"], "2026-11-20T14:41:00+03:00", "2026-11-24T20:00:00+03:00"),
    "given in another zone": (
        ["incident", "2026-11-20T10:41:00+01:00"],
        "2026-11-20T14:41:00+03:00",
        "2026-11-24T20:00:00+03:00",
    ),
    "with seconds": (["incident", "2026-11-20T19:59:30"], "2026-11-23T09:59:30+03:00", "2026-11-24T20:00:00+03:00"),
    "a question": (["question", "2026-11-20T12:41"], "2026-11-20T14:41:00+03:00", "2026-11-24T20:00:00+03:00"),
}


@pytest.mark.parametrize(("given", "aim", "due"), PROMISES.values(), ids=PROMISES)
def test_the_two_moments_come_in_the_offset_of_the_policys_zone(capsys, given, aim, due):
    said = answer(capsys, "--class", given[0], "--at", given[1])
    assert (said["aim_at"], said["due_at"]) == (aim, due)


def test_pauses_move_the_moments(capsys):
    said = answer(
        capsys,
        *("--class", "incident", "--at", "2026-11-23T10:00"),
        *("--pause", "2026-11-24T10:00", "2026-11-24T12:00", "--pause", "2026-11-24T11:00", "2026-11-24T13:00"),
    )
    assert said["aim_at"] == "2026-11-23T12:00:00+03:00"
    assert said["due_at"] == "2026-11-26T11:00:00+03:00"


def test_each_step_has_its_moment_rule_both_sentences_and_which_moment_it_belongs_to(capsys):
    said = answer(capsys, "--class", "incident", "--at", "2026-11-20T12:41")
    assert [step["rule"] for step in said["steps"] if step["for"] == "due"] == [
        "placed",
        "gk-191",
        "calendar-weekend",
        "term",
        "gk-194",
    ]
    for name in ("aim", "due"):
        steps = [step for step in said["steps"] if step["for"] == name]
        assert steps[-1]["at"] == said[f"{name}_at"]
        assert all(step["ru"] and step["en"] and datetime.fromisoformat(step["at"]) for step in steps)


def test_another_policy_counts_by_its_own_zone_and_terms(capsys):
    said = answer(capsys, "--class", "incident", "--at", "2026-11-20T12:30", "--policy", str(EXAMPLE))
    assert (said["aim_at"], said["due_at"]) == ("2026-11-20T13:30:00+01:00", "2026-11-23T18:00:00+01:00")


def test_without_json_people_can_read_it(capsys, monkeypatch):
    assert run("--class", "incident", "--at", "2026-11-20T12:41") == 0
    assert "Срок: вторник, 24 ноября 2026 года, 20:00" in capsys.readouterr().out
    monkeypatch.setenv("OKIBI_LANG", "en")
    assert run("--class", "incident", "--at", "2026-11-20T12:41") == 0
    assert "Due: Tuesday, 24 November 2026, 20:00" in capsys.readouterr().out


REFUSED = {
    "words instead of a moment": ["--at", "tomorrow"],
    "a pause that ends before it begins": [
        "--at",
        "2026-11-20T12:41",
        "--pause",
        "2026-11-24T12:00",
        "2026-11-24T10:00",
    ],
    "a pause that is no moment": ["--at", "2026-11-20T12:41", "--pause", "x", "2026-11-24T10:00"],
    "a year before the calendar": ["--at", "1950-01-01T12:00"],
    "a year after the calendar": ["--at", "2100-12-31T12:00"],
    "the first moment of all": ["--at", "0001-01-01T00:00Z"],
    "the last moment of all": ["--at", "9999-12-31T23:59:59-12:00"],
    "a policy that is not there": ["--at", "2026-11-20T12:41", "--policy", "/nowhere/policy.toml"],
}


@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused_with_code_2_and_a_word_on_the_error_stream(capsys, words):
    assert run("--class", "incident", *words, "--json") == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.strip()


def test_a_wrong_policy_is_refused_with_its_line(capsys, tmp_path):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(EXAMPLE.read_text(encoding="utf-8").replace("Europe/Berlin", "Mars"), encoding="utf-8")
    assert run("--class", "incident", "--at", "2026-11-20T12:41", "--policy", str(wrong)) == 2
    assert "Mars" in capsys.readouterr().err


def test_an_unknown_class_is_refused_by_the_parser():
    with pytest.raises(SystemExit) as stopped:
        run("--class", "wish", "--at", "2026-11-20T12:41")
    assert stopped.value.code == 2


def test_neither_django_nor_the_holidays_library_is_loaded():
    code = """
import sys
import okibi.ops.commands.term, okibi.ops.commands.policy
print({"django", "holidays"} & set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
