"""``okibi mail parse FILE`` (needs no database) and ``okibi mail pipe`` (for any mail server)."""

import argparse
import importlib
import sys

from okibi.kernel.errors import OkibiError, OutsideError
from okibi.kernel.sentence import Sentence
from okibi.ops import preparation
from okibi.ops.commands.arguments import say
from okibi.ops.commands.language import complain
from okibi.ops.session import (
    add_data_argument,
    database,
    environment_of_running,
    require_product,
    start_django,
)

PARSER = "okibi.ops.commands.mail_parse"
PIPE = "okibi.flows.pipe"
PREPARE = "okibi.ops.prepare"
LARGEST = 60 * 1024 * 1024  # bytes
EXIT_NEVER = 65  # EX_DATAERR of sysexits.h: mail servers give the mail back to its sender
EMPTY = Sentence(ru="письмо не принято: на входе ничего нет", en="the mail is refused: there is nothing on the input")
TOO_LARGE = Sentence(
    ru="письмо не принято: оно больше 60 МБ; большие файлы пришлите по частям",
    en="the mail is refused: it is over 60 MB; send large files in parts",
)


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
    """Store the mail. What kept it from being stored may pass, and the mail server is to try again; an empty or too
    large one will never be taken, and its sender is to hear of it.
    """
    raw = sys.stdin.buffer.read(LARGEST + 1)
    if not raw.strip():
        return _never(EMPTY)
    if len(raw) > LARGEST:
        while sys.stdin.buffer.read(1024 * 1024):  # to its end: a closed pipe would look like a fault of ours
            pass
        return _never(TOO_LARGE)
    try:
        env = environment_of_running(args.data)
        require_product(env)
        with database(env):
            start_django()
            if not preparation.fits(env):
                importlib.import_module(PREPARE).migrate()
            print(importlib.import_module(PIPE).put(raw))
    except Exception as error:
        told = error.sentence if isinstance(error, OkibiError) else Sentence(ru=str(error), en=str(error))
        raise OutsideError(
            Sentence(ru=f"письмо не сохранено, повторите позже: {told.ru}", en=f"not stored, try again: {told.en}")
        ) from error
    return 0


def _never(why: Sentence) -> int:
    complain(why)
    return EXIT_NEVER
