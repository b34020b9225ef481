"""What an agreement says, before it is one: read, checked, and refused with the name of the field that is wrong."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence
from okibi.policy.update_windows import WindowError, Windows, parse_windows
from okibi.updates.kinds import USUAL_PORTS, Way

MOST_HOSTS = 200
MOST_DAYS = 3 * 366
USUAL_DAYS = 365
NAME_LENGTH = 120
NOTE_LENGTH = 2000
_HOST_NAME = re.compile(r"(?=.{1,253}\Z)(?!-)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")
_NO_HOST = {"localhost", "localhost.localdomain", "ip6-localhost"}

NO_PRODUCT = Sentence("Выберите, что обновлять.", "Choose what is to be updated.")
WRONG_PRODUCT = Sentence("Такой программы в схеме нет.", "The scheme has no such product.")
NO_HOST = Sentence("Назовите хотя бы один компьютер.", "Name at least one computer.")
MANY_HOSTS = Sentence(
    f"Не больше {MOST_HOSTS} компьютеров в одном доступе.", f"At most {MOST_HOSTS} computers in one agreement."
)
NO_NAME = Sentence("У компьютера должно быть имя.", "A computer needs a name.")
TWICE = Sentence("Два компьютера с одним именем.", "Two computers have the same name.")
NO_ADDRESS = Sentence(
    "Для этого способа нужен адрес: имя в сети или IP.", "This way needs an address: a network name or an IP."
)
BAD_ADDRESS = Sentence(
    "Не похоже на адрес компьютера: нужно имя в сети или IP.", "No address of a computer: a network name or an IP."
)
OWN_ADDRESS = Sentence("Это адрес самого сервера поддержки.", "That is the support server's own address.")
BAD_PORT = Sentence("Порт — число от 1 до 65535.", "A port is a number from 1 to 65535.")
BAD_END = Sentence(
    "Последний день — не раньше сегодняшнего и не дальше трёх лет.",
    "The last day is today at the earliest, and within three years.",
)


class TermsError(InputError):
    """A wish that can't be; ``field`` is where the mistake stands (``hosts.2.address``)."""

    code = "agreement_terms"

    def __init__(self, field: str, why: Sentence) -> None:
        super().__init__(why)
        self.field = field


@dataclass(frozen=True, slots=True)
class HostWish:
    """One computer. ``port`` None: the way's usual one."""

    name: str
    device_id: int | None = None
    way: Way = Way.POLL
    address: str = ""
    port: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """All that is agreed on. ``last_day`` belongs to it, on the clock of ``zone``."""

    products: Sequence[str]
    hosts: Sequence[HostWish]
    last_day: date
    zone: str
    windows: Mapping[str, Sequence[str]] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """The same, checked. Moments are aware; ``until`` does not belong to it."""

    products: tuple[str, ...]
    hosts: tuple[HostWish, ...]
    windows: Windows
    since: datetime
    until: datetime
    note: str


def checked(wish: Wish, products: Sequence[str], at: datetime) -> Terms:
    """The terms of a wish at a moment; ``products`` are those that can be updated so. Raises :class:`TermsError`."""
    try:
        windows = parse_windows(wish.windows, wish.zone)
    except WindowError as error:
        raise TermsError(f"windows.{error.day}" if error.day else "zone", error.sentence) from error
    if not wish.products:
        raise TermsError("products", NO_PRODUCT)
    if not set(wish.products) <= set(products):
        raise TermsError("products", WRONG_PRODUCT)
    return Terms(
        products=tuple(code for code in products if code in set(wish.products)),
        hosts=_hosts(wish.hosts),
        windows=windows,
        since=at,
        until=_until(wish.last_day, windows.zone, at),
        note=wish.note.strip()[:NOTE_LENGTH],
    )


def _until(last_day: date, zone: ZoneInfo, at: datetime) -> datetime:
    today = at.astimezone(zone).date()
    if not today <= last_day <= today + timedelta(days=MOST_DAYS):
        raise TermsError("last_day", BAD_END)
    return datetime.combine(last_day + timedelta(days=1), time(0), tzinfo=zone)


def _hosts(wishes: Sequence[HostWish]) -> tuple[HostWish, ...]:
    if not wishes:
        raise TermsError("hosts", NO_HOST)
    if len(wishes) > MOST_HOSTS:
        raise TermsError("hosts", MANY_HOSTS)
    found: list[HostWish] = []
    names: set[str] = set()
    for number, wish in enumerate(wishes):
        name = " ".join(wish.name.split())[:NAME_LENGTH]
        if not name:
            raise TermsError(f"hosts.{number}.name", NO_NAME)
        if name.casefold() in names:
            raise TermsError(f"hosts.{number}.name", TWICE)
        names.add(name.casefold())
        if wish.way is Way.POLL:  # it asks by itself: nothing of it is reached, so nothing is kept
            found.append(HostWish(name, wish.device_id))
            continue
        address = _address(wish.address.strip(), f"hosts.{number}.address")
        port = USUAL_PORTS[wish.way] if wish.port is None else wish.port
        if not 1 <= port <= 65535:
            raise TermsError(f"hosts.{number}.port", BAD_PORT)
        found.append(HostWish(name, wish.device_id, wish.way, address, port))
    return tuple(found)


def _address(text: str, where: str) -> str:
    """A name or an address as written. What leads to ourselves is refused; who connects looks once more."""
    if not text:
        raise TermsError(where, NO_ADDRESS)
    try:
        number = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        if not _HOST_NAME.fullmatch(text):
            raise TermsError(where, BAD_ADDRESS) from None
        if text.rstrip(".").casefold() in _NO_HOST:
            raise TermsError(where, OWN_ADDRESS) from None
        return text.rstrip(".")
    if number.is_loopback or number.is_unspecified or number.is_link_local or number.is_multicast:
        raise TermsError(where, OWN_ADDRESS)
    return str(number)
