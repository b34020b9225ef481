"""``okibi manage …``: Django's own commands (shell, dbshell, showmigrations …) on the product's database."""

import argparse
from pathlib import Path

from django.core.management import execute_from_command_line

from okibi.ops.commands.arguments import say
from okibi.ops.session import database, environment_of_running, start_django


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to ``okibi``."""
    parser = subparsers.add_parser("manage", help=say("команды Django", "Django's own commands"), add_help=False)
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help=say("папка данных (OKIBI_DATA)", "data folder (OKIBI_DATA)")
    )
    parser.add_argument(
        "command_and_arguments",
        nargs=argparse.REMAINDER,
        help=say("команда Django и её аргументы", "a command of Django and its arguments"),
    )
    parser.set_defaults(run=run, takes_rest=True)


def run(args: argparse.Namespace) -> int:
    """Hand everything else on to Django."""
    with database(environment_of_running(args.data)):
        start_django()
        execute_from_command_line(["okibi manage", *args.rest, *args.command_and_arguments])
    return 0
