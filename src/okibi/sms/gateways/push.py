"""What a gateway that calls us says. ``<folder>/pushes.read`` of its kind proves the caller and puts it in these words.

Pure, so that the door for pushes and the contract's tests read with the same eyes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from okibi.kernel.hook import HookRequest
from okibi.sms.gateways.port import Fate, LineNews
from okibi.sms.options import GatewayOptions


@dataclass(frozen=True, slots=True)
class Received:
    """An SMS came in. ``external_id`` is the same each time it is pushed."""

    line: str
    external_id: str
    sender: str
    text: str


@dataclass(frozen=True, slots=True)
class Reported:
    """A delivery report; ``state`` is TP-Status."""

    line: str
    external_id: str
    reference: str
    state: int


@dataclass(frozen=True, slots=True)
class Settled:
    """News of an SMS whose fate may be unknown."""

    line: str
    order: int
    fate: Fate


@dataclass(frozen=True, slots=True)
class Alive:
    """A line spoke."""

    line: str
    news: LineNews


Told = Received | Reported | Settled | Alive


class PushRefusedError(Exception):
    """Not one of ours, or nothing that can be understood; ``status`` is the HTTP answer."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Reader(Protocol):
    """``read`` of a kind's ``pushes`` module."""

    def __call__(self, options: GatewayOptions, push: HookRequest, at: datetime) -> tuple[Told, ...]:
        """In the order in which it is to be stored. ``at``: aware, when it came. Raises PushRefusedError."""


def line_of(options: GatewayOptions, name: str) -> str:
    """The line of that name, or the first: an SMS is never lost for its line's name."""
    known = [line.name for line in options.lines]
    return name if name in known else known[0]
