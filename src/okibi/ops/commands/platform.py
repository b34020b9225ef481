"""``okibi platform``: whether the scheme covers a machine, line by line. Needs no server and no database."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from okibi.kernel.errors import ConfigurationError
from okibi.kernel.sentence import Sentence
from okibi.ops.commands.arguments import say
from okibi.ops.commands.language import terminal_language
from okibi.policy.platform_judge import judge
from okibi.policy.platform_resources import Arch
from okibi.policy.platforms import SCHEME_DEFAULTS, Place, Requirement, parse_environment, with_values
from okibi.policy.scheme import Scheme, default_policy_path, load
from okibi.policy.verdict import Line, Status, Verdict

_MARKS = {Status.MET: "+", Status.UNMET: "−", Status.UNKNOWN: "?"}
_OVERALL = {
    "ru": {Status.MET: "Подходит", Status.UNMET: "Не подходит", Status.UNKNOWN: "Неизвестно"},
    "en": {Status.MET: "Fits", Status.UNMET: "Does not fit", Status.UNKNOWN: "Not known"},
}


def _count(text: str) -> int:
    """A whole number of megabytes or megahertz, nought or more."""
    if not text.strip().isdecimal() or len(text) > 15:
        message = say(
            f"«{text}» — нужно целое число, ноль или больше", f"{text!r}: a whole number is needed, nought or more"
        )
        raise argparse.ArgumentTypeError(message)
    return int(text)


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to ``okibi``."""
    parser = subparsers.add_parser(
        "platform",
        help=say(
            "сравнить рабочее место, сервер или устройство со схемой поддержки",
            "judge an environment against the support scheme",
        ),
    )
    parser.add_argument(
        "--place",
        required=True,
        choices=[place.value for place in Place],
        help=say("где работает эта часть", "where the part runs"),
    )
    parser.add_argument(
        "text",
        nargs="*",
        metavar="TEXT",
        help=say('своими словами: "Win 7 x64", "Android 8.1"', 'free words: "Win 7 x64", "Android 8.1"'),
    )
    parser.add_argument(
        "--dotnet",
        metavar="V",
        help=say(
            "версия .NET Framework (4.8) или номер Release (528040)",
            "version (4.8) or release number (528040) of .NET Framework",
        ),
    )
    parser.add_argument(
        "--ram-mb", type=_count, metavar="N", help=say("оперативная память, мегабайты", "memory, megabytes")
    )
    parser.add_argument(
        "--disk-mb",
        type=_count,
        metavar="N",
        help=say("свободное место на диске, мегабайты", "free disk space, megabytes"),
    )
    parser.add_argument("--cpu-mhz", type=_count, metavar="N", help=say("процессор, мегагерцы", "processor, megahertz"))
    parser.add_argument(
        "--arch", choices=[arch.value for arch in Arch], help=say("разрядность системы", "architecture of the system")
    )
    parser.add_argument(
        "--policy", type=Path, metavar="FILE", help=say("сравнить с этой схемой", "judge by this policy file")
    )
    parser.add_argument("--json", action="store_true", help=say("ответ в JSON", "print JSON"))
    parser.set_defaults(run=run)


def as_json(verdict: Verdict) -> dict[str, object]:
    """The verdict as the command prints it."""
    return {"status": verdict.status.value, "lines": [_line(line) for line in verdict.lines]}


def _line(line: Line) -> dict[str, object]:
    return {
        "subject": line.subject,
        "status": line.status.value,
        "ground": line.ground,
        "required": line.evidence.get("required"),
        "seen": line.evidence.get("seen"),
        "ru": line.sentence.ru,
        "en": line.sentence.en,
        "detail": line.detail.as_dict(),
        "evidence": dict(line.evidence),
    }


def _print_text(verdict: Verdict, language: str) -> None:
    print(_OVERALL["ru" if language.startswith("ru") else "en"][verdict.status])
    for line in verdict.lines:
        print(f"{_MARKS[line.status]} {line.sentence.in_language(language)}")
        if detail := line.detail.in_language(language):
            print(f"  {detail}")


def requirements_from_scheme(scheme: Scheme) -> Mapping[Place, Requirement]:
    """What a scheme asks of each place."""
    return scheme.environments


def _requirements(policy: Path | None) -> tuple[Mapping[Place, Requirement], str]:
    """The rows of the policy file, else of the default policy, else those of scheme.md; with the policy's version.

    Raises PolicyError for a wrong file, ConfigurationError for a named file that can't be read.
    """
    path = policy or default_policy_path()
    try:
        scheme = load(path)
    except OSError as error:
        if policy is None:
            return SCHEME_DEFAULTS, ""
        raise ConfigurationError(
            Sentence(
                f"Файл схемы не прочитан: {path}: {error.strerror}", f"Can't read the policy: {path}: {error.strerror}"
            )
        ) from error
    return requirements_from_scheme(scheme), scheme.content_hash


def run(args: argparse.Namespace) -> int:
    """Prints the verdict; 0 whatever it is. Raises ConfigurationError where the policy can't be used."""
    place = Place(args.place)
    requirements, version = _requirements(args.policy)
    environment = with_values(
        parse_environment(" ".join(args.text), place),
        dotnet=args.dotnet,
        cpu_mhz=args.cpu_mhz,
        ram_mb=args.ram_mb,
        disk_mb=args.disk_mb,
        arch=Arch(args.arch) if args.arch else None,
    )
    verdict = judge(environment, requirements[place], version)
    if args.json:
        print(json.dumps(as_json(verdict), ensure_ascii=False, indent=2))
    else:
        _print_text(verdict, terminal_language())
    return 0
