"""``okibi doctor``: what is configured, what is missing, what is wrong."""

import argparse
import json
from pathlib import Path

from okibi.ops.commands.arguments import say
from okibi.ops.commands.language import terminal_language
from okibi.ops.diagnosis import examine
from okibi.ops.env import EXIT_CONFIGURATION, Environment, SettingsError
from okibi.ops.finding import Finding, State
from okibi.ops.session import OtherCheckoutError, add_data_argument, environment, environment_of_running

MARKS = {State.OK: "ok     ", State.NOTICE: "notice ", State.WRONG: "WRONG  "}


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to ``okibi``."""
    parser = subparsers.add_parser(
        "doctor", help=say("что настроено, чего нет, что не так", "what is configured, what is missing, what is wrong")
    )
    add_data_argument(parser)
    parser.add_argument("--json", action="store_true", help=say("ответ в JSON", "print JSON"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when nothing is wrong, 1 when something is, 78 when a setting can't be read."""
    try:
        findings = list(examine(_environment(args.data)))
        code = 1 if any(finding.state is State.WRONG for finding in findings) else 0
    except SettingsError as error:
        findings = [Finding(problem.name, State.WRONG, problem.sentence) for problem in error.problems]
        code = EXIT_CONFIGURATION
    if args.json:
        rows = [{"subject": f.subject, "state": f.state.value, **f.sentence.as_dict()} for f in findings]
        print(json.dumps({"ok": code == 0, "findings": rows}, ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            print(f"{MARKS[finding.state]}{finding.subject}: {finding.sentence.in_language(terminal_language())}")
    return code


def _environment(data: Path | None) -> Environment:
    """Before the first start it looks at its own folder, whatever else runs on the machine."""
    try:
        return environment_of_running(data)
    except OtherCheckoutError:
        return environment(data)
