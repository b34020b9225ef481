"""``okibi up``: the whole product in one command."""

import argparse

from okibi.ops.session import add_data_argument, environment
from okibi.ops.supervisor import Supervisor, Wish


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to ``okibi``."""
    parser = subparsers.add_parser("up", help="run everything: database, web, worker, inlets")
    add_data_argument(parser)
    parser.add_argument("--port", type=_port, metavar="N", help="port of the site (OKIBI_PORT, 8000)")
    parser.add_argument(
        "--smtp-port", type=_port, metavar="N", help="port of the mail inlet (OKIBI_SMTP_INLET_PORT, 8025)"
    )
    parser.add_argument(
        "--demo",
        action=argparse.BooleanOptionalAction,
        help="load invented data into an empty database, and keep outgoing mail in a local mailbox",
    )
    parser.set_defaults(run=run)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        message = f"not a port: {text!r} (1…65535)"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Run until SIGTERM or Ctrl-C."""
    return Supervisor(environment(args.data), Wish(args.port, args.smtp_port, args.demo)).run()
