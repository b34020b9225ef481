"""``okibi web``, ``worker``, ``inlets``: each part alone, for several machines; and two helpers."""

import argparse
import importlib
import os
import sys
from typing import Any

from okibi.ops.commands.arguments import port, say
from okibi.ops.session import add_data_argument, database, environment, make_place, start_django


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands to ``okibi``."""
    for name, help_, run in (
        (
            "web",
            say(
                "запустить только веб-сервер (OKIBI_BIND, OKIBI_PORT)",
                "run the web server alone (OKIBI_BIND, OKIBI_PORT)",
            ),
            _web,
        ),
        ("worker", say("запустить только работника очереди", "run the worker of the queue alone"), _worker),
        ("inlets", say("запустить только приём почты", "run the mail inlets alone"), _inlets),
        (
            "prepare",
            say(
                "обновить базу и собрать статические файлы; можно повторять",
                "migrate the database, collect static files; safe to repeat",
            ),
            _prepare,
        ),
        (
            "mailsink",
            say(
                "принимать исходящие письма на местном порту в папку mailbox папки данных",
                "take outgoing letters on a loopback port into <data>/mailbox",
            ),
            _mailsink,
        ),
    ):
        parser = subparsers.add_parser(name, help=help_)
        add_data_argument(parser)
        parser.set_defaults(run=run)
        if name == "prepare":
            parser.add_argument(
                "--demo",
                action="store_true",
                help=say("загрузить демонстрацию в пустую базу", "load the demo into an empty database"),
            )
        if name == "mailsink":
            parser.add_argument("--port", type=port, metavar="N", required=True, help=say("порт", "the port"))


def _part(name: str) -> Any:
    """A part's module; imported when Django is ready for it."""
    return importlib.import_module(f"okibi.ops.{name}")


def _web(args: argparse.Namespace) -> int:
    env = environment(args.data)
    with database(env):
        start_django()
        code = int(_part("webserver").serve(env))
    sys.stdout.flush()
    os._exit(code)  # threads that still write to a slow reader must not hold the stop


def _worker(args: argparse.Namespace) -> int:
    with database(environment(args.data)):
        start_django()
        return int(_part("worker").work())


def _inlets(args: argparse.Namespace) -> int:
    with database(environment(args.data)):
        start_django()
        return int(_part("inlets").run())


def _prepare(args: argparse.Namespace) -> int:
    env = environment(args.data)
    with database(env):
        start_django()
        _part("prepare").prepare(env, demo=args.demo)
    return 0


def _mailsink(args: argparse.Namespace) -> int:
    paths = make_place(environment(args.data))
    part = _part("mailsink")
    return int(part.run(paths.mailbox, part.listen(args.port)))
