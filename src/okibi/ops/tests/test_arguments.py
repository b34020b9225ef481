"""What the command line answers to slips, in both languages."""

import argparse

import pytest

from okibi.ops import reference_tables
from okibi.ops.cli import COMMANDS, main
from okibi.ops.commands.arguments import Parser, Said, port


@pytest.fixture(params=["ru", "en"])
def language(request, monkeypatch):
    monkeypatch.setenv("OKIBI_LANG", request.param)
    return request.param


SLIPS = {
    "an argument is missing": (
        ["term", "--class", "incident"],
        "okibi term: не хватает: --at",
        "okibi term: the following arguments are required: --at",
    ),
    "a value is missing": (
        ["term", "--class", "incident", "--at"],
        "okibi term: --at: после него нужно значение",
        "okibi term: argument --at: expected one argument",
    ),
    "half a pause": (
        ["term", "--class", "incident", "--at", "2026-11-20", "--pause", "2026-11-20"],
        "okibi term: --pause: после него нужно значений: 2",
        "okibi term: argument --pause: expected 2 arguments",
    ),
    "less than nothing": (
        ["platform", "--place", "server", "--ram-mb", "-5"],
        "okibi platform: --ram-mb: «-5» — нужно целое число, ноль или больше",
        "okibi platform: argument --ram-mb: '-5': a whole number is needed, nought or more",
    ),
    "no port": (
        ["up", "--port", "99999"],
        "okibi up: --port: «99999» — не порт; нужно число от 1 до 65535",
        "okibi up: argument --port: not a port: '99999' (1…65535)",
    ),
    "too much": (["backup", "a", "b"], "okibi backup: лишнее: b", "okibi backup: unrecognized arguments: b"),
    "an option cut too short": (
        ["term", "--p", "x"],
        "okibi term: --p: неясно, что из этого: --pause, --policy",
        "okibi term: ambiguous option: --p could match --pause, --policy",
    ),
    "half a command": (
        ["policy"],
        "okibi policy: не хватает: {check,show}",
        "okibi policy: the following arguments are required: {check,show}",
    ),
    "a value where none belongs": (
        ["term", "--json=1", "--class", "incident", "--at", "2026-11-20"],
        "okibi term: --json: значение '1' здесь не нужно",
        "okibi term: argument --json: ignored explicit argument '1'",
    ),
}


@pytest.mark.parametrize(("words", "ru", "en"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_told_in_the_language_of_the_terminal(capsys, language, words, ru, en):
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert said.splitlines()[-1] == {"ru": ru, "en": en}[language]
    assert said.startswith({"ru": "вызов: okibi", "en": "usage: okibi"}[language])


def test_a_wrong_choice_names_those_there_are(capsys, language):
    with pytest.raises(SystemExit):
        main(["term", "--class", "wish", "--at", "2026-11-20"])
    said = capsys.readouterr().err
    assert "incident" in said
    assert {"ru": "'wish' не подходит, выберите из", "en": "invalid choice: 'wish'"}[language] in said


def _helps(parser):
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from (each.help for each in action._choices_actions)
            for inner in dict.fromkeys(action.choices.values()):
                yield from _helps(inner)
        elif not isinstance(action, argparse._HelpAction):
            yield action.help


def test_every_argument_is_explained_in_both_languages():
    for name in COMMANDS:
        for text in _helps(reference_tables.parser_of(name)):
            assert isinstance(text, Said), (name, text)
            assert text.sentence.ru, (name, text)
            assert text.sentence.en != text.sentence.ru, (name, text)


def test_help_is_in_the_language_of_the_terminal(capsys, language):
    with pytest.raises(SystemExit) as stop:
        main(["platform", "--help"])
    assert stop.value.code == 0
    said = capsys.readouterr().out
    wanted = {"ru": ("вызов:", "аргументы:", "параметры:", "показать эту справку"), "en": ("usage:", "show this help")}
    assert all(words in said for words in wanted[language])
    assert ("usage" in said) is (language == "en")


@pytest.mark.parametrize("text", ["0", "65536", "-1", "1.5", "", "²", "eighty"])
def test_what_is_no_port(text):
    with pytest.raises(argparse.ArgumentTypeError):
        port(text)


def test_a_complaint_that_is_not_known_is_passed_on(capsys, monkeypatch):
    monkeypatch.setenv("OKIBI_LANG", "ru")
    with pytest.raises(SystemExit):
        Parser(prog="okibi").error("something new")
    assert capsys.readouterr().err.endswith("okibi: something new\n")
