"""From the words of the command line to an exit code; every error becomes a sentence."""

import argparse
import io
import logging
import sys
from collections.abc import Sequence

from okibi_sdk.problems import NoConnectionError, OkibiError
from okibi_sdk.words import as_json, language_of_user
from okibi_updater.cli.commands import RUN, Terminal
from okibi_updater.cli.parser import parse
from okibi_updater.problems import OfflineError, StrangerError, UpdaterError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that knows no Cyrillic still gets its answer
    language = language_of_user()
    asked = parse(language, arguments)
    loud = asked.verbose or asked.command in {"run", "service"}
    logging.basicConfig(level=logging.INFO if loud else logging.ERROR, format="%(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        return RUN[asked.command](Terminal(asked, language))
    except UpdaterError as error:
        codes = {OfflineError: 3, StrangerError: 5}
        return _complain(asked, error.word, error.sentence.in_(language), error.details, codes.get(type(error), 1))
    except OkibiError as error:
        return _complain(
            asked, error.code, error.sentence, (error.remedy,), 3 if isinstance(error, NoConnectionError) else 1
        )
    except OSError as error:
        return _complain(asked, "os", str(error), (), 1)
    except KeyboardInterrupt:
        return 130


def _complain(asked: argparse.Namespace, word: str, sentence: str, details: Sequence[str], code: int) -> int:
    if asked.json:
        told = {"error": {"code": word, "detail": sentence, "details": list(details)}}
        sys.stdout.write(as_json(told, sys.stdout) + "\n")
    sys.stderr.write("\n".join(filter(None, (f"okibi-updater: {sentence}", *details))) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
