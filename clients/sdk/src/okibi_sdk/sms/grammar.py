"""The grammar of ``okibi-sms``, in the user's language."""

import argparse
from pathlib import Path

from okibi_sdk.cli.parser import WORDS, Parser
from okibi_sdk.sms import words

NAME = "okibi-sms"


def build(language: str) -> Parser:
    """The whole grammar."""
    parser = Parser(prog=NAME, description=words.ABOUT.in_(language), epilog=words.CODES.in_(language), add_help=False)
    _titles(parser, language)
    _common(parser, language, nested=False)
    group = parser.add_subparsers(dest="command", required=True, title=WORDS["commands"].in_(language), metavar="…")
    for name, about in words.COMMANDS.items():
        said = about.in_(language)
        sub = group.add_parser(name, prog=f"{NAME} {name}", help=said, description=said, add_help=False)
        _titles(sub, language)
        _ARGUMENTS[name](sub, language)
        _common(sub, language, nested=True)
    return parser


def _titles(parser: Parser, language: str) -> None:
    parser.language = language
    parser._positionals.title = WORDS["arguments"].in_(language)  # noqa: SLF001 - argparse gives no other way
    parser._optionals.title = WORDS["options"].in_(language)  # noqa: SLF001
    parser.add_argument("-h", "--help", action="help", help=_help("help", language))


def _common(parser: Parser, language: str, *, nested: bool) -> None:
    default = argparse.SUPPRESS if nested else None
    parser.add_argument(
        "--json", action="store_true", default=default if nested else False, help=_help("json", language)
    )
    parser.add_argument("--server", default=default, metavar="…", help=_help("server", language))
    parser.add_argument("--key-file", type=Path, default=default, metavar="…", help=_help("key-file", language))


def _help(name: str, language: str) -> str:
    return words.HELP[name].in_(language)


def _how(parser: Parser, language: str) -> None:
    levels = ("low", "normal", "high")
    parser.add_argument("--priority", choices=levels, default="normal", help=_help("priority", language))
    parser.add_argument("--at-once", action="store_true", help=_help("at-once", language))
    parser.add_argument("--not-before", default="", metavar="…", help=_help("not-before", language))


def _send(parser: Parser, language: str) -> None:
    parser.add_argument("to", help=_help("to", language))
    parser.add_argument("text", help=_help("text", language))
    parser.add_argument("--reference", default="", metavar="…", help=_help("reference", language))
    _how(parser, language)


def _batch(parser: Parser, language: str) -> None:
    parser.add_argument("file", type=Path, help=_help("file", language))
    parser.add_argument("--text", default="", metavar="…", help=_help("common-text", language))
    _how(parser, language)


def _id(parser: Parser, language: str) -> None:
    parser.add_argument("id", type=int, help=_help("id", language))


def _list(parser: Parser, language: str) -> None:
    parser.add_argument("--state", choices=tuple(words.STATES), default="", help=_help("state", language))
    parser.add_argument("--to", default="", metavar="…", help=_help("to", language))
    parser.add_argument("--reference", default="", metavar="…", help=_help("reference", language))
    parser.add_argument("--limit", type=int, default=20, metavar="…", help=_help("limit", language))


def _lines(parser: Parser, language: str) -> None:
    del parser, language


def _segments(parser: Parser, language: str) -> None:
    parser.add_argument("text", help=_help("text", language))


_ARGUMENTS = {
    "send": _send,
    "batch": _batch,
    "status": _id,
    "list": _list,
    "cancel": _id,
    "lines": _lines,
    "segments": _segments,
}
