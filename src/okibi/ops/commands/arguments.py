"""The command line's parser: argparse that speaks the language of the terminal."""

import argparse
import re
from typing import Any, NoReturn

from okibi.kernel.sentence import Sentence
from okibi.ops.commands.language import terminal_language

EXIT_MISUSED = 2
HELP = Sentence(ru="показать эту справку и выйти", en="show this help and exit")
HEADINGS = {
    "positional arguments": "аргументы",
    "options": "параметры",
    "optional arguments": "параметры",
}
# What argparse says (Python 3.11 to 3.14) → how it is said in Russian. Names of arguments stay as they are typed.
SAYINGS = tuple(
    (re.compile(pattern, re.DOTALL), russian)
    for pattern, russian in (
        (r"the following arguments are required: (.+)", r"не хватает: \1"),
        (r"one of the arguments (.+) is required", r"нужен один из: \1"),
        (r"unrecognized arguments: (.+)", r"лишнее: \1"),
        (r"argument (\S+(?: \S+)*?): expected one argument", r"\1: после него нужно значение"),
        (r"argument (\S+(?: \S+)*?): expected at least one argument", r"\1: после него нужно хотя бы одно значение"),
        (r"argument (\S+(?: \S+)*?): expected at most one argument", r"\1: после него может быть одно значение"),
        (r"argument (\S+(?: \S+)*?): expected (\d+) arguments?", r"\1: после него нужно значений: \2"),
        (r"argument (\S+(?: \S+)*?): not allowed with argument (.+)", r"\1: нельзя вместе с \2"),
        (r"argument (\S+(?: \S+)*?): ignored explicit argument (.+)", r"\1: значение \2 здесь не нужно"),
        (
            r"argument (\S+(?: \S+)*?): invalid choice: (.+?) \((?:maybe you meant .+? )?choose from (.+)\)",
            r"\1: \2 не подходит, выберите из: \3",
        ),
        (r"argument (\S+(?: \S+)*?): invalid \S+ value: (.+)", r"\1: значение \2 не годится"),
        (r"ambiguous option: (.+) could match (.+)", r"\1: неясно, что из этого: \2"),
        (r"argument (\S+(?: \S+)*?): (.+)", r"\1: \2"),
    )
)


class Said(str):
    """A text in the language of this terminal that still knows both: the reference pages show both."""

    __slots__ = ("sentence",)
    sentence: Sentence


def say(ru: str, en: str) -> Said:
    """One of two texts, for the reader of this terminal."""
    sentence = Sentence(ru=ru, en=en)
    said = Said(sentence.in_language(terminal_language()))
    said.sentence = sentence
    return said


def port(text: str) -> int:
    """A TCP port. Raises ArgumentTypeError."""
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(
            say(f"«{text}» — не порт; нужно число от 1 до 65535", f"not a port: {text!r} (1…65535)")
        )
    return int(text)


def in_russian(message: str) -> str:
    """A complaint of argparse in Russian; one that is not known here stays as it is."""
    for pattern, russian in SAYINGS:
        if match := pattern.fullmatch(message):
            return match.expand(russian)
    return message


class Formatter(argparse.HelpFormatter):
    """Help whose first word is in the language of the terminal."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """As argparse's own."""
        super().add_usage(usage, actions, groups, say("вызов: ", "usage: ") if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """ArgumentParser in Russian or English; parsers of subcommands are of this class too."""

    def __init__(self, **options: Any) -> None:
        wants_help = options.pop("add_help", True)
        super().__init__(**{"formatter_class": Formatter, **options}, add_help=False)
        for group in self._action_groups:
            title = group.title or ""
            group.title = say(HEADINGS.get(title, title), title)
        if wants_help:
            self.add_argument("-h", "--help", action="help", help=HELP.in_language(terminal_language()))

    def error(self, message: str) -> NoReturn:
        """Say how the command is called and what is wrong; ends with 2."""
        self.exit(EXIT_MISUSED, f"{self.format_usage()}{self.prog}: {say(in_russian(message), message)}\n")
