"""``okibi release keys …`` and ``okibi release ring``: who may sign what, and who comes first."""

import argparse
import importlib
from pathlib import Path

from okibi.ops.commands.arguments import say
from okibi.ops.session import (
    add_data_argument,
    database,
    environment_of_running,
    require_product,
    start_django,
)

ACTS = ("new", "show", "sign", "init", "add", "rotate", "install", "status", "keep", "forget", "refresh", "appcast")
WITHOUT_DATABASE = ("new", "show", "sign")


def register(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds ``keys`` and ``ring`` to ``okibi release``."""
    keys = acts.add_parser("keys", help=say("ключи, которыми подписаны версии", "the keys that versions are signed by"))
    branches = keys.add_subparsers(dest="keys_act", metavar="{" + ",".join(ACTS) + "}", required=True)
    _of_files(branches)
    _of_the_ceremony(branches)
    _of_the_installation(branches)
    ring = acts.add_parser("ring", help=say("кому версии достаются первыми", "who gets versions first"))
    ring.add_argument(
        "ring",
        nargs="?",
        choices=["internal", "pilot", "everybody"],
        help=say("круг: свои, первые заказчики, все", "the ring: our own, pilot customers, everybody"),
    )
    ring.add_argument(
        "number",
        nargs="*",
        metavar="NUMBER",
        help=say("номера лицензий и пробных версий", "numbers of licences and trials"),
    )
    add_data_argument(ring)
    ring.set_defaults(run=run, keys_act="ring")


def add_key_argument(parser: argparse.ArgumentParser) -> None:
    """``--key``, once for each key at hand."""
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="FILE|FILE.pub=URI",
        help=say(
            "закрытый ключ: файл или устройство; можно несколько раз", "a private key: file or device; may be repeated"
        ),
    )


def run(args: argparse.Namespace) -> int:
    """0 done, 1 refused. Raises OkibiError."""
    if args.keys_act in WITHOUT_DATABASE:
        return int(importlib.import_module("okibi.ops.key_files").run(args))
    env = environment_of_running(args.data)
    require_product(env)
    with database(env):
        start_django()
        return int(importlib.import_module("okibi.ops.key_ceremony").run(args, env.data))


def _of_files(branches: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    new = _act(branches, "new", "создать ключ: FILE и FILE.pub", "make a key: FILE and FILE.pub")
    new.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help=say("куда положить ключи", "where the keys go")
    )
    show = _act(branches, "show", "что говорит файл, который просят подписать", "what a file to be signed says")
    show.add_argument(
        "files", nargs="+", type=Path, metavar="FILE.json", help=say("файлы метаданных", "files of metadata")
    )
    sign = _act(branches, "sign", "подписать файлы; сервер не нужен", "sign files; needs no server")
    sign.add_argument("files", nargs="+", type=Path, metavar="FILE.json", help=say("что подписать", "what to sign"))
    add_key_argument(sign)


def _of_the_ceremony(branches: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    init = _act(branches, "init", "первые ключи: корня и целей", "the first keys: of root and targets")
    init.add_argument(
        "--root",
        nargs="+",
        type=Path,
        required=True,
        metavar="FILE.pub",
        help=say("открытые ключи корня", "public keys of root"),
    )
    init.add_argument(
        "--targets",
        nargs="+",
        type=Path,
        required=True,
        metavar="FILE.pub",
        help=say("открытые ключи targets", "public keys of targets"),
    )
    init.add_argument("--threshold", type=int, default=2, metavar="N", help=say("подписей корня", "root signatures"))
    init.add_argument(
        "--targets-threshold", type=int, default=1, metavar="N", help=say("подписей targets", "targets signatures")
    )
    add = _act(branches, "add", "назначить ключи продукту", "name a product's keys")
    add.add_argument("product", metavar="PRODUCT", help=say("код продукта в схеме", "the product's code in the scheme"))
    add.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE.pub",
        help=say("открытые ключи продукта", "public keys of the product"),
    )
    add.add_argument(
        "--threshold", type=int, default=1, metavar="N", help=say("подписей продукта", "signatures of the product")
    )
    rotate = _rotation(branches)
    for parser in (init, add, rotate):
        add_key_argument(parser)
        parser.add_argument("--out", type=Path, metavar="DIR", help=say("куда положить файлы", "where the files go"))
    install = _act(branches, "install", "принять подписанные файлы", "take in signed files")
    install.add_argument(
        "files", nargs="+", type=Path, metavar="FILE.json", help=say("подписанные файлы", "signed files")
    )


def _rotation(branches: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    rotate = _act(
        branches,
        "rotate",
        "сменить ключи роли или продлить их на год",
        "change a role's keys, or let them go on for a year",
    )
    rotate.add_argument(
        "role", metavar="root|targets|snapshot|timestamp|PRODUCT", help=say("чьи ключи сменить", "whose keys change")
    )
    rotate.add_argument(
        "--add",
        nargs="+",
        type=Path,
        default=[],
        metavar="FILE.pub",
        help=say("новые открытые ключи", "new public keys"),
    )
    rotate.add_argument(
        "--remove",
        nargs="+",
        default=[],
        metavar="KEYID",
        help=say("ключи, которые больше не действуют", "keys that hold no more"),
    )
    rotate.add_argument(
        "--threshold",
        type=int,
        default=None,
        metavar="N",
        help=say("сколько подписей нужно", "how many signatures are needed"),
    )
    return rotate


def _of_the_installation(branches: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    _act(branches, "status", "роли, ключи, сроки", "roles, keys, until when")
    keep = _act(
        branches, "keep", "оставить ключ продукта серверу (без пароля)", "let the server keep a product's key (open)"
    )
    add_key_argument(keep)
    forget = _act(branches, "forget", "удалить ключ с сервера", "remove a key from the server")
    forget.add_argument("keyid", metavar="KEYID", help=say("ключ", "the key"))
    refresh = _act(
        branches,
        "refresh",
        "убрать из подписанного остановленное и отозванное",
        "take what is halted or withdrawn out of what is signed",
    )
    refresh.add_argument(
        "product", metavar="PRODUCT", help=say("код продукта в схеме", "the product's code in the scheme")
    )
    add_key_argument(refresh)
    _act(
        branches,
        "appcast",
        "открытый ключ лент appcast; создаётся, если его нет",
        "the public key of appcasts; made if there is none",
    )


def _act(
    branches: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, ru: str, en: str
) -> argparse.ArgumentParser:
    parser = branches.add_parser(name, help=say(ru, en))
    add_data_argument(parser)
    parser.set_defaults(run=run)
    return parser
