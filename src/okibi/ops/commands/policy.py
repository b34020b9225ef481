"""``okibi policy``: checks a policy file, or shows what the scheme says. Needs no server and no database."""

import argparse
from pathlib import Path

from okibi.kernel.sentence import Sentence
from okibi.ops.commands.arguments import say
from okibi.ops.commands.language import complain, terminal_language
from okibi.policy.scheme import PolicyError, Problem, load
from okibi.policy.scheme_text import described

EXIT_WRONG = 1
EXIT_BAD_INPUT = 2


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to ``okibi``."""
    acts = subparsers.add_parser(
        "policy", help=say("проверить или показать схему поддержки", "check or show a policy file")
    ).add_subparsers(dest="act", metavar="{check,show}", required=True)
    checking = acts.add_parser(
        "check",
        help=say("верен ли файл; если нет — какая строка и почему", "is the file right? if not: which line, and why"),
    )
    checking.add_argument("file", type=Path, metavar="FILE", help=say("файл схемы", "the policy file"))
    checking.set_defaults(run=run)
    showing = acts.add_parser("show", help=say("схема словами", "the scheme in words"))
    showing.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        nargs="?",
        help=say("без него — схема, которая действует", "without it: the policy in use"),
    )
    showing.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when the file is right, 1 when it is wrong (each line with its reason), 2 when it can't be read."""
    try:
        scheme = load(args.file)
    except PolicyError as error:
        _print_problems(error.problems)
        return EXIT_WRONG
    except OSError as error:
        complain(Sentence(f"файл не читается: {error}", f"the file can't be read: {error}"))
        return EXIT_BAD_INPUT
    print("ok" if args.act == "check" else described(scheme, terminal_language()))
    return 0


def _print_problems(problems: tuple[Problem, ...]) -> None:
    language = terminal_language()
    for problem in problems:
        print(f"{problem.line}: {problem.where}: {problem.sentence.in_language(language)}")
