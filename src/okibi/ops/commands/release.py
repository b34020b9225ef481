"""``okibi release``: versions from a build server: drafted, filled, checked, published, halted, withdrawn."""

import argparse
import importlib
from pathlib import Path

from okibi.ops.commands import release_keys
from okibi.ops.commands.arguments import say
from okibi.ops.session import (
    add_data_argument,
    database,
    environment_of_running,
    require_product,
    start_django,
)

ACTS = ("draft", "add", "confirm", "check", "publish", "halt", "resume", "withdraw", "list", "keys", "ring")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to ``okibi``."""
    parser = subparsers.add_parser("release", help=say("версии продуктов", "versions of the products"))
    acts = parser.add_subparsers(dest="act", metavar="{" + ",".join(ACTS) + "}", required=True)
    _draft(_act(acts, "draft", "завести версию или изменить черновик", "make a draft, or change it"))
    _add(_act(acts, "add", "прочитать файлы и положить их в черновик", "read files and put them into the draft"))
    _act(
        acts,
        "confirm",
        "закрепить за продуктом пакет, UpgradeCode и сертификаты из файлов черновика",
        "fix the package, the UpgradeCode and the certificates of the draft's files for the product",
    )
    _act(acts, "check", "проверить, что версия готова", "check that the version is whole")
    signed = [_act(acts, "publish", "проверить и опубликовать", "check and publish")]
    for name, ru, en in (
        ("halt", "остановить: больше никто её не получит", "halt: nobody new gets it"),
        ("withdraw", "отозвать навсегда", "withdraw for good"),
    ):
        reason = _act(acts, name, ru, en)
        reason.add_argument("--reason", required=True, metavar="TEXT", help=say("почему; на записи", "why; on record"))
        signed.append(reason)
    signed.append(_act(acts, "resume", "продолжить остановленную", "let a halted one go on"))
    for each in signed:
        release_keys.add_key_argument(each)
    release_keys.register(acts)
    listing = acts.add_parser("list", help=say("версии и что с ними", "the versions and where they stand"))
    listing.add_argument(
        "product", nargs="?", metavar="PRODUCT", help=say("код продукта; без него — все", "all, if left out")
    )
    _common(listing)


def _act(
    acts: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, ru: str, en: str
) -> argparse.ArgumentParser:
    parser = acts.add_parser(name, help=say(ru, en))
    parser.add_argument(
        "product", metavar="PRODUCT", help=say("код продукта в схеме", "the product's code in the scheme")
    )
    parser.add_argument(
        "version", metavar="VERSION", help=say("например, 4.2.0 или 4.3.0-beta.1", "4.2.0, say, or 4.3.0-beta.1")
    )
    _common(parser)
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    add_data_argument(parser)
    parser.add_argument("--json", action="store_true", help=say("ответ в JSON", "print JSON"))
    parser.set_defaults(run=run)


def _draft(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--notes-ru", type=Path, metavar="FILE", help=say("что изменилось, по-русски", "what changed, in Russian")
    )
    parser.add_argument("--notes-en", type=Path, metavar="FILE", help=say("то же по-английски", "the same in English"))
    parser.add_argument("--channel", choices=["stable", "beta"], default="stable", help=say("канал", "the channel"))
    parser.add_argument(
        "--ring",
        choices=["internal", "pilot", "everybody"],
        default="everybody",
        help=say("кому: своим, пилотным, всем", "for whom"),
    )
    parser.add_argument(
        "--percent",
        type=int,
        default=100,
        metavar="N",
        help=say("доля внешнего круга, от 0 до 100", "share of the outermost ring, 0 to 100"),
    )
    parser.add_argument("--floor", action="store_true", help=say("её нельзя перепрыгнуть", "it may not be jumped over"))
    parser.add_argument(
        "--forced-below",
        default="",
        metavar="VERSION",
        help=say("у кого ниже этой, тем обновление обязательно", "whoever runs less than this must update"),
    )


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help=say("EXE, MSI, APK, NUPKG, zip или tar.gz", "EXE, MSI, APK, NUPKG, zip or tar.gz"),
    )
    parser.add_argument(
        "--platform",
        choices=["windows", "android", "linux"],
        default="",
        help=say("для архива: система", "of an archive"),
    )
    parser.add_argument(
        "--architecture",
        choices=["any", "x86", "x64", "arm64"],
        default="",
        help=say("для архива: процессор", "of an archive"),
    )


def run(args: argparse.Namespace) -> int:
    """0 done (or done before), 1 refused with every reason told. Raises OkibiError; where there is no product: 78."""
    env = environment_of_running(args.data)
    require_product(env)
    with database(env):
        start_django()
        return int(importlib.import_module("okibi.ops.releasing").run(args))
