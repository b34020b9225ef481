"""What must stand before anything is started: a support scheme that can be read, a database that answers."""

import psycopg

from okibi.kernel.errors import ConfigurationError, OutsideError
from okibi.kernel.sentence import Sentence
from okibi.ops.database_url import parse_database_url
from okibi.ops.env import Environment
from okibi.policy.scheme import PolicyError
from okibi.policy.scheme import load as load_scheme

DATABASE_SECONDS = 10  # to answer at the start


def policy(env: Environment) -> None:
    """Refuse to start on a scheme that can't be read. Raises ConfigurationError with the file and the reason."""
    path = env.path("OKIBI_POLICY")
    try:
        load_scheme(path)
    except PolicyError as error:
        reason = error.sentence
    except OSError as error:
        said = error.strerror or str(error)
        reason = Sentence(ru=f"файл схемы не читается ({said})", en=f"the scheme's file can't be read ({said})")
    else:
        return
    raise ConfigurationError(Sentence(ru=f"OKIBI_POLICY: {path}: {reason.ru}", en=f"OKIBI_POLICY: {path}: {reason.en}"))


def mail(env: Environment) -> None:
    """Refuse to start where mail is to be fetched and nobody said as whom. Raises ConfigurationError, naming both."""
    if not env.text("OKIBI_IMAP_HOST"):
        return
    missing = [name for name in ("OKIBI_IMAP_USER", "OKIBI_IMAP_PASSWORD") if not env.text(name)]
    if missing:
        names = ", ".join(missing)
        raise ConfigurationError(
            Sentence(
                ru=f"OKIBI_IMAP_HOST задан, но нет {names}: без них почту не забрать",
                en=f"OKIBI_IMAP_HOST is set and {names} is not: mail can't be fetched without",
            )
        )


def database(env: Environment) -> None:
    """Refuse to start where the server of DATABASE_URL doesn't answer. Raises OutsideError, without its password."""
    if not env.is_set("DATABASE_URL"):
        return
    address = parse_database_url(env.text("DATABASE_URL"))
    try:
        psycopg.connect(env.text("DATABASE_URL"), connect_timeout=DATABASE_SECONDS).close()
    except psycopg.Error as error:
        said = str(error).strip().splitlines()[0]
        place = f"{address.name} @ {address.host}"
        raise OutsideError(
            Sentence(
                ru=f"DATABASE_URL: база {place} не открывается ({said}); проверьте адрес, имя и пароль, "
                "и работает ли сервер",
                en=f"DATABASE_URL: the database {place} can't be opened ({said}); check the address, the user and the "
                "password, and that the server runs",
            )
        ) from None
