"""Every setting of the product in one typed place: what the environment or a file may say, read and checked.

Order: the process environment, then the file of ``OKIBI_CONFIG`` (or ``okibi.env`` in the data folder), then the
default. A secret may also be given as a file: ``NAME_FILE=/run/secrets/…``. Imports no Django: light commands use it.
"""

import difflib
import os
import re
import shlex
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from okibi.kernel.errors import ConfigurationError
from okibi.kernel.sentence import Sentence
from okibi.ops.database_url import BadDatabaseUrlError, parse_database_url

EXIT_CONFIGURATION = 78  # EX_CONFIG of sysexits.h
TRUE_WORDS = frozenset({"1", "true", "yes", "on", "да"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", "нет"})


class Kind(StrEnum):
    """What a setting's text must be."""

    TEXT = "text"
    NUMBER = "number"
    PORT = "port"
    FLAG = "flag"
    PATH = "path"
    URL = "url"
    LIST = "list"
    CHOICE = "choice"
    EMAIL = "email"
    DATABASE = "database"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, what it must be, what it is when nobody says anything, and what it is for."""

    name: str
    kind: Kind
    default: str
    help: Sentence
    group: str
    secret: bool = False
    choices: tuple[str, ...] = ()
    minimum: int = 0  # the least number; of a text: the fewest characters
    pattern: str = ""  # what a text, or each item of a list, must match whole
    example: str = ""  # how it is written


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong setting and the way to mend it."""

    name: str
    sentence: Sentence


class SettingsError(ConfigurationError):
    """One or more settings are wrong. ``problems`` names each of them."""

    code = "settings"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            Sentence(
                ru="\n".join(f"{problem.name}: {problem.sentence.ru}" for problem in self.problems),
                en="\n".join(f"{problem.name}: {problem.sentence.en}" for problem in self.problems),
            )
        )


class Environment:
    """Checked settings. Values are read by type; an unknown name is a programmer's error (KeyError)."""

    def __init__(
        self,
        table: Mapping[str, Setting],
        values: Mapping[str, str],
        sources: Mapping[str, str],
        config_file: Path | None,
    ) -> None:
        self._table = table
        self._values = dict(values)
        self.sources = dict(sources)
        self.config_file = config_file

    def text(self, name: str) -> str:
        return self._values.get(name) or self._table[name].default

    def number(self, name: str) -> int:
        return int(self.text(name))

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in TRUE_WORDS

    def items(self, name: str) -> list[str]:
        """A list written with commas or spaces between its items."""
        return self.text(name).replace(",", " ").split()

    def path(self, name: str) -> Path:
        return Path(self.text(name)).expanduser().absolute()

    def is_set(self, name: str) -> bool:
        """Whether an operator said it (and it is not empty), as against a default."""
        return bool(self._values.get(name))

    @property
    def data(self) -> Path:
        """The data folder: everything the product keeps on this machine."""
        return self.path("OKIBI_DATA")

    def settings(self) -> list[Setting]:
        return list(self._table.values())


def load(table: Mapping[str, Setting], environ: Mapping[str, str] | None = None) -> Environment:
    """Read and check every setting. Raises SettingsError that names each wrong one."""
    environ = os.environ if environ is None else environ
    problems: list[Problem] = []
    file, stored = _config_file(table, environ, problems)
    values: dict[str, str] = {}
    sources: dict[str, str] = {}
    for setting in table.values():
        value, source = _value_of(setting, environ, stored, file, problems)
        if value is None:
            continue
        remedy = check(setting, value)
        if remedy:
            problems.append(Problem(setting.name, remedy))
        else:
            values[setting.name], sources[setting.name] = value.strip(), source
    problems += _strangers(table, stored, file)
    if problems:
        raise SettingsError(problems)
    return Environment(table, values, sources, file)


def check(setting: Setting, value: str) -> Sentence | None:
    """What is wrong with a value and how to mend it, or None. An empty value means "not said"."""
    value = value.strip()
    if not value or setting.kind is Kind.PATH:
        return None
    if setting.kind in (Kind.TEXT, Kind.LIST):
        return _check_text(setting, value)
    shown = "***" if setting.secret else value
    if setting.kind in (Kind.NUMBER, Kind.PORT):
        return _check_number(setting, value)
    if setting.kind is Kind.FLAG and value.lower() not in TRUE_WORDS | FALSE_WORDS:
        return Sentence(
            ru=f"«{shown}» — не да и не нет; напишите 1 или 0", en=f"{shown!r} is neither yes nor no; write 1 or 0"
        )
    if setting.kind is Kind.CHOICE and value not in setting.choices:
        known = ", ".join(setting.choices)
        return Sentence(
            ru=f"«{shown}» нельзя выбрать; есть: {known}", en=f"{shown!r} is not a choice; there are: {known}"
        )
    if setting.kind is Kind.URL and not _is_web_address(value):
        return Sentence(
            ru=f"«{shown}» — не адрес сайта; нужен вид https://support.example.org",
            en=f"{shown!r} is not a web address; write it like https://support.example.org",
        )
    if setting.kind is Kind.EMAIL and (value.count("@") != 1 or value.startswith("@") or value.endswith("@")):
        return Sentence(
            ru=f"«{shown}» — не адрес почты; нужен вид support@example.org",
            en=f"{shown!r} is not an e-mail address; write it like support@example.org",
        )
    return _check_database(value) if setting.kind is Kind.DATABASE else None


def _check_text(setting: Setting, value: str) -> Sentence | None:
    if len(value) < setting.minimum:
        return Sentence(
            ru=f"слишком коротко; нужно не меньше {setting.minimum} знаков",
            en=f"too short; at least {setting.minimum} characters are needed",
        )
    items = value.replace(",", " ").split() if setting.kind is Kind.LIST else [value]
    for item in items if setting.pattern else ():
        if not re.fullmatch(setting.pattern, item):
            shown = "***" if setting.secret else item
            return Sentence(
                ru=f"«{shown}» не подходит; пишут так: {setting.example}",
                en=f"{shown!r} does not fit; write it like {setting.example}",
            )
    return None


def _check_number(setting: Setting, value: str) -> Sentence | None:
    highest = 65535 if setting.kind is Kind.PORT else None
    if not value.isascii() or not value.isdigit():
        return Sentence(ru=f"«{value}» — не целое число из одних цифр", en=f"{value!r} is not a whole number")
    if int(value) < setting.minimum or (highest is not None and int(value) > highest):
        upto = f"…{highest}" if highest else "…"
        return Sentence(
            ru=f"{value} вне пределов; можно {setting.minimum}{upto}",
            en=f"{value} is out of range; allowed: {setting.minimum}{upto}",
        )
    return None


def _check_database(value: str) -> Sentence | None:
    try:
        parse_database_url(value)
    except BadDatabaseUrlError as error:
        return Sentence(
            ru=f"не адрес PostgreSQL ({error.sentence.ru}); нужен вид postgresql://user:password@host:5432/okibi",
            en=f"not a PostgreSQL address ({error.sentence.en}); write it like postgresql://user:password@host:5432/okibi",
        )
    return None


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment


def _value_of(
    setting: Setting, environ: Mapping[str, str], stored: Mapping[str, str], file: Path | None, problems: list[Problem]
) -> tuple[str | None, str]:
    """The text of a setting and where it was found."""
    for place, source in ((environ, "environment"), (stored, str(file))):
        if setting.name in place:
            return place[setting.name], source
        pointer = place.get(f"{setting.name}_FILE") if setting.secret else None
        if pointer:
            try:
                return Path(pointer).read_text(encoding="utf-8").strip(), pointer
            except (OSError, UnicodeDecodeError) as error:
                problems.append(
                    Problem(
                        f"{setting.name}_FILE",
                        Sentence(
                            ru=f"файл «{pointer}» не читается ({error}); дайте процессу право его читать",
                            en=f"the file {pointer!r} can't be read ({error}); let the process read it",
                        ),
                    )
                )
                return None, pointer
    return None, ""


def _config_file(
    table: Mapping[str, Setting], environ: Mapping[str, str], problems: list[Problem]
) -> tuple[Path | None, dict[str, str]]:
    named = environ.get("OKIBI_CONFIG", "").strip()
    data = environ.get("OKIBI_DATA", "").strip() or table["OKIBI_DATA"].default
    path = Path(named).expanduser() if named else Path(data).expanduser() / "okibi.env"
    try:
        if not named and not path.is_file():
            return None, {}
        text = path.read_text(encoding="utf-8")
        return path, parse_toml(text) if path.suffix == ".toml" else parse_env(text)
    except (OSError, ValueError) as error:
        name = "OKIBI_CONFIG" if named else str(path)
        problems.append(
            Problem(
                name,
                Sentence(
                    ru=f"файл настроек «{path}» не читается: {error}; исправьте файл или имя",
                    en=f"the settings file {str(path)!r} can't be read: {error}; mend the file or its name",
                ),
            )
        )
        return path, {}


def parse_env(text: str) -> dict[str, str]:
    """``NAME=value`` lines, as systemd and containers read them. Raises ValueError naming the line."""
    values: dict[str, str] = {}
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip().removeprefix("export ")
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip().isidentifier():
            raise ValueError(f"line {number}: expected NAME=value, found {raw.strip()[:40]!r}")
        value = value.strip()
        values[name.strip()] = " ".join(shlex.split(value)) if value[:1] in ("'", '"') else value
    return values


def parse_toml(text: str) -> dict[str, str]:
    """Top-level ``NAME = value`` pairs of a TOML file. Raises ValueError (tomllib names the line)."""
    values: dict[str, str] = {}
    for name, value in tomllib.loads(text).items():
        values[name] = _plain(name, value)
    return values


def _plain(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    if isinstance(value, dict):
        raise ValueError(f"{name} is a table; settings stand at the top level")  # noqa: TRY004  one family for a bad file
    return str(value)


def _strangers(table: Mapping[str, Setting], stored: Mapping[str, str], file: Path | None) -> list[Problem]:
    """Names in the settings file that mean nothing: almost always a slip of the pen."""
    known = set(table) | {f"{setting.name}_FILE" for setting in table.values() if setting.secret}
    problems = []
    for name in sorted(set(stored) - known):
        near = difflib.get_close_matches(name, known, n=1)
        hint = (
            Sentence(ru=f"; может быть, {near[0]}?", en=f"; did you mean {near[0]}?")
            if near
            else Sentence(ru="", en="")
        )
        problems.append(
            Problem(
                name,
                Sentence(
                    ru=f"такой настройки нет (файл {file}){hint.ru}", en=f"no such setting (file {file}){hint.en}"
                ),
            )
        )
    return problems
