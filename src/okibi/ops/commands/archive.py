"""``okibi backup FILE`` and ``okibi restore FILE``."""

import argparse
import contextlib
import importlib
import os
import pwd
from pathlib import Path
from typing import Any

from okibi.kernel.errors import ConflictError
from okibi.kernel.sentence import Sentence
from okibi.ops import archive, registry
from okibi.ops.archive_file import Manifest
from okibi.ops.commands.arguments import say
from okibi.ops.commands.language import terminal_language
from okibi.ops.database_url import DatabaseAddress, parse_database_url
from okibi.ops.env import Environment
from okibi.ops.paths import Paths
from okibi.ops.postgres import Server
from okibi.ops.session import (
    add_data_argument,
    database,
    environment,
    environment_of_running,
    has_product,
    start_django,
)


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


def _refuse_anothers(env: Environment) -> None:
    """A private database is started by the user it belongs to: anybody else would take its files over."""
    if env.is_set("DATABASE_URL") or not env.data.is_dir() or registry.of(env.data):
        return
    owner = env.data.stat().st_uid
    if owner != os.geteuid():
        with contextlib.suppress(KeyError):
            name = pwd.getpwuid(owner).pw_name
            raise ConflictError(
                Sentence(
                    ru=f"папка {env.data} принадлежит пользователю {name}; выполните команду от его имени",
                    en=f"{env.data} belongs to {name}; run the command as that user",
                )
            )


def _refuse_nothing(env: Environment) -> None:
    """A slip in the folder's name must not end as a backup of nothing. Raises ConflictError."""
    if has_product(env):
        return
    raise ConflictError(
        Sentence(
            ru=f"в папке {env.data} продукта нет, сохранять нечего; назовите его папку (--data)",
            en=f"there is no product in {env.data} and nothing to save; name its folder (--data)",
        )
    )


def _checks() -> Any:
    start_django()
    return importlib.import_module("okibi.ops.archive_checks")


def _tell(manifest: Manifest) -> None:
    print(*(sentence.in_language(terminal_language()) for sentence in archive.lines(manifest)), sep="\n")


def _backup(args: argparse.Namespace) -> int:
    env = environment_of_running(args.data)
    _refuse_anothers(env)
    _refuse_nothing(env)
    with database(env):
        manifest = archive.backup(Paths(env.data), _address(env), args.file.absolute())
        facts = {"files": len(manifest.sums) - 1, "rows": sum(manifest.rows.values()), "name": args.file.name}
        _checks().note("system.backed_up", facts)
    print(args.file)
    _tell(manifest)
    return 0


def _restore(args: argparse.Namespace) -> int:
    env = environment(args.data)
    if registry.of(env.data):
        raise ConflictError(
            Sentence(
                ru="продукт работает на этой папке; остановите его", en="the product runs on this folder; stop it first"
            )
        )
    _refuse_anothers(env)
    with database(env):
        checks = _checks()
        manifest = archive.restore(Paths(env.data), _address(env), args.file.absolute(), checks.refuse_newer)
        checks.check()
        checks.note("system.restored", {"made_at": manifest.made_at[:16].replace("T", " "), "name": args.file.name})
    _tell(manifest)
    words = Sentence(
        ru="проверено: суммы, число строк, файлы, журнал", en="checked: sums, numbers of rows, files, the journal"
    )
    print(words.in_language(terminal_language()))
    return 0
