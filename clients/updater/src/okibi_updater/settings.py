"""The settings: one TOML file that a person writes, read into values; nonsense is refused with its name."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from okibi_sdk.words import Sentence, language_of_user
from okibi_updater.problems import SettingsError

T = TypeVar("T", bound=StrEnum)


class Kind(StrEnum):
    """How a product is installed."""

    ARCHIVE = "archive"
    EXE = "exe"
    MSI = "msi"
    SCRIPT = "script"


class Soft(StrEnum):
    """What a soft update waits for: somebody at this host, or nothing."""

    ASK = "ask"
    INSTALL = "install"


@dataclass(frozen=True, slots=True)
class Health:
    """How it is known that the program works. ``limit``: seconds in which it has to; asked again every second."""

    command: tuple[str, ...] = ()
    url: str = ""
    limit: float = 60.0

    @property
    def asked(self) -> bool:
        return bool(self.command or self.url)


@dataclass(frozen=True, slots=True)
class Product:
    """One program of this host. ``limit``: seconds for the installer; ``room``: bytes that stay free on the disk.

    In ``command``, ``backup``, ``restore``, ``stop`` and ``start`` stand ``{file}``, ``{folder}``, ``{version}``,
    ``{old}``, ``{backup}`` and ``{previous}`` (the package of the version before, where it is kept).
    """

    code: str
    folder: Path
    installer: Kind
    arguments: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    success: tuple[int, ...] = (0,)
    limit: float = 1800.0
    strip: int = 0
    keep: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    backup: tuple[str, ...] = ()
    restore: tuple[str, ...] = ()
    version: str = ""
    version_file: str = ""
    soft: Soft = Soft.ASK
    room: int = 100 * 1024 * 1024
    health: Health = field(default_factory=Health)


@dataclass(frozen=True, slots=True)
class Wake:
    """Where the desk may knock. Off without ``listen``."""

    listen: str = ""
    port: int = 8471


@dataclass(frozen=True, slots=True)
class Settings:
    """``home``: the folder of the journal, the token, the trusted root and what was downloaded."""

    server: str
    home: Path
    products: Mapping[str, Product]
    controller: str = ""
    tenant: str = "default"
    language: str = "ru"
    wake: Wake = field(default_factory=Wake)

    @property
    def token_file(self) -> Path:
        return self.home / "token"

    @property
    def root_file(self) -> Path:
        return self.home / "root.json"


def load(path: Path) -> Settings:
    """The settings of this file. Raises SettingsError."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))  # editors of Windows write a mark
    except OSError as error:
        raise SettingsError(
            Sentence(
                f"Файл настроек {path} не читается. Создайте его: okibi-updater init --root 1.root.json --server …",
                f"The settings file {path} can't be read. Make it: okibi-updater init --root 1.root.json --server …",
            ),
            str(error),
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(
            Sentence(f"Файл настроек {path}: не в UTF-8.", f"The settings file {path} isn't in UTF-8."), str(error)
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            Sentence(
                f"Файл настроек {path}: не TOML. Пути Windows — в одинарных кавычках.",
                f"The settings file {path} is no TOML. Paths of Windows stand in single quotes.",
            ),
            str(error),
        ) from error
    return of(document, path.parent)


def of(document: Mapping[str, Any], home: Path) -> Settings:
    """The settings of a document; ``home`` where it names none."""
    top = _Table("", document, {"server", "controller", "tenant", "language", "home", "products", "wake"})
    server = top.text("server").rstrip("/")
    if urlsplit(server).scheme not in {"http", "https"} or not urlsplit(server).hostname:
        raise top.wrong("server", "https://desk.example.org")
    if urlsplit(server).scheme == "http" and not _loopback(urlsplit(server).hostname or ""):
        raise top.wrong("server", "https://… (http only on this machine)")
    products = {code: _product(code, table) for code, table in top.table("products").items()}
    wake = _Table("wake.", top.table("wake"), {"listen", "port"})
    return Settings(
        server,
        Path(top.text("home")) if top.text("home") else home,
        products,
        top.text("controller"),
        top.text("tenant") or "default",
        top.text("language") or language_of_user(),
        Wake(wake.text("listen"), int(wake.number("port", 8471))),
    )


def _product(code: str, given: object) -> Product:
    known = {each for each in Product.__dataclass_fields__ if each != "code"}
    table = _Table(f"products.{code}.", given, known)
    kind = table.one_of("installer", Kind, "")
    folder = Path(table.text("folder"))
    if not folder.is_absolute() or folder == Path(folder.anchor):
        raise table.wrong("folder", "/opt/program")
    command = table.words("command")
    if kind is Kind.SCRIPT and not command:
        raise table.wrong("command", '["sh", "{file}"]')
    backup, restore = table.words("backup"), table.words("restore")
    if bool(backup) != bool(restore):
        raise table.wrong("restore", "backup + restore")
    keep = table.words("keep")
    if any(Path(each).is_absolute() or ".." in Path(each).parts for each in keep):
        raise table.wrong("keep", '["config.ini", "data"]')
    return Product(
        code,
        folder,
        kind,
        table.words("arguments"),
        command,
        table.numbers("success", (0, 1641, 3010) if kind is Kind.MSI else (0,)),
        table.number("limit", 1800),
        int(table.number("strip", 0)),
        keep,
        table.words("stop"),
        table.words("start"),
        backup,
        restore,
        table.text("version"),
        table.text("version_file"),
        table.one_of("soft", Soft, "ask"),
        int(table.number("room", 100 * 1024 * 1024)),
        _health(f"products.{code}.health.", table.table("health")),
    )


def _health(where: str, given: Mapping[str, Any]) -> Health:
    table = _Table(where, given, {"command", "url", "limit"})
    url = table.text("url")
    if url and not (urlsplit(url).scheme in {"http", "https"} and _loopback(urlsplit(url).hostname or "")):
        raise table.wrong("url", "http://127.0.0.1:8080/health")
    return Health(table.words("command"), url, table.number("limit", 60))


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class _Table:
    """A table of the file that tells what is wrong by its full name."""

    def __init__(self, where: str, given: object, known: set[str]) -> None:
        if not isinstance(given, Mapping):
            raise SettingsError(
                Sentence(
                    f"Настройка {where.rstrip('.')}: нужна таблица.", f"Setting {where.rstrip('.')}: a table is needed."
                )
            )
        self.where, self.given = where, given
        for name in given:
            if name not in known:
                raise SettingsError(
                    Sentence(f"Настройки {where}{name} нет.", f"There is no setting {where}{name}."),
                    ", ".join(sorted(known)),
                )

    def wrong(self, name: str, example: str) -> SettingsError:
        return SettingsError(
            Sentence(
                f"Настройка {self.where}{name}: нужно вида {example}.",
                f"Setting {self.where}{name}: expected is {example}.",
            )
        )

    def text(self, name: str) -> str:
        value = self.given.get(name, "")
        if not isinstance(value, str):
            raise self.wrong(name, '"…"')
        return value.strip()

    def number(self, name: str, default: float) -> float:
        value = self.given.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise self.wrong(name, str(default))
        return float(value)

    def numbers(self, name: str, default: tuple[int, ...]) -> tuple[int, ...]:
        value = self.given.get(name, list(default))
        if not isinstance(value, list) or not all(isinstance(each, int) for each in value):
            raise self.wrong(name, "[0, 3010]")
        return tuple(value)

    def words(self, name: str) -> tuple[str, ...]:
        value = self.given.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.wrong(name, '["…", "…"]')
        return tuple(value)

    def table(self, name: str) -> Mapping[str, Any]:
        value = self.given.get(name, {})
        if not isinstance(value, Mapping):
            raise self.wrong(name, f"[{self.where}{name}]")
        return value

    def one_of(self, name: str, kinds: type[T], default: str) -> T:
        value = self.text(name) or default
        try:
            return kinds(value)
        except ValueError:
            raise self.wrong(name, " | ".join(kinds)) from None


def filled(command: tuple[str, ...], values: Mapping[str, str]) -> tuple[str, ...]:
    """The command with its places filled; what isn't one of the places stays as it stands. No shell is involved."""
    return tuple(re.sub(r"\{([a-z]+)\}", lambda m: values.get(m[1], m[0]), word) for word in command)
