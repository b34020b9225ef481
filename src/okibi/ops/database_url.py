"""``postgresql://user:password@host:port/name?option=value`` ↔ its parts, as libpq reads it."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from okibi.kernel.sentence import Sentence

SCHEMES = ("postgresql", "postgres")


class BadDatabaseUrlError(ValueError):
    """The text is not the address of a PostgreSQL database; ``sentence`` says why."""

    def __init__(self, ru: str, en: str) -> None:
        super().__init__(en)
        self.sentence = Sentence(ru=ru, en=en)


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where a database is. ``host`` may be a folder: that of a Unix socket."""

    name: str
    user: str
    password: str = field(repr=False)
    host: str
    port: str
    options: dict[str, str] = field(default_factory=dict)

    def as_django(self) -> dict[str, Any]:
        """The part of Django's DATABASES entry that names the place."""
        return {
            "NAME": self.name,
            "USER": self.user,
            "PASSWORD": self.password,
            "HOST": self.host,
            "PORT": self.port,
        }

    def as_url(self) -> str:
        who = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        query = "&".join(f"{key}={quote(value, safe='')}" for key, value in self.options.items())
        host = quote(self.host, safe="") if "/" in self.host else f"[{self.host}]" if ":" in self.host else self.host
        return f"postgresql://{who}{host}{port}/{quote(self.name, safe='')}" + (f"?{query}" if query else "")

    def as_environment(self) -> dict[str, str]:
        """What libpq programs (pg_dump …) read, so that no password stands on a command line."""
        values = {
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
            "PGDATABASE": self.name,
            "PGSSLMODE": self.options.get("sslmode", ""),
        }
        return {key: value for key, value in values.items() if value}


def parse_database_url(url: str) -> DatabaseAddress:
    """The parts of a database URL. Raises BadDatabaseUrlError."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise BadDatabaseUrlError("порт — не число", "the port is not a number") from None
    if parts.scheme not in SCHEMES:
        raise BadDatabaseUrlError(
            f"схема «{parts.scheme or '—'}», нужна postgresql",
            f"the scheme is {parts.scheme or 'missing'}, not postgresql",
        )
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise BadDatabaseUrlError("нет имени базы", "the database name is missing")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(
        parts.netloc.rpartition("@")[2].rpartition(":")[0] or parts.hostname or ""
    )
    if "%" not in parts.netloc and parts.hostname:
        host = parts.hostname
    return DatabaseAddress(
        name=name,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=host,
        port=str(port or options.pop("port", "") or ""),
        options=options,
    )
