"""What an agreement on automatic updates grants, in words that whoever confirms it can weigh."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from okibi.flows.answers import zone_name
from okibi.kernel.sentence import Sentence
from okibi.policy.scheme import Scheme
from okibi.policy.update_windows import DAY_NAMES, DAYS
from okibi.policy.wording import day
from okibi.updates.kinds import Way
from okibi.updates.models import Agreement, Host

_REACHED = {
    Way.POLL: Sentence(
        "сам проверяет обновления; открывать порт не нужно", "looks for updates by itself; no port has to be opened"
    ),
    Way.WAKE: Sentence(
        "наш сервер обращается к {where} лишь с сигналом «проверь обновление»; установить через него ничего нельзя",
        "our server knocks at {where} only to say “look for an update”; nothing can be installed through this port",
    ),
    Way.SSH: Sentence(
        "наш сервер входит по SSH на {where} с правами, которые вы дадите, и только чтобы поставить версию",
        "our server signs in by SSH at {where} with the rights you give it, only to install a version",
    ),
    Way.WINRM: Sentence(
        "наш сервер входит по WinRM на {where} с правами, которые вы дадите, и только чтобы поставить версию",
        "our server signs in by WinRM at {where} with the rights you give it, only to install a version",
    ),
}


@dataclass(frozen=True, slots=True)
class Granted:
    """The four things that are granted, each in both languages."""

    products: Sentence
    hosts: tuple[Sentence, ...]
    when: Sentence
    until: Sentence

    @property
    def lines(self) -> tuple[Sentence, ...]:
        """As a letter lists them."""
        return (
            Sentence(f"Что обновляется: {self.products.ru}", f"What is updated: {self.products.en}"),
            *self.hosts,
            Sentence(f"Когда: {self.when.ru}", f"When: {self.when.en}"),
            Sentence(f"До какого дня: {self.until.ru} включительно", f"Until: {self.until.en}, that day included"),
        )


def granted(agreement: Agreement, hosts: Sequence[Host], scheme: Scheme) -> Granted:
    """What an agreement with these computers grants."""
    return Granted(products_of(agreement, scheme), tuple(map(host_line, hosts)), _when(agreement), last_day(agreement))


def products_of(agreement: Agreement, scheme: Scheme) -> Sentence:
    """Their names; a code that the scheme has no longer stays a code."""
    parts = [scheme.product(code) for code in agreement.products]
    names = [part.name if part else Sentence(code, code) for part, code in zip(parts, agreement.products, strict=True)]
    return Sentence(", ".join(name.ru for name in names), ", ".join(name.en for name in names))


def host_line(host: Host) -> Sentence:
    """One computer and how it is reached."""
    reached = reach_of(host)
    return Sentence(f"Компьютер «{host.name}»: {reached.ru}", f"Computer “{host.name}”: {reached.en}")


def reach_of(host: Host) -> Sentence:
    """How the server gets a computer to look for its update."""
    words, where = _REACHED[Way(host.way)], where_of(host)
    return Sentence(words.ru.format(where=where), words.en.format(where=where))


def where_of(host: Host) -> str:
    """``name:port``, an IPv6 address in brackets; "" where nothing is reached."""
    if not host.address:
        return ""
    named = f"[{host.address}]" if ":" in host.address else host.address
    return f"{named}:{host.port}"


def last_day(agreement: Agreement) -> Sentence:
    """The last day on which it holds, with its year."""
    last = (agreement.valid_until - timedelta(microseconds=1)).astimezone(ZoneInfo(agreement.zone)).date()
    return day(last, 0)


@dataclass(frozen=True, slots=True)
class DayBar:
    """One day of the week as a bar of 1440 minutes: ``bars`` are (x, width), as text that no language writes anew."""

    day: Sentence
    bars: tuple[tuple[str, str], ...]
    hours: str


def week_of(agreement: Agreement) -> list[DayBar]:
    """The hours of an agreement, Monday first, on the clock of its zone."""
    windows = agreement.hours
    return [
        DayBar(
            DAY_NAMES[code],
            tuple((str(start), str(end - start)) for start, end in windows.parts_of_day(code)),
            ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in windows.parts_of_day(code)) or "—",
        )
        for code in DAYS
    ]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _when(agreement: Agreement) -> Sentence:
    windows = agreement.hours
    if windows.is_any_time:
        return windows.sentence
    zone = zone_name(windows.zone)
    return Sentence(f"{windows.sentence.ru}, {zone.ru}", f"{windows.sentence.en}, {zone.en}")
