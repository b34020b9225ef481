"""``okibi mail parse FILE`` (needs no database) and ``okibi mail pipe`` (for any mail server)."""

import argparse
import importlib
import sys

from okibi.kernel.errors import OkibiError, OutsideError
from okibi.kernel.sentence import Sentence
from okibi.ops import preparation
from okibi.ops.commands.arguments import say
from okibi.ops.session import add_data_argument, database, environment_of_running, start_django

PARSER = "okibi.ops.commands.mail_parse"
PIPE = "okibi.flows.pipe"
PREPARE = "okibi.ops.prepare"
LARGEST = 60 * 1024 * 1024  # bytes


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands to ``okibi``."""
    mail = subparsers.add_parser(
        "mail", help=say("разобрать письмо или передать его продукту", "parse a mail, or put it into the product")
    )
    kinds = mail.add_subparsers(dest="kind", metavar="{parse,pipe}", required=True)
    parse = kinds.add_parser(
        "parse", help=say("показать, что в письме; сервер не нужен", "show what a mail says, without a server")
    )
    parser = importlib.import_module(PARSER)
    parser.add_arguments(parse)
    parse.set_defaults(run=parser.run)
    pipe = kinds.add_parser(
        "pipe",
        help=say(
            "принять одно письмо (стандартный ввод) и напечатать номер обращения",
            "put one mail (standard input) into the database and print its ticket's number",
        ),
    )
    add_data_argument(pipe)
    pipe.set_defaults(run=_pipe)


def _pipe(args: argparse.Namespace) -> int:
    """Store the mail. Anything that kept it from being stored may pass: the mail server is to try again."""
    raw = sys.stdin.buffer.read(LARGEST + 1)
    if not raw or len(raw) > LARGEST:
        raise OkibiError(
            Sentence(
                ru="на входе нет письма, или оно больше 60 МБ", en="there is no mail on the input, or it is over 60 MB"
            )
        )
    try:
        env = environment_of_running(args.data)
        with database(env):
            start_django()
            if not preparation.is_done(env, demo=False):
                importlib.import_module(PREPARE).migrate()
            print(importlib.import_module(PIPE).put(raw))
    except Exception as error:
        told = error.sentence if isinstance(error, OkibiError) else Sentence(ru=str(error), en=str(error))
        raise OutsideError(
            Sentence(ru=f"письмо не сохранено, повторите позже: {told.ru}", en=f"not stored, try again: {told.en}")
        ) from error
    return 0
