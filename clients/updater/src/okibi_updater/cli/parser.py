"""The grammar of the command line, in the user's language."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from okibi_sdk.words import Sentence as S  # noqa: N817 - the tables below are read as tables
from okibi_updater.setting_up import settings_place

COMMANDS: dict[str, S] = {
    "init": S("первая настройка: корень доверия, файл настроек", "first set-up: the trusted root, the settings file"),
    "enrol": S("подключить этот компьютер к серверу", "enrol this host with the desk"),
    "check": S("всё ли готово к обновлению", "whether all is ready for an update"),
    "run": S("работать, пока не остановят (служба)", "work until stopped (the service)"),
    "once": S("спросить сервер один раз и сделать, что есть", "ask the desk once and do what there is"),
    "status": S("что установлено и что происходит", "what is installed and what goes on"),
    "confirm": S("согласиться на обновление, которое ждёт", "consent to the update that waits"),
    "service": S(
        "print: как запускать вместе с системой; run: служба Windows",
        "print: how to start with the system; run: as a service of Windows",
    ),
}
WORDS: dict[str, S] = {
    "about": S(
        "Устанавливает новые версии там, где предоставлен доступ: верит только TUF, при сбое возвращает прежнюю.",
        "Installs new versions where access was granted: trusts TUF alone, goes back to the old version on failure.",
    ),
    "codes": S(
        "Коды возврата: 0 сделано, 1 отказ или неисправность, 2 ошибка в команде, 3 нет связи, 5 не подключено.",
        "Exit codes: 0 done, 1 refused or faulty, 2 wrong command, 3 no connection, 5 not enrolled.",
    ),
    "settings": S("файл настроек", "the settings file"),
    "json": S("вывод в JSON", "output as JSON"),
    "root": S("1.root.json, полученный от разработчика и сверенный", "1.root.json, got from the vendor and compared"),
    "server": S("адрес сервера, https://…", "the server's address, https://…"),
    "replace": S("заменить прежний корень доверия", "replace the root that was trusted before"),
    "invitation": S("код приглашения", "invitation code"),
    "licence": S("номер лицензии", "licence number"),
    "trial": S("номер пробной версии", "number of the trial"),
    "email": S("адрес, на который придёт код", "address where a code goes"),
    "code": S("шесть цифр из письма; иначе будет вопрос", "the six digits of the letter; else you are asked"),
    "name": S("название этого компьютера", "name of this host"),
    "action": S("номер обновления (иначе — которое ждёт)", "the update's number (else the one that waits)"),
    "deny": S("отказаться", "decline"),
    "what": S("print или run", "print or run"),
    "windows": S("для Windows", "for Windows"),
    "verbose": S("подробный ход работы", "tell each step"),
}  # fmt: skip


def build(language: str) -> argparse.ArgumentParser:
    """The whole grammar."""

    def said(name: str) -> str:
        return WORDS[name].in_(language)

    parser = argparse.ArgumentParser("okibi-updater", description=said("about"), epilog=said("codes"))
    parser.add_argument("--settings", type=Path, default=settings_place(), help=said("settings"))
    parser.add_argument("--json", action="store_true", help=said("json"))
    parser.add_argument("--verbose", action="store_true", help=said("verbose"))
    group = parser.add_subparsers(dest="command", required=True, metavar="…")
    made = {name: group.add_parser(name, help=about.in_(language)) for name, about in COMMANDS.items()}
    made["init"].add_argument("--root", type=Path, required=True, help=said("root"))
    made["init"].add_argument("--server", default="", help=said("server"))
    made["init"].add_argument("--replace", action="store_true", help=said("replace"))
    for name in ("server", "invitation", "licence", "trial", "email", "name", "code"):
        made["enrol"].add_argument(f"--{name}", default="", help=said(name))
    made["confirm"].add_argument("action", nargs="?", default="", help=said("action"))
    made["confirm"].add_argument("--deny", action="store_true", help=said("deny"))
    made["service"].add_argument("what", choices=("print", "run"), help=said("what"))
    made["service"].add_argument("--windows", action="store_true", help=said("windows"))
    return parser


def parse(language: str, arguments: Sequence[str] | None) -> argparse.Namespace:
    return build(language).parse_args(arguments)
