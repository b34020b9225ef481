"""``okibi term``: what a request is promised, and how it was counted. Needs no server and no database."""

import argparse
import json
from datetime import datetime
from pathlib import Path

from okibi.kernel.errors import InputError, OkibiError
from okibi.kernel.sentence import Sentence
from okibi.ops.commands.arguments import say
from okibi.ops.commands.language import complain, terminal_language
from okibi.policy.clock import Pause, ReactionClock
from okibi.policy.scheme import Scheme, load
from okibi.policy.scheme_values import CLASS_CODES
from okibi.policy.terms import Due
from okibi.policy.wording import named_moment

EXIT_BAD_INPUT = 2
AIM = Sentence("Цель", "Aim")
DUE = Sentence("Срок", "Due")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to ``okibi``."""
    parser = subparsers.add_parser(
        "term", help=say("сроки обращения шаг за шагом", "the aim and due moments of a request, step by step")
    )
    parser.add_argument(
        "--class", dest="code", required=True, choices=CLASS_CODES, help=say("класс обращения", "class of the request")
    )
    parser.add_argument(
        "--at",
        required=True,
        metavar="ISO",
        help=say(
            "когда принято; без смещения — по часам схемы",
            "when it was placed; without an offset: in the policy's zone",
        ),
    )
    parser.add_argument(
        "--pause",
        action="append",
        nargs=2,
        default=[],
        metavar="ISO",
        help=say(
            "служба ждала ответа заявителя с … до …; можно повторять",
            "the desk waited for the requester from … to …; may be given many times",
        ),
    )
    parser.add_argument(
        "--policy", type=Path, metavar="FILE", help=say("считать по этой схеме", "count by this policy file")
    )
    parser.add_argument("--json", action="store_true", help=say("ответ в JSON", "print JSON"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints the two moments with their steps. 0 when counted, 2 when something given can't be taken."""
    try:
        scheme = load(args.policy)
        aim, due = _counted(scheme, args)
    except OkibiError as error:
        complain(error.sentence)
        return EXIT_BAD_INPUT
    except OSError as error:
        complain(Sentence(f"файл политики не читается: {error}", f"the policy file can't be read: {error}"))
        return EXIT_BAD_INPUT
    except (OverflowError, ValueError):
        complain(Sentence("этот срок уходит за пределы календаря", "this term leaves the calendar"))
        return EXIT_BAD_INPUT
    if args.json:
        print(json.dumps(as_json(aim, due), ensure_ascii=False, indent=2))
    else:
        _print_text(aim, due, terminal_language())
    return 0


def as_json(aim: Due, due: Due) -> dict[str, object]:
    """The answer as the command prints it; moments in ISO 8601 with the offset of the policy's zone."""
    steps = [
        {"at": step.at.isoformat(), "rule": step.rule, **step.sentence.as_dict(), "for": name}
        for name, promised in (("aim", aim), ("due", due))
        for step in promised.steps
    ]
    return {"aim_at": aim.at.isoformat(), "due_at": due.at.isoformat(), "steps": steps}


def _counted(scheme: Scheme, args: argparse.Namespace) -> tuple[Due, Due]:
    kind = scheme.classes[args.code]
    start = _moment(args.at, scheme)
    pauses = tuple(Pause(_moment(begin, scheme), _moment(end, scheme)) for begin, end in args.pause)
    clock = ReactionClock(start, kind.aim, kind.due, pauses)
    now = max([start, *(pause.end for pause in pauses if pause.end is not None)])
    return clock.explain_aim(scheme.calendar, now), clock.explain_due(scheme.calendar, now)


def _moment(text: str, scheme: Scheme) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InputError(
            Sentence(
                f"«{text}» — не момент в записи ISO 8601, например 2026-11-20T12:41",
                f'"{text}" is not a moment in ISO 8601, such as 2026-11-20T12:41',
            )
        ) from None
    return moment.replace(tzinfo=scheme.zone) if moment.tzinfo is None else moment


def _print_text(aim: Due, due: Due, language: str) -> None:
    for title, promised in ((AIM, aim), (DUE, due)):
        print(f"{title.in_language(language)}: {named_moment(promised.at, 0).in_language(language)}")
        for step in promised.steps:
            print(f"  {step.sentence.in_language(language)}  [{step.label.in_language(language)}]")
