"""What every command needs: who we are, which server, where the outbox is, and how to print."""

import argparse
import os
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import datetime
from enum import IntEnum
from functools import cached_property
from typing import Any, TextIO

from okibi_sdk.client import Client
from okibi_sdk.core.session import Patience
from okibi_sdk.environment import EnvironmentReport, collect
from okibi_sdk.outbox import Outbox
from okibi_sdk.places import home
from okibi_sdk.tokens import KeyFile, Keys
from okibi_sdk.words import Sentence, as_json

QUICK = Patience(tries=3, longest=2.0, patience=15.0)
"""Somebody sits and waits."""


class Exit(IntEnum):
    """What the command ends with."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    NO_CONNECTION = 3
    KEPT = 4
    NOT_ENROLLED = 5


class StopError(Exception):
    """Ends the command with a sentence and an exit code."""

    def __init__(self, sentence: str, code: Exit) -> None:
        super().__init__(sentence)
        self.code = code


NO_SERVER = Sentence(
    "Не указан адрес сервера: okibi-ipv enrol --server https://…",
    "The server's address is not known: okibi-ipv enrol --server https://…",
)
NOT_ENROLLED = Sentence(
    "Эта установка не подключена. Подключите: okibi-ipv enrol", "This installation is not enrolled: okibi-ipv enrol"
)
NO_LINE = Sentence("Такой строки нет: {key}. Есть: {known}", "There is no such line: {key}. There are: {known}")


class Desk:
    """One run of the command line."""

    def __init__(self, asked: argparse.Namespace, language: str, out: TextIO | None = None) -> None:
        self.asked, self.language, self.out = asked, language, out or sys.stdout
        self.home = asked.home or home()
        self.key_file = KeyFile(self.home / "enrolment")
        self.keys = self.key_file.load()

    @property
    def server(self) -> str:
        server = self.asked.server or os.environ.get("OKIBI_SERVER") or (self.keys.server if self.keys else "")
        if not server:
            raise StopError(NO_SERVER.in_(self.language), Exit.USAGE)
        return str(server if "://" in server else f"https://{server}").rstrip("/")

    @cached_property
    def stranger(self) -> Client:
        """A client without a token."""
        return Client(self.server, language=self.language, agent="okibi-ipv", patience=QUICK)

    @cached_property
    def client(self) -> Client:
        """Raises StopError where this installation is not enrolled (with this server)."""
        keys = self.keys
        if not keys or not keys.token or keys.server != self.server:
            raise StopError(NOT_ENROLLED.in_(self.language), Exit.NOT_ENROLLED)
        return Client(self.server, keys.token, language=self.language, agent="okibi-ipv", patience=QUICK)

    @cached_property
    def outbox(self) -> Outbox:
        keys = self.keys
        client = self.client if keys and keys.token else None
        return Outbox(self.home / "outbox.sqlite", client, device=_public(keys))

    def environment(self) -> EnvironmentReport:
        """The report with its switches as asked. Raises StopError for a line that isn't there."""
        report = EnvironmentReport() if self.asked.no_environment else collect()
        for key in self.asked.without:
            try:
                report = report.without(key)
            except KeyError:
                known = ", ".join(line.key for line in report.lines)
                raise StopError(NO_LINE.in_(self.language).format(key=key, known=known), Exit.USAGE) from None
        return report

    # ------------------------------------------------------------ printing

    def say(self, ru: str, en: str) -> None:
        self.line(Sentence(ru, en).in_(self.language))

    def line(self, text: str) -> None:
        self.out.write(text + "\n")
        self.out.flush()

    def answer(self, value: object, lines: Iterable[str]) -> None:
        """The value as JSON, or the lines for a reader."""
        if self.asked.json:
            self.line(as_json(plain(value), self.out))
            return
        for line in lines:
            self.line(line)

    def close(self) -> None:
        for name in ("client", "stranger", "outbox"):
            if name in self.__dict__:
                getattr(self, name).close()


def plain(value: object) -> Any:
    """A value as JSON takes it."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value


def device_name() -> str:
    return platform.node() or platform.system()


def _public(keys: Keys | None) -> str:
    """The token's public part: another one is another enrolment."""
    return keys.token.split("_")[1] if keys and keys.token.count("_") >= 2 else ""
