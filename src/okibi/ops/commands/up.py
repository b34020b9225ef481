"""``okibi up``: the whole product in one command."""

import argparse

from okibi.ops.commands.arguments import port, say
from okibi.ops.session import add_data_argument, environment
from okibi.ops.supervisor import Supervisor, Wish


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to ``okibi``."""
    parser = subparsers.add_parser(
        "up",
        help=say("запустить всё: базу, сайт, работника, приём почты", "run everything: database, web, worker, inlets"),
    )
    add_data_argument(parser)
    parser.add_argument(
        "--port",
        type=port,
        metavar="N",
        help=say("порт сайта (OKIBI_PORT, 8000)", "port of the site (OKIBI_PORT, 8000)"),
    )
    parser.add_argument(
        "--smtp-port",
        type=port,
        metavar="N",
        help=say(
            "порт приёма почты (OKIBI_SMTP_INLET_PORT, 8025)", "port of the mail inlet (OKIBI_SMTP_INLET_PORT, 8025)"
        ),
    )
    parser.add_argument(
        "--demo",
        action=argparse.BooleanOptionalAction,
        help=say(
            "загрузить вымышленные данные в пустую базу и оставлять исходящие письма в местном ящике",
            "load invented data into an empty database, and keep outgoing mail in a local mailbox",
        ),
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run until SIGTERM or Ctrl-C."""
    return Supervisor(environment(args.data), Wish(args.port, args.smtp_port, args.demo)).run()
