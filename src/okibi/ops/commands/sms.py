"""``okibi sms``: measure a text (needs nothing), send one SMS, look at the lines."""

import argparse
import importlib
import json
import secrets
from typing import Any

from okibi.kernel.sentence import Sentence
from okibi.ops.commands.arguments import say
from okibi.ops.commands.language import terminal_language
from okibi.ops.session import (
    add_data_argument,
    database,
    environment_of_running,
    require_product,
    start_django,
)
from okibi.policy.sms_text import SmsText, measure

SERVICES = "okibi.sms.services"
SELECTORS = "okibi.sms.selectors"
FORCED = Sentence("из-за знаков", "because of")
PLAINER = Sentence("короче, если писать так", "fewer segments if written")
NO_LINES = Sentence(
    "линий нет: файла OKIBI_SMS нет, или он пуст", "no lines: there is no file OKIBI_SMS, or it is empty"
)


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands to ``okibi``."""
    sms = subparsers.add_parser("sms", help=say("отправить SMS, измерить текст", "send an SMS, measure a text"))
    kinds = sms.add_subparsers(dest="kind", metavar="{measure,send,lines}", required=True)
    text = kinds.add_parser(
        "measure", help=say("сколько частей в тексте и почему", "segments of a text, and why so many")
    )
    text.add_argument("text", help=say("текст сообщения", "the words of the message"))
    text.add_argument("--json", action="store_true", help=say("ответ в JSON", "print JSON"))
    text.set_defaults(run=_measure)
    send = kinds.add_parser("send", help=say("поставить одну SMS в очередь", "put one SMS into the queue"))
    send.add_argument("number", help=say("номер в любой записи", "the number in any notation"))
    send.add_argument("text", help=say("текст сообщения", "the words of the message"))
    send.add_argument("--key", default="", help=say("тот же ключ — та же SMS", "the same key is the same SMS"))
    send.add_argument("--priority", type=int, default=0, help=say("больше — раньше", "more goes earlier"))
    add_data_argument(send)
    send.set_defaults(run=_send)
    lines = kinds.add_parser("lines", help=say("линии шлюзов", "the gateways' lines"))
    lines.add_argument("--json", action="store_true", help=say("ответ в JSON", "print JSON"))
    add_data_argument(lines)
    lines.set_defaults(run=_lines)


def _measure(args: argparse.Namespace) -> int:
    measured, language = measure(args.text), terminal_language()
    if args.json:
        print(json.dumps(as_json(measured), ensure_ascii=False, indent=2))
        return 0
    print(f"{measured.alphabet.value}: {measured.count} ({measured.left})")
    if measured.forced:
        print(f"{FORCED.in_language(language)}: {' '.join(measured.forced[:20])}")
    if measured.plain:
        print(f"{PLAINER.in_language(language)}: {measured.plain}")
    return 0


def as_json(measured: SmsText) -> dict[str, object]:
    """The measure of a text as the command prints it."""
    return {
        "alphabet": measured.alphabet.value,
        "segments": measured.count,
        "left": measured.left,
        "forced": list(measured.forced),
        "plain": measured.plain,
        "texts": list(measured.segments),
    }


def _send(args: argparse.Namespace) -> int:
    """Prints the row's id and its state; a number that takes no SMS is refused."""
    env = environment_of_running(args.data)
    require_product(env)
    with database(env):
        start_django()
        row = importlib.import_module(SERVICES).submit(
            args.number, args.text, source="hand", key=args.key or secrets.token_hex(8), priority=args.priority
        )
        print(f"{row.pk} {row.number} {row.state} {row.alphabet} {row.segments}")
    return 0


def _lines(args: argparse.Namespace) -> int:
    env = environment_of_running(args.data)
    require_product(env)
    with database(env):
        start_django()
        found = [_line(shown) for shown in importlib.import_module(SELECTORS).lines()]
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    if not found:
        print(NO_LINES.in_language(terminal_language()))
    for line in found:
        print("  ".join(f"{key}={value}" for key, value in line.items() if value not in (None, "")))
    return 0


def _line(shown: Any) -> dict[str, object]:
    line = shown.line
    return {
        "line": str(line),
        "kind": line.kind,
        "model": line.model,
        "alive": shown.is_alive,
        "network": line.has_network,
        "operator": line.operator,
        "number": line.number,
        "dbm": shown.dbm,
        "used_today": shown.used_today,
        "left_today": shown.left_today,
        "sent_24h": shown.sent,
        "failed_24h": shown.failed,
        "parked_until": line.parked_until.isoformat() if line.parked_until else None,
        "last_error": line.last_error,
        "balance": line.balance,
    }
