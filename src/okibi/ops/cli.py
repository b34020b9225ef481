"""The ``okibi`` command: a table of names. Only the chosen command is imported, so that light ones start at once."""

import importlib
import os
import sys
from dataclasses import dataclass

from okibi.kernel.errors import ConfigurationError, OkibiError, OutsideError
from okibi.kernel.sentence import Sentence
from okibi.ops.commands.arguments import Parser
from okibi.ops.commands.language import terminal_language

EXIT_CONFIGURATION = 78  # EX_CONFIG of sysexits.h; env.py says the same, and is not imported by light commands
EXIT_TRY_AGAIN = 75  # EX_TEMPFAIL
EXIT_FAILED = 1


@dataclass(frozen=True, slots=True)
class Command:
    """One command: the module that registers it, and what it is for."""

    module: str
    help: Sentence


def _command(name: str, ru: str, en: str) -> Command:
    return Command(f"okibi.ops.commands.{name}", Sentence(ru=ru, en=en))


COMMANDS: dict[str, Command] = {
    "up": _command(
        "up", "запустить всё: базу, сайт, работника, приём почты", "run everything: database, web, worker, inlets"
    ),
    "web": _command("parts", "запустить только веб-сервер", "run the web server alone"),
    "worker": _command("parts", "запустить только работника очереди", "run the queue's worker alone"),
    "inlets": _command("parts", "запустить только приём почты", "run the mail inlets alone"),
    "prepare": _command("parts", "привести базу и файлы к этой версии", "bring the database and files to this version"),
    "mailsink": _command("parts", "принимать исходящие письма в папку Maildir", "take outgoing letters into a Maildir"),
    "admin": _command("admin", "учётные записи администраторов", "administrators' accounts"),
    "demo": _command("demo", "загрузить демонстрационные данные", "load the demo data"),
    "backup": _command("archive", "сохранить всё в один архив", "save everything into one archive"),
    "restore": _command("archive", "восстановить архив в пустое место", "restore an archive into an empty place"),
    "doctor": _command("doctor", "что настроено, чего нет, что не так", "what is configured, missing, wrong"),
    "mail": _command("mail", "разобрать письмо или передать его продукту", "parse a mail, or put it into the product"),
    "release": _command("release", "версии продуктов: от файлов до публикации", "versions: from files to publication"),
    "sms": _command("sms", "отправить SMS, измерить текст, линии", "send an SMS, measure a text, see the lines"),
    "term": _command("term", "вычислить срок обращения", "compute the term of a request"),
    "platform": _command("platform", "сравнить рабочее место с условиями", "compare an environment with the terms"),
    "policy": _command("policy", "проверить или показать схему поддержки", "check or show the support scheme"),
    "docs": _command("docs", "создать справочные страницы заново", "make the reference pages again"),
    "manage": _command("manage", "команды Django", "Django's own commands"),
}


def overview() -> str:
    """What ``okibi --help`` prints."""
    words = Sentence(
        ru="okibi КОМАНДА …; подробно: okibi КОМАНДА --help", en="okibi COMMAND …; more: okibi COMMAND --help"
    ).in_language(terminal_language())
    lines = [f"  {name:<10} {command.help.in_language(terminal_language())}" for name, command in COMMANDS.items()]
    return "\n".join([words, "", *lines])


def main(argv: list[str] | None = None) -> int:
    """Run one command and give its exit code: 0 done, 1 failed, 2 misused, 75 try again, 78 wrongly configured."""
    arguments = sys.argv[1:] if argv is None else argv
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(overview())
        return 0 if arguments else 2
    if arguments[0] not in COMMANDS:
        print(f"okibi: {arguments[0]}?\n\n{overview()}", file=sys.stderr)
        return 2
    parser = Parser(prog="okibi")
    branches = parser.add_subparsers(dest="command", required=True)
    importlib.import_module(COMMANDS[arguments[0]].module).register(branches)
    try:
        parsed, rest = parser.parse_known_args(arguments)
        if rest and not getattr(parsed, "takes_rest", False):
            branches.choices[arguments[0]].error(f"unrecognized arguments: {' '.join(rest)}")
        parsed.rest = rest
        code = int(parsed.run(parsed) or 0)
        sys.stdout.flush()  # a reader that went away is found here, not at the interpreter's end
    except OkibiError as error:
        print(f"okibi: {error.sentence.in_language(terminal_language())}", file=sys.stderr)
        return code_of(error)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has seen enough
        return 0
    except Exception as error:
        if not _is_of_the_database(error):
            raise
        words = Sentence(ru="база данных не отвечает как нужно", en="the database does not answer as it should")
        print(f"okibi: {words.in_language(terminal_language())}: {error}", file=sys.stderr)
        return EXIT_TRY_AGAIN
    return code


def _is_of_the_database(error: Exception) -> bool:
    """Told by the class's home: naming the classes would load the libraries for every command."""
    return type(error).__module__.split(".")[0] == "psycopg" or type(error).__module__.startswith("django.db")


def code_of(error: OkibiError) -> int:
    """The exit code that tells a mail server or a script what to do about the error."""
    if isinstance(error, ConfigurationError):
        return EXIT_CONFIGURATION
    return EXIT_TRY_AGAIN if isinstance(error, OutsideError) else EXIT_FAILED
