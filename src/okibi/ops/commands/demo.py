"""``okibi demo``: invented customers, staff and requests, into an empty database."""

import argparse
import importlib

from okibi.ops.commands.arguments import say
from okibi.ops.paths import Paths
from okibi.ops.session import add_data_argument, database, environment_of_running, start_django


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to ``okibi``."""
    parser = subparsers.add_parser(
        "demo", help=say("загрузить демонстрационные данные в пустую базу", "load the demo data into an empty database")
    )
    add_data_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prepare the database, load the demo, print its accounts."""
    env = environment_of_running(args.data)
    with database(env):
        start_django()
        prepare = importlib.import_module("okibi.ops.prepare")
        prepare.migrate()
        print(prepare.load_demo(Paths(env.data)), end="")
    return 0
