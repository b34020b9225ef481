"""The port that every gateway's driver stands behind. Drivers are asyncio code and know no database.

What a driver owes (``okibi/sms/tests/contract`` holds it): an SMS is handed over at most once, and only after ``hand``
said yes; what it does not know it calls ``Unknown``; what came in is acknowledged after ``received`` returned.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Order:
    """One SMS for one line. ``id`` is small and unique enough for a gateway's own counters; the number is E.164."""

    id: int
    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The network took it; ``reference``: the gateway's name of it, by which its report comes, or ""."""

    reference: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """It certainly did not leave, because of this number or this line; ``permanent``: no other line can help."""

    error: str
    permanent: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """It certainly did not leave, and the SMS is not at fault: the line is. ``rest``: how long to leave it alone."""

    error: str
    rest: timedelta = timedelta(seconds=5)
    is_failure: bool = True  # False: merely busy


@dataclass(frozen=True, slots=True)
class Unknown:
    """It was handed over, and nobody knows whether it left."""

    error: str


Fate = Sent | Refused | Trouble | Unknown


@dataclass(frozen=True, slots=True)
class LineNews:
    """What a line said of itself. None: it said nothing of that."""

    has_network: bool | None = None
    signal: int | None = None
    operator: str | None = None
    number: str | None = None
    imei: str | None = None
    imsi: str | None = None
    iccid: str | None = None
    model: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """One segment of a long SMS that came in: its number (from 1) of how many; ``mark``: what they have in common."""

    mark: str
    number: int
    of: int
    text: str


class Hub(Protocol):
    """What a driver tells the room. Every method is durable when it returns, and may raise Django's errors."""

    async def alive(self, line: str, news: LineNews) -> None: ...

    async def received(self, line: str, external_id: str, sender: str, text: str, smsc: str) -> None: ...

    async def received_piece(self, line: str, external_id: str, sender: str, piece: Piece) -> None:
        """A segment that the gateway did not join; the SMS is whole when the last of them came."""

    async def reported(
        self, line: str, external_id: str, reference: str, number: str, state: int, also: Sequence[str] = ()
    ) -> None:
        """A delivery report; ``state`` is TP-Status of 3GPP TS 23.040 §9.2.3.15.

        ``also``: other notations of the reference, which count only where the number is right too.
        """

    async def happened(self, line: str, verb: str, external_id: str, fields: Mapping[str, str]) -> None: ...

    async def settled(self, line: str, order_id: int, fate: Fate) -> None:
        """News of an SMS whose sender had given up waiting, or had died."""


Hand = Callable[[], Awaitable[bool]]


class Gateway(Protocol):
    """One gateway. Made with its options and the hub."""

    async def start(self) -> None:
        """Begin to listen or connect. Raises OSError where an address is taken."""

    async def stop(self) -> None: ...

    def is_ready(self, line: str) -> bool:
        """Whether the line may be given an SMS now: alive, in its network, and with nothing in hand."""

    async def send(self, line: str, order: Order, hand: Hand) -> Fate:
        """Carry one SMS. ``hand`` is awaited right before the moment from which it may leave; False: do not."""

    async def ussd(self, line: str, code: str) -> str:
        """Ask the operator (``*100#``). Raises :class:`UssdError`."""


class UssdError(Exception):
    """No answer to a USSD code, or an error instead of one."""
