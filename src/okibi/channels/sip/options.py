"""The settings of the voice mail, read and checked: for the inlet from Django's settings, for ``okibi doctor``."""

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from django.conf import settings

from okibi.channels.sip.speech import LANGUAGES
from okibi.kernel.errors import ConfigurationError
from okibi.kernel.sentence import Sentence

LEAST_LONGEST, MOST_LONGEST = 10, 1800  # seconds of a message
LEAST_SILENCE = 2  # seconds
ANYWHERE = IPv4Address(0)


@dataclass(frozen=True, slots=True)
class SipOptions:
    """Where voice messages are taken and within which bounds; times in seconds.

    ``advertised``: the address that callers are told to send their voice to. ``ports``: first and last for voice (RTP
    on even ones, RTCP on the next). ``trunks``: who may call, empty for everybody. ``folder``: where running calls are
    kept.
    """

    host: str
    port: int
    advertised: str
    ports: tuple[int, int]
    trunks: tuple[IPv4Network, ...]
    longest: int
    silence: int
    calls: int
    calls_per_hour: int
    languages: tuple[str, ...]
    greetings: Path | None
    overflow: bool
    folder: Path

    @property
    def url(self) -> str:
        return f"sip:{self.host}:{self.port}"


class SipSettingsError(ConfigurationError):
    """One or more settings of the voice mail are wrong. ``problems`` has a sentence for each."""

    code = "sip_settings"

    def __init__(self, problems: Sequence[Sentence]) -> None:
        self.problems = tuple(problems)
        ru, en = ("\n".join(getattr(problem, language) for problem in problems) for language in ("ru", "en"))
        super().__init__(Sentence(ru, en))


def sip_options() -> SipOptions | None:
    """The options in force now; None where no voice mail is set up. Raises SipSettingsError."""
    return read(lambda name: str(getattr(settings, name)))


def read(said: Callable[[str], str]) -> SipOptions | None:
    """Options from the texts of the settings, by name. None without an address. Raises SipSettingsError."""
    if not said("OKIBI_SIP_INLET").strip():
        return None
    problems: list[Sentence] = []
    host, port = _place(said("OKIBI_SIP_INLET"), problems)
    advertised = _advertised(said("OKIBI_SIP_ADVERTISED"), host, problems)
    calls = int(said("OKIBI_SIP_CALLS"))
    options = SipOptions(
        host=host,
        port=port,
        advertised=advertised,
        ports=_ports(said("OKIBI_SIP_RTP_PORTS"), calls, problems),
        trunks=_trunks(_items(said("OKIBI_SIP_TRUNKS")), problems),
        longest=_within("OKIBI_SIP_LONGEST", said("OKIBI_SIP_LONGEST"), LEAST_LONGEST, MOST_LONGEST, problems),
        silence=_within("OKIBI_SIP_SILENCE", said("OKIBI_SIP_SILENCE"), LEAST_SILENCE, 60, problems),
        calls=calls,
        calls_per_hour=int(said("OKIBI_SIP_CALLS_PER_HOUR")),
        languages=_languages(_items(said("OKIBI_SIP_LANGUAGES")), problems),
        greetings=Path(said("OKIBI_SIP_GREETINGS")).expanduser() if said("OKIBI_SIP_GREETINGS").strip() else None,
        overflow=said("OKIBI_SIP_IN_HOURS") == "message",
        folder=Path(said("OKIBI_DATA")) / "calls",
    )
    if problems:
        raise SipSettingsError(problems)
    return options


def _items(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _place(text: str, problems: list[Sentence]) -> tuple[str, int]:
    host, _, port = text.strip().rpartition(":")
    try:
        address, number = str(ipaddress.IPv4Address(host)), int(port)
    except ValueError:
        address, number = "", 0
    if not 0 < number < 65536:
        problems.append(
            Sentence(
                f"OKIBI_SIP_INLET: «{text}» — не адрес IPv4 с портом (192.0.2.10:5060)",
                f"OKIBI_SIP_INLET: {text!r} is no IPv4 address with a port (192.0.2.10:5060)",
            )
        )
    return address, number


def _advertised(text: str, host: str, problems: list[Sentence]) -> str:
    given = text.strip() or host
    try:
        address = ipaddress.IPv4Address(given) if given else None
    except ValueError:
        address = ANYWHERE
    if address == ANYWHERE:
        problems.append(
            Sentence(
                "OKIBI_SIP_ADVERTISED: задайте адрес IPv4, на который телефоны шлют голос",
                "OKIBI_SIP_ADVERTISED: set the IPv4 address that telephones send their voice to",
            )
        )
    return str(address or "")


def _ports(text: str, calls: int, problems: list[Sentence]) -> tuple[int, int]:
    first, _, last = text.partition("-")
    try:
        low, high = int(first), int(last)
    except ValueError:
        low, high = 0, 0
    low += low % 2
    if not 1024 <= low < high < 65536:
        problems.append(
            Sentence(
                f"OKIBI_SIP_RTP_PORTS: «{text}» — не диапазон портов (16384-16447)",
                f"OKIBI_SIP_RTP_PORTS: {text!r} is no range of ports (16384-16447)",
            )
        )
    elif high - low + 1 < 2 * calls:
        problems.append(
            Sentence(
                f"OKIBI_SIP_RTP_PORTS: на {calls} звонков сразу нужно {2 * calls} портов",
                f"OKIBI_SIP_RTP_PORTS: {calls} calls at once need {2 * calls} ports",
            )
        )
    return low, high


def _trunks(items: Sequence[str], problems: list[Sentence]) -> tuple[IPv4Network, ...]:
    found = []
    for item in items:
        try:
            found.append(ipaddress.IPv4Network(item, strict=False))
        except ValueError:
            problems.append(
                Sentence(
                    f"OKIBI_SIP_TRUNKS: «{item}» — не адрес и не сеть IPv4",
                    f"OKIBI_SIP_TRUNKS: {item!r} is no IPv4 address or network",
                )
            )
    return tuple(found)


def _within(name: str, text: str, least: int, most: int, problems: list[Sentence]) -> int:
    number = int(text)
    if not least <= number <= most:
        problems.append(
            Sentence(f"{name}: можно от {least} до {most} секунд", f"{name}: from {least} to {most} seconds may be")
        )
    return number


def _languages(items: Sequence[str], problems: list[Sentence]) -> tuple[str, ...]:
    if not items or any(item not in LANGUAGES for item in items):
        problems.append(
            Sentence("OKIBI_SIP_LANGUAGES: можно ru, en или оба", "OKIBI_SIP_LANGUAGES: ru, en or both may be")
        )
    return tuple(dict.fromkeys(items))
