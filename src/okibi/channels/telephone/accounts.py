"""The accounts of exchanges, from the TOML file that OKIBI_TELEPHONE names. Pure but for reading files.

A wrong file is refused whole, with every problem's line and reason. Secrets stand as those of messengers do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from okibi.channels.messenger.accounts import LOOPBACK, base_url_of
from okibi.channels.telephone.kinds import EXCHANGES, shape_of
from okibi.channels.telephone.numbers import e164_of
from okibi.kernel.sentence import Sentence
from okibi.policy.account_files import NAME, NUMBER, AccountsFile, AccountsFileError, read_table
from okibi.policy.account_secrets import secret_of
from okibi.policy.scheme_table import Problem, Table

HOME = "Europe/Moscow"
AT_ONCE, WHEN_PLAYED = "at-once", "when-played"  # when a recording that the exchange keeps is fetched
EMAIL = Sentence("нужен адрес почты, с которым сотрудник входит", "the e-mail with which the specialist signs in")


class TelephoneFileError(AccountsFileError):
    """The file of exchanges can't be taken."""

    code = "telephone_file"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One exchange of the vendor's. ``seats``: its name of a telephone or a person → e-mail of our specialist.

    ``blocked``: E.164 numbers that hear "busy". ``caller_id``: the number that outgoing calls show, "" for the
    exchange's own choice. ``zone``: of moments that the exchange writes without one. ``recordings``: AT_ONCE (after
    the call) or WHEN_PLAYED.
    """

    kind: str
    name: str
    title: str
    zone: ZoneInfo
    caller_id: str
    seats: Mapping[str, str]
    blocked: frozenset[str]
    options: Mapping[str, str]
    base_url: str = ""  # without a slash at its end; "" where nothing can be asked of it
    recordings: str = AT_ONCE
    secrets: Mapping[str, str] = field(repr=False, default_factory=dict)

    @property
    def is_local(self) -> bool:
        """Whether it is a simulator on this machine."""
        return urlsplit(self.base_url).hostname in LOOPBACK

    def staff_of(self, *names: str) -> str:
        """E-mail of the specialist who has one of these telephones, or ""."""
        return next((self.seats[name] for name in names if name in self.seats), "")

    def seat_of(self, email: str) -> str:
        """What the exchange calls that specialist, or ""."""
        return next((name for name, owner in self.seats.items() if owner == email.lower()), "")


def read(text: str, folder: Path, *, private: bool) -> tuple[tuple[Exchange, ...], tuple[Problem, ...]]:
    """The exchanges in a text and all that is wrong with it; ``folder``: where relative files are looked for."""

    def exchanges(root: Table) -> tuple[Exchange, ...]:
        seen: set[tuple[str, str]] = set()
        return tuple(_exchange(table, folder, private, seen) for table in root.tables("exchange", least=0))

    return read_table(text, exchanges, ())


def load(path: Path) -> tuple[Exchange, ...]:
    """All exchanges; none where there is no file. Raises TelephoneFileError, UnicodeDecodeError, OSError."""
    return _FILE.load(path)


_FILE = AccountsFile(read, (), TelephoneFileError)


def _exchange(table: Table, folder: Path, private: bool, seen: set[tuple[str, str]]) -> Exchange:
    kind = table.word("kind", list(EXCHANGES))
    shape = shape_of(kind)
    name = table.text("name", r"[a-z0-9][a-z0-9-]{0,29}", NAME)
    if (kind, name) in seen:
        table.problem("name", f"«{name}»: такая АТС уже есть", f'"{name}": there is such an exchange already')
    seen.add((kind, name))
    exchange = Exchange(
        kind=kind,
        name=name,
        title=table.text("title") if table.has("title") else name,
        zone=_zone(table),
        caller_id=table.text("caller_id", r"\+\d{8,15}", NUMBER) if table.has("caller_id") else "",
        seats=_seats(table),
        blocked=frozenset(_blocked(each) for each in table.tables("blocked", least=0)),
        options={
            key: table.text(key, option.pattern, option.what)
            for key, option in shape.options.items()
            if option.needed or table.has(key)
        },
        base_url=base_url_of(table, shape.base_url) if shape.base_url or table.has("base_url") else "",
        recordings=table.word("recordings", [AT_ONCE, WHEN_PLAYED]) if table.has("recordings") else AT_ONCE,
        secrets={
            key: value
            for key, needed in shape.secrets.items()
            if (value := secret_of(table, key, folder, private=private, needed=needed))
        },
    )
    table.done()
    return exchange


def _zone(table: Table) -> ZoneInfo:
    if not table.has("zone"):
        return ZoneInfo(HOME)
    name = table.text("zone")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        table.problem("zone", f"«{name}»: такого часового пояса нет", f'"{name}": there is no such time zone')
        return ZoneInfo(HOME)


def _seats(table: Table) -> dict[str, str]:
    seats: dict[str, str] = {}
    for each in table.tables("seat", least=0):
        name = each.text("name")
        if name in seats:
            each.problem("name", f"«{name}»: уже указан", f'"{name}": given already')
        seats[name] = each.text("staff", r"\S+@\S+", EMAIL).lower()
        each.done()
    return seats


def _blocked(table: Table) -> str:
    said = table.text("number")
    number = e164_of(said)
    if said and not number:
        table.problem("number", f"«{said}»: {NUMBER.ru}", f'"{said}": {NUMBER.en}')
    table.done()
    return number
