"""``okibi admin create``: an administrator, with the password from standard input or a one-time link to set it."""

import argparse
import getpass
import importlib
import sys

from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence
from okibi.ops.commands.arguments import say
from okibi.ops.session import add_data_argument, database, environment_of_running, start_django


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to ``okibi``."""
    admin = subparsers.add_parser("admin", help=say("учётные записи администраторов", "administrators' accounts"))
    acts = admin.add_subparsers(dest="act", metavar="{create,link}", required=True)
    create = acts.add_parser("create", help=say("создать администратора", "make an administrator"))
    add_data_argument(create)
    create.add_argument("--email", help=say("если не задан, будет спрошен", "asked for when not given"))
    create.add_argument("--name", help=say("если не задано, будет спрошено", "asked for when not given"))
    create.add_argument(
        "--password-stdin",
        action="store_true",
        help=say("прочитать пароль со стандартного ввода", "read the password from standard input"),
    )
    create.set_defaults(run=_create)
    link = acts.add_parser(
        "link",
        help=say(
            "показать одноразовую ссылку, по которой создаётся первый администратор",
            "print a one-time link with which the first administrator is made",
        ),
    )
    add_data_argument(link)
    link.set_defaults(run=_link)


def _create(args: argparse.Namespace) -> int:
    email = args.email or _ask("E-mail: ")
    name = args.name or _ask(say("Имя: ", "Name: "))
    password = sys.stdin.readline().rstrip("\n") if args.password_stdin else _ask_password()
    with database(environment_of_running(args.data)):
        start_django()
        importlib.import_module("okibi.ops.prepare").migrate()
        importlib.import_module("okibi.ops.admins").create(email.strip(), name.strip(), password)
    print(email.strip())
    return 0


def _link(args: argparse.Namespace) -> int:
    with database(environment_of_running(args.data)):
        start_django()
        prepare = importlib.import_module("okibi.ops.prepare")
        prepare.migrate()
        print(prepare.first_link())
    return 0


def _ask(prompt: str) -> str:
    if not sys.stdin.isatty():
        raise InputError(
            Sentence(ru="задайте --email, --name и --password-stdin", en="give --email, --name and --password-stdin")
        )
    return input(prompt)


def _ask_password() -> str:
    if not sys.stdin.isatty():
        _ask("")
    password = getpass.getpass(say("Пароль: ", "Password: "))
    if getpass.getpass(say("Ещё раз: ", "Again: ")) != password:
        raise InputError(Sentence(ru="пароли не совпали", en="the passwords differ"))
    return password
