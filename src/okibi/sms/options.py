"""Gateways and their lines, from the TOML file that OKIBI_SMS names. Pure but for reading files.

A wrong file is refused whole, with every problem's line and reason. Secrets stand in files or in the environment; in
the file itself only where nobody else can read it (mode 0600).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from django.conf import settings

from okibi.kernel.sentence import Sentence
from okibi.policy.account_files import NAME, NUMBER, AccountsFile, read_table
from okibi.policy.account_secrets import secret_of
from okibi.policy.scheme_table import Problem, Table
from okibi.policy.sms_hours import Quiet
from okibi.sms.balance_options import BalanceOptions, balance_of
from okibi.sms.errors import SmsFileError
from okibi.sms.gateways.registry import GATEWAYS, shape_of
from okibi.sms.gateways.shape import Shape

NOTATIONS = ("+7", "7", "8")  # how an operator wants Russian numbers written
PRICE = Sentence("цену части пишут так: «2.50»", 'the price of a segment is written "2.50"')
HOURS = Sentence("часы пишут так: «22:00-08:00»", 'hours are written "22:00-08:00"')
KEY = Sentence("нужно начало ключа: okk_ и 12 знаков", "the beginning of the key is needed: okk_ and 12 characters")
_PRICE = re.compile(r"\d{1,4}([.,]\d{1,2})?")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
MOST_SEGMENTS_A_DAY = 100_000
CONFIRMATION = Sentence(
    "Вы отписаны от наших SMS. Подписаться снова: СТАРТ.",
    "You will get no more SMS from us. To get them again: START.",
)
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class LineOptions:
    """One SIM channel. Limits are segments, 0 is none; ``pace``: seconds between the beginnings of two SMS.

    ``balance``: how its operator is asked for the SIM's money; None: never.
    """

    name: str
    number: str
    group: str
    notation: str
    day_limit: int
    month_limit: int
    pace: float
    password: str = field(repr=False, default="")
    balance: BalanceOptions | None = None


@dataclass(frozen=True, slots=True)
class GatewayOptions:
    """One gateway. ``sources``: addresses it may speak from; none is any. ``options``: what its kind needs."""

    kind: str
    name: str
    title: str
    sources: tuple[Network, ...]
    options: Mapping[str, str]
    lines: tuple[LineOptions, ...]
    secrets: Mapping[str, str] = field(repr=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class SmsOptions:
    """The whole file. ``groups``: operator group → beginnings of its numbers. ``price``: roubles of one segment."""

    gateways: tuple[GatewayOptions, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    quiet: Quiet | None = None
    expires: timedelta = timedelta(hours=24)
    confirmation: Sentence = CONFIRMATION
    price: Decimal | None = None
    api_day_limit: int = 0  # segments that one API key may ask for in a day; 0 is any number
    key_day_limits: Mapping[str, int] = field(default_factory=dict)  # the same of one key, by its public id

    def group_of(self, e164: str) -> str:
        """The group whose beginning fits a number best; "" for none."""
        fitting = [(len(p), name) for name, all_of in self.groups.items() for p in all_of if e164.startswith(p)]
        return max(fitting)[1] if fitting else ""


def sms_options() -> SmsOptions:
    """Those of this process. Raises SmsFileError, OSError."""
    return load(Path(settings.OKIBI_SMS))


def is_set_up() -> bool:
    """Whether there is a gateway at all; a file that can't be taken counts as none."""
    try:
        return bool(sms_options().gateways)
    except (SmsFileError, OSError):
        return False


def read(text: str, folder: Path, *, private: bool) -> tuple[SmsOptions, tuple[Problem, ...]]:
    """What a text says and everything that is wrong with it; ``folder``: where relative files are looked for."""

    def options(root: Table) -> SmsOptions:
        groups = {name: prefixes for name, prefixes in map(_group, root.tables("group", least=0)) if name}
        seen: set[str] = set()
        gateways = tuple(_gateway(table, folder, private, groups, seen) for table in root.tables("gateway", least=0))
        found = (
            _api(root.table("api"), SmsOptions(gateways, groups)) if root.has("api") else SmsOptions(gateways, groups)
        )
        return _sending(root.table("sending"), found) if root.has("sending") else found

    return read_table(text, options, SmsOptions())


def load(path: Path) -> SmsOptions:
    """The file; no gateways where there is none. Raises SmsFileError, UnicodeDecodeError, OSError."""
    return _FILE.load(path)


_FILE = AccountsFile(read, SmsOptions(), SmsFileError)


def _sending(table: Table, found: SmsOptions) -> SmsOptions:
    quiet, expires, confirmation = found.quiet, found.expires, found.confirmation
    if table.has("quiet"):
        match = _HOURS.fullmatch(table.text("quiet", _HOURS.pattern, HOURS))
        if match:
            a, b, c, d = map(int, match.groups())
            quiet = (time(a, b), time(c, d))
    if table.has("expires_hours"):
        expires = timedelta(hours=table.whole("expires_hours", 1, 24 * 30))
    if table.has("confirmation"):
        confirmation = table.sentence("confirmation")
    price = _price(table) if table.has("price") else None
    table.done()
    return replace(found, quiet=quiet, expires=expires, confirmation=confirmation, price=price)


def _price(table: Table) -> Decimal | None:
    written = table.text("price", _PRICE.pattern, PRICE)
    return Decimal(written.replace(",", ".")) if _PRICE.fullmatch(written) else None


def _api(table: Table, found: SmsOptions) -> SmsOptions:
    limit = table.whole("day_limit", 0, MOST_SEGMENTS_A_DAY) if table.has("day_limit") else 0
    limits: dict[str, int] = {}
    for each in table.tables("key", least=0):
        name = each.text("id", r"(okk_)?[a-z0-9]{12}", KEY).removeprefix("okk_")
        limits[name] = each.whole("day_limit", 0, MOST_SEGMENTS_A_DAY)
        each.done()
    table.done()
    return replace(found, api_day_limit=limit, key_day_limits=limits)


def _group(table: Table) -> tuple[str, tuple[str, ...]]:
    name = table.text("name", r"[a-z0-9][a-z0-9-]{0,29}", NAME)
    prefixes = table.text("prefixes", r"\+\d{1,10}(,\s*\+\d{1,10})*", Sentence(
        "начала номеров пишут так: «+7910, +7915»", 'beginnings of numbers are written "+7910, +7915"'))  # fmt: skip
    table.done()
    return name, tuple(each.strip() for each in prefixes.split(",") if each.strip())


def _gateway(
    table: Table, folder: Path, private: bool, groups: Mapping[str, tuple[str, ...]], seen: set[str]
) -> GatewayOptions:
    kind = table.word("kind", list(GATEWAYS))
    shape = shape_of(kind)
    name = table.text("name", r"[a-z0-9][a-z0-9-]{0,29}", NAME)
    if name in seen:
        table.problem("name", f"«{name}»: такой шлюз уже есть", f'"{name}": there is such a gateway already')
    seen.add(name)
    common = secret_of(table, "password", folder, private=private, needed=False) if shape.line_passwords else ""
    gateway = GatewayOptions(
        kind=kind,
        name=name,
        title=table.text("title") if table.has("title") else name,
        sources=_sources(table) if shape.listens else (),
        options={
            key: table.text(key, option.pattern, option.what) if table.has(key) else option.default
            for key, option in shape.options.items()
            if table.has(key) or not option.needed or table.text(key)
        },
        lines=_lines(table, folder, private, groups, shape, common),
        secrets={
            key: value
            for key, needed in shape.secrets.items()
            if (value := secret_of(table, key, folder, private=private, needed=needed))
        },
    )
    table.done()
    return gateway


def _sources(table: Table) -> tuple[Network, ...]:
    if not table.has("sources"):
        return ()
    text = table.text("sources")
    try:
        return tuple(ip_network(each.strip(), strict=False) for each in text.split(","))
    except ValueError:
        table.problem("sources", "адреса и сети пишут так: «192.0.2.10, 192.0.2.0/24»",
                      'addresses and networks are written "192.0.2.10, 192.0.2.0/24"')  # fmt: skip
        return ()


def _lines(
    table: Table, folder: Path, private: bool, groups: Mapping[str, tuple[str, ...]], shape: Shape, common: str
) -> tuple[LineOptions, ...]:
    lines = tuple(_line(each, folder, private, groups, shape, common) for each in table.tables("line"))
    names = [line.name for line in lines]
    for name in {name for name in names if names.count(name) > 1}:
        table.problem("line", f"линия «{name}» названа дважды", f'the line "{name}" is named twice')
    return lines


def _line(
    table: Table, folder: Path, private: bool, groups: Mapping[str, tuple[str, ...]], shape: Shape, common: str
) -> LineOptions:
    password = ""
    if shape.line_passwords:
        password = secret_of(table, "password", folder, private=private, needed=not common) or common
    line = LineOptions(
        name=table.text("name", shape.line_name.pattern, shape.line_name.what),
        number=table.text("number", r"\+\d{8,15}", NUMBER) if table.has("number") else "",
        group=table.word("group", ["", *groups]) if table.has("group") else "",
        notation=table.word("notation", NOTATIONS) if table.has("notation") else "+7",
        day_limit=table.whole("day_limit", 0, MOST_SEGMENTS_A_DAY) if table.has("day_limit") else 0,
        month_limit=table.whole("month_limit", 0, MOST_SEGMENTS_A_DAY * 31) if table.has("month_limit") else 0,
        pace=table.whole("pace_ms", 0, 3_600_000) / 1000 if table.has("pace_ms") else shape.pace,
        password=password,
        balance=balance_of(table) if table.has("balance") else None,
    )
    table.done()
    return line
