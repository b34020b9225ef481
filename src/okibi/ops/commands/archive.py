"""``okibi backup FILE`` and ``okibi restore FILE``."""

import argparse
from pathlib import Path

from okibi.kernel.errors import ConflictError
from okibi.kernel.sentence import Sentence
from okibi.ops import archive, registry
from okibi.ops.commands.arguments import say
from okibi.ops.database_url import DatabaseAddress, parse_database_url
from okibi.ops.env import Environment
from okibi.ops.paths import Paths
from okibi.ops.postgres import Server
from okibi.ops.session import add_data_argument, database, environment, environment_of_running


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands to ``okibi``."""
    for name, help_, run in (
        (
            "backup",
            say(
                "сохранить базу, файлы и секреты в один архив; продукт может при этом работать",
                "save database, files and secrets into one archive; the product may run meanwhile",
            ),
            _backup,
        ),
        (
            "restore",
            say(
                "восстановить архив в новую папку данных и пустую базу и проверить",
                "restore an archive into a new data folder and an empty database, and check it",
            ),
            _restore,
        ),
    ):
        parser = subparsers.add_parser(name, help=help_)
        parser.add_argument("file", type=Path, metavar="FILE", help=say("архив", "the archive"))
        add_data_argument(parser)
        parser.set_defaults(run=run)


def _address(env: Environment) -> DatabaseAddress:
    return parse_database_url(env.text("DATABASE_URL")) if env.is_set("DATABASE_URL") else Server(env.data).address()


def _backup(args: argparse.Namespace) -> int:
    env = environment_of_running(args.data)
    with database(env):
        manifest = archive.backup(Paths(env.data), _address(env), args.file.absolute())
    print(args.file, *archive.lines(manifest), sep="\n")
    return 0


def _restore(args: argparse.Namespace) -> int:
    env = environment(args.data)
    if registry.of(env.data):
        raise ConflictError(
            Sentence(
                ru="продукт работает на этой папке; остановите его", en="the product runs on this folder; stop it first"
            )
        )
    with database(env):
        manifest = archive.restore(Paths(env.data), _address(env), args.file.absolute())
    print(*archive.lines(manifest), sep="\n")
    return 0
