"""``okibi docs``: make the generated reference pages again (in a checkout)."""

import argparse

from okibi.ops import reference


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to ``okibi``."""
    parser = subparsers.add_parser("docs", help="make the reference pages again")
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    """Write them, and name those that changed."""
    print(*reference.write(), sep="\n")
    return 0
