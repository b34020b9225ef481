"""From the words of the command line to an exit code; every error becomes a sentence."""

import contextlib
import io
import os
import sys
from collections.abc import Sequence

from okibi_sdk.cli.commands import RUN
from okibi_sdk.cli.desk import Desk, Exit, StopError
from okibi_sdk.cli.parser import parse
from okibi_sdk.problems import NoConnectionError, NotSignedInError, OkibiError, ProblemError
from okibi_sdk.words import as_json, language_of_user


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that knows no Cyrillic still gets its answer
    language = language_of_user()
    desk = Desk(parse(language, arguments), language)
    try:
        code = RUN[desk.asked.command](desk)
        sys.stdout.flush()
    except BrokenPipeError:  # "| head": whoever reads has had enough
        _silence()
        return 0
    except StopError as error:
        return _complain(desk, str(error), "", "cli", error.code)
    except OkibiError as error:
        return _complain(desk, error.sentence, _remedy(error), error.code, _exit(error))
    except OSError as error:
        return _complain(desk, str(error), "", "os", Exit.REFUSED)
    except KeyboardInterrupt:
        return 130
    finally:
        with contextlib.suppress(OSError):
            desk.close()
    return code


def _silence() -> None:
    """Nothing more is written, at the end of the process neither."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _exit(error: OkibiError) -> Exit:
    if isinstance(error, NoConnectionError):
        return Exit.NO_CONNECTION
    return Exit.NOT_ENROLLED if isinstance(error, NotSignedInError) else Exit.REFUSED


def _remedy(error: OkibiError) -> str:
    if isinstance(error, ProblemError) and error.errors:
        return "\n".join(f"{each.field}: {each.detail}" for each in error.errors)
    return error.remedy


def _complain(desk: Desk, sentence: str, remedy: str, code: str, exit_: Exit) -> int:
    if desk.asked.json:
        told = {"error": {"code": code, "detail": sentence, "remedy": remedy}}
        desk.line(as_json(told, desk.out))
    sys.stderr.write(f"okibi-ipv: {sentence}\n{remedy}".rstrip() + "\n")
    return exit_
