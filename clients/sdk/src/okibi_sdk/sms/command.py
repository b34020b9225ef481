"""``okibi-sms``: SMS from a terminal or a script, by an API key."""

import argparse
import csv
import hashlib
import io
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from itertools import islice
from pathlib import Path

from okibi_sdk.cli.desk import QUICK, Exit, StopError, plain
from okibi_sdk.problems import NoConnectionError, OkibiError, ProblemError
from okibi_sdk.sms import show, words
from okibi_sdk.sms.client import SmsClient
from okibi_sdk.sms.grammar import NAME, build
from okibi_sdk.sms.models import Batch, How, NewSms
from okibi_sdk.sms.operations import MOST
from okibi_sdk.words import Sentence, as_json, language_of_user


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that knows no Cyrillic still gets its answer
    language = language_of_user()
    run = Run(build(language).parse_args(arguments), language)
    try:
        return _COMMANDS[run.asked.command](run)
    except StopError as error:
        return run.complain(str(error), "", "cli", error.code)
    except OkibiError as error:
        lost = isinstance(error, NoConnectionError)
        return run.complain(error.sentence, _remedy(error), error.code, Exit.NO_CONNECTION if lost else Exit.REFUSED)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return run.complain(str(error), "", "file", Exit.REFUSED)
    except KeyboardInterrupt:
        return 130
    finally:
        run.close()


def _remedy(error: OkibiError) -> str:
    fields = error.errors if isinstance(error, ProblemError) else ()
    return "\n".join(f"{each.field}: {each.detail}" for each in fields) or error.remedy


class Run:
    """One run of the command: who asks, which server, how it prints."""

    def __init__(self, asked: argparse.Namespace, language: str) -> None:
        self.asked, self.language = asked, language

    @cached_property
    def client(self) -> SmsClient:
        """Raises StopError where the key or the server is not told."""
        server = self.asked.server or os.environ.get("OKIBI_SERVER") or ""
        if not server:
            raise self.stop(words.NO_SERVER)
        file: Path | None = self.asked.key_file
        key = file.read_text(encoding="utf-8").strip() if file else os.environ.get("OKIBI_SMS_KEY", "").strip()
        if not key:
            raise self.stop(words.NO_KEY)
        where = server if "://" in server else f"https://{server}"
        return SmsClient(where, key, language=self.language, agent=NAME, patience=QUICK)

    def stop(self, sentence: Sentence, *values: object) -> StopError:
        return StopError(sentence.in_(self.language).format(*values), Exit.USAGE)

    def how(self) -> How:
        said = self.asked.not_before
        try:
            moment = datetime.fromisoformat(said).astimezone() if said else None
        except ValueError:
            raise self.stop(words.NOT_A_MOMENT, said) from None
        return How(self.asked.priority, not_before=moment, at_once=self.asked.at_once)

    def text(self, given: str) -> str:
        return sys.stdin.read().rstrip("\n") if given == "-" else given

    def answer(self, value: object, lines: Iterable[str]) -> None:
        """The value as JSON, or the lines for a reader."""
        for line in [as_json(plain(value), sys.stdout)] if self.asked.json else lines:
            sys.stdout.write(line + "\n")
        sys.stdout.flush()

    def complain(self, sentence: str, remedy: str, code: str, exit_: Exit) -> Exit:
        if self.asked.json:
            self.answer({"error": {"code": code, "detail": sentence, "remedy": remedy}}, ())
        sys.stderr.write(f"{NAME}: {sentence}\n{remedy}".rstrip() + "\n")
        return exit_

    def close(self) -> None:
        if "client" in self.__dict__:
            self.client.close()


# ---------------------------------------------------------------- commands


def _send(run: Run) -> Exit:
    asked = run.asked
    sms = run.client.send(NewSms(asked.to, run.text(asked.text), asked.reference), run.how())
    run.answer(sms, [show.sms(sms, run.language)])
    return Exit.DONE


def _batch(run: Run) -> Exit:
    """A file goes by pieces of a thousand lines. Run again, it sends nothing twice: its lines are known by the file."""
    how, body = run.how(), run.asked.file.read_text(encoding="utf-8-sig")
    messages = _messages(run, body)
    name = hashlib.sha256(f"{body}\0{run.asked.text}".encode()).hexdigest()[:32]
    rows, done = iter(messages), list[Batch]()
    while piece := list(islice(rows, MOST)):
        key = f"file:{name}:{len(done)}"
        done.append(run.client.send_batch(piece, how, text=run.asked.text, key=key))
    run.answer(_whole(done), show.batch(done, messages, run.language))
    return Exit.KEPT if any(each.refused for each in done) else Exit.DONE


def _messages(run: Run, body: str) -> list[NewSms]:
    """Raises StopError for a file without numbers, csv.Error."""
    dialect: type[csv.Dialect] = csv.excel
    first = body.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(body), dialect=dialect, delimiter=";" if ";" in first else ",")
    if "to" not in (reader.fieldnames or ()):
        raise run.stop(words.NO_COLUMN)
    found = [
        NewSms((row.get("to") or "").strip(), row.get("text") or "", (row.get("reference") or "").strip())
        for row in reader
    ]
    if not found:
        raise run.stop(words.EMPTY)
    return found


def _whole(done: Sequence[Batch]) -> dict[str, object]:
    last = done[-1]
    items = [
        {**plain(item), "index": place * MOST + item.index} for place, each in enumerate(done) for item in each.items
    ]
    sums = {name: sum(getattr(each, name) for each in done) for name in ("accepted", "refused", "segments")}
    return {**sums, "used_today": last.used_today, "day_limit": last.day_limit, "items": items}


def _status(run: Run) -> Exit:
    sms = run.client.get(run.asked.id)
    run.answer(sms, [show.sms(sms, run.language)])
    return Exit.DONE


def _list(run: Run) -> Exit:
    asked = run.asked
    every = run.client.find_all(state=asked.state, to=asked.to, reference=asked.reference)
    found = list(islice(every, max(0, asked.limit)))
    run.answer(found, [show.sms(each, run.language) for each in found])
    return Exit.DONE


def _cancel(run: Run) -> Exit:
    sms = run.client.cancel(run.asked.id)
    run.answer(sms, [show.sms(sms, run.language)])
    return Exit.DONE


def _lines(run: Run) -> Exit:
    found = run.client.lines()
    run.answer(found, show.lines(found, run.language))
    return Exit.DONE


def _segments(run: Run) -> Exit:
    found = run.client.segments(run.text(run.asked.text))
    run.answer(found, show.segments(found, run.language))
    return Exit.DONE


_COMMANDS = {
    "send": _send,
    "batch": _batch,
    "status": _status,
    "list": _list,
    "cancel": _cancel,
    "lines": _lines,
    "segments": _segments,
}
