"""The grammar of the command line, in the user's language."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from okibi_sdk.words import Sentence as S  # noqa: N817 - the tables below are read as tables

KINDS = ("incident", "suggestion", "question", "update", "mailing")
COMMANDS: dict[str, S] = {
    "enrol": S("подключить эту установку", "enrol this installation"),
    "environment": S("что будет сообщено об этом компьютере", "what will be told of this machine"),
    "update": S("вышла ли новая версия для этой установки", "is there a newer version for this installation"),
    "place": S("разместить заявку", "place a request"),
    "similar": S("похожие решённые заявки и статьи", "similar solved requests and articles"),
    "article": S("прочесть статью справки", "read a help article"),
    "list": S("мои заявки", "my requests"),
    "show": S("заявка и переписка", "a request and its conversation"),
    "follow": S("следить за событиями", "watch what happens"),
    "say": S("написать в заявку", "write into a request"),
    "attach": S("приложить файлы к заявке", "attach files to a request"),
    "fetch": S("скачать вложение", "download an attachment"),
    "works": S("теперь работает: закрыть заявку", "it works now: close the request"),
    "withdraw": S("отозвать заявку", "withdraw a request"),
    "reopen": S("открыть заявку снова", "reopen a request"),
    "rate": S("оценить ответ", "rate the answer"),
    "outbox": S("исходящие: что ещё не ушло", "the outbox: what has not gone yet"),
    "sign-out": S("отключить эту установку", "sign this installation out"),
}
WORDS: dict[str, S] = {
    "about": S(
        "ИПВ: заявки в техническую поддержку. Без связи заявка ждёт в исходящих и уходит один раз.",
        "ИПВ: support requests. Without a connection a request waits in the outbox and goes exactly once.",
    ),
    "codes": S(
        "Коды возврата: 0 сделано, 1 отказ сервера, 2 ошибка в команде, 3 нет связи, 4 ждёт в исходящих,"
        " 5 установка не подключена.",
        "Exit codes: 0 done, 1 refused by the server, 2 wrong command, 3 no connection, 4 kept in the outbox,"
        " 5 not enrolled.",
    ),
    "usage": S("использование: ", "usage: "),
    "options": S("параметры", "options"),
    "arguments": S("аргументы", "arguments"),
    "commands": S("команды", "commands"),
    "wrong": S("не понято", "not understood"),
    "see": S("Подсказка", "Help"),
    "help": S("эта подсказка", "this help"),
    "json": S("вывод в JSON", "output as JSON"),
    "server": S(
        "адрес сервера (иначе OKIBI_SERVER или адрес подключения)",
        "the server's address (else OKIBI_SERVER, or that of the enrolment)",
    ),
    "home": S("папка подключения и исходящих", "folder of the enrolment and the outbox"),
    "licence": S("номер лицензии", "licence number"),
    "trial": S("номер пробной версии", "number of the trial"),
    "invitation": S("код приглашения", "invitation code"),
    "email": S("ваш адрес: на него придёт код", "your address: a code goes there"),
    "name": S("ваше имя", "your name"),
    "device": S("название этой установки", "name of this installation"),
    "code": S("шесть цифр из письма", "the six digits of the letter"),
    "product": S("часть продукта", "part of the product"),
    "version": S("её версия", "its version"),
    "channel": S("stable или beta", "stable or beta"),
    "send": S("отправить сейчас", "send now"),
    "without": S("не сообщать эту строку", "keep this line back"),
    "silent": S("ничего не сообщать о компьютере", "tell nothing of the machine"),
    "text": S("текст; «-» — со стандартного ввода", "the text; “-” reads standard input"),
    "kind": S("класс заявки", "class of the request"),
    "subject": S("тема", "subject"),
    "file": S("приложить файл", "attach a file"),
    "preview": S("только заключение и срок, ничего не размещать", "only verdict and term, place nothing"),
    "slug": S("адрес или номер статьи", "the article's slug or id"),
    "organisation": S("все заявки вашей организации", "all requests of your organisation"),
    "request": S("только этой заявки: номер или номер в исходящих", "of one request: its number, or its id here"),
    "number": S("номер заявки", "number of the request"),
    "state": S("только в этом состоянии", "only of this state"),
    "query": S("искать слова", "look for words"),
    "limit": S("не больше стольких", "at most so many"),
    "after": S("после события с этим номером", "after the event of this id"),
    "count": S("закончить после стольких событий", "stop after so many events"),
    "files": S("файлы", "files"),
    "attachment": S("номер вложения (из show)", "id of the attachment (see show)"),
    "to": S("куда скачать", "where to put the file"),
    "why": S("пояснение", "why"),
    "score": S("от 1 (плохо) до 5 (отлично)", "from 1 (bad) to 5 (good)"),
    "retry": S("отправить снова", "send again"),
    "discard": S("удалить", "throw away"),
}


COMPLAINTS = (
    (r"the following arguments are required: (.*)", r"не хватает: \1"),
    (r"unrecognized arguments: (.*)", r"лишнее: \1"),
    (r"argument ([^:]*): invalid choice: '?(.*?)'? \(choose from (.*)\)", r"\1: нет такого — \2; есть: \3"),
    (r"argument ([^:]*): expected (?:one argument|at least one argument)", r"\1: нужно значение"),
    (r"argument ([^:]*): invalid int value: (.*)", r"\1: нужно целое число, а не \2"),
)


def complaint(message: str) -> str:
    """Argparse's complaint in Russian; one that isn't known here, as it is."""
    for english, russian in COMPLAINTS:
        found = re.fullmatch(english, message)
        if found:
            return found.expand(russian)
    return f"{WORDS['wrong'].ru}: {message}"


class Parser(argparse.ArgumentParser):
    """argparse in two languages; its own words are English only."""

    language = "ru"

    def error(self, message: str) -> NoReturn:
        said = message if self.language == "en" else complaint(message)
        self.print_usage()
        self.exit(2, f"{self.prog}: {said}\n{WORDS['see'].in_(self.language)}: {self.prog} --help\n")

    def format_usage(self) -> str:
        return super().format_usage().replace("usage: ", WORDS["usage"].in_(self.language), 1)

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", WORDS["usage"].in_(self.language), 1)


def build(language: str) -> Parser:
    """The whole grammar."""

    def said(name: str) -> str:
        return WORDS[name].in_(language)

    def make(prog: str, about: str, **more: str) -> Parser:
        made = Parser(prog=prog, description=about, add_help=False, **more)  # type: ignore[arg-type]
        made.language = language
        made._positionals.title = said("arguments")  # noqa: SLF001 - argparse gives no other way to name them
        made._optionals.title = said("options")  # noqa: SLF001
        made.add_argument("-h", "--help", action="help", help=said("help"))
        return made

    def common(to: Parser, *, nested: bool) -> None:
        nothing = {"default": argparse.SUPPRESS} if nested else {}
        to.add_argument("--json", action="store_true", help=said("json"), **nothing)  # type: ignore[arg-type]
        to.add_argument("--server", help=said("server"), **nothing)  # type: ignore[arg-type]
        to.add_argument("--home", type=Path, help=said("home"), **nothing)  # type: ignore[arg-type]

    parser = make("okibi-ipv", said("about"), epilog=said("codes"))
    common(parser, nested=False)
    group = parser.add_subparsers(dest="command", required=True, title=said("commands"), metavar="…")
    for name, about in COMMANDS.items():
        words = about.in_(language)
        sub = group.add_parser(name, prog=f"okibi-ipv {name}", help=words, description=words, add_help=False)
        sub.language = language
        sub._positionals.title, sub._optionals.title = said("arguments"), said("options")  # noqa: SLF001
        sub.add_argument("-h", "--help", action="help", help=said("help"))
        _OPTIONS[name](_Adder(sub, language))
        common(sub, nested=True)
    return parser


class _Adder:
    """Adds arguments whose help is the word of the same name."""

    def __init__(self, parser: Parser, language: str) -> None:
        self.parser, self.language = parser, language

    def options(self, *names: str) -> None:
        for name in names:
            self.parser.add_argument(f"--{name}", default="", metavar="…", help=WORDS[name].in_(self.language))

    def one(self, name: str, **more: object) -> None:
        word = str(more.pop("word", name.lstrip("-")))
        self.parser.add_argument(name, help=WORDS[word].in_(self.language), **more)  # type: ignore[arg-type]

    def environment(self) -> None:
        self.one("--without", action="append", default=[], metavar="…")
        self.one("--no-environment", word="silent", action="store_true")


def _enrol(add: _Adder) -> None:
    add.options("licence", "trial", "invitation", "email", "name", "device", "product", "version", "code")
    add.environment()


def _environment(add: _Adder) -> None:
    add.one("--send", action="store_true")
    add.options("product", "version")
    add.environment()


def _place(add: _Adder) -> None:
    add.one("text")
    add.one("--kind", choices=KINDS, default="")
    add.options("subject", "product", "version")
    add.one("--file", action="append", type=Path, default=[], metavar="…")
    add.one("--preview", action="store_true")
    add.environment()


def _update(add: _Adder) -> None:
    add.options("product", "version", "channel")
    add.one("--to", type=Path, default=None, metavar="…")


def _similar(add: _Adder) -> None:
    add.one("text")
    add.options("product")


def _article(add: _Adder) -> None:
    add.one("slug")


def _list(add: _Adder) -> None:
    add.one("--organisation", action="store_true")
    add.options("state", "query")
    add.one("--limit", type=int, default=20, metavar="…")


def _follow(add: _Adder) -> None:
    add.one("number", nargs="?", default="")
    add.options("after")
    add.one("--count", type=int, default=0, metavar="…")


def _say(add: _Adder) -> None:
    add.one("number")
    add.one("text")
    add.one("--file", action="append", type=Path, default=[], metavar="…")


def _attach(add: _Adder) -> None:
    add.one("number")
    add.one("files", nargs="+", type=Path)
    add.one("--text", default="", metavar="…")


def _fetch(add: _Adder) -> None:
    add.one("attachment")
    add.one("to", type=Path)


def _number(add: _Adder) -> None:
    add.one("number")


def _explained(add: _Adder) -> None:
    add.one("number")
    add.one("text", nargs="?", default="", word="why")


def _rate(add: _Adder) -> None:
    add.one("number")
    add.one("score", type=int, choices=range(1, 6))
    add.one("text", nargs="?", default="", word="why")


def _outbox(add: _Adder) -> None:
    add.options("request")
    add.one("--send", action="store_true")
    add.one("--retry", type=int, metavar="…")
    add.one("--discard", type=int, metavar="…")


def _nothing(add: _Adder) -> None:
    del add


_OPTIONS = {
    "enrol": _enrol,
    "environment": _environment,
    "update": _update,
    "place": _place,
    "similar": _similar,
    "article": _article,
    "list": _list,
    "show": _number,
    "follow": _follow,
    "say": _say,
    "attach": _attach,
    "fetch": _fetch,
    "works": _number,
    "withdraw": _explained,
    "reopen": _explained,
    "rate": _rate,
    "outbox": _outbox,
    "sign-out": _nothing,
}


def parse(language: str, arguments: Sequence[str] | None) -> argparse.Namespace:
    return build(language).parse_args(arguments)
