"""``okibi docs``: make the generated reference pages again (in a checkout)."""

import argparse
import importlib

from okibi.ops.commands.arguments import say
from okibi.ops.session import start_django


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to ``okibi``."""
    parser = subparsers.add_parser(
        "docs", help=say("создать справочные страницы заново", "make the reference pages again")
    )
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    """Write them, and name those that changed."""
    start_django()  # letters and channels are read where they stand
    print(*importlib.import_module("okibi.ops.reference").write(), sep="\n")
    return 0
