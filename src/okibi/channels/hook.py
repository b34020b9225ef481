"""What the door for pushes asks of a channel that takes them: ``take_hook``. The door itself knows no vendor."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from okibi.kernel.hook import HookRequest


@dataclass(frozen=True, slots=True)
class CallerQuestion:
    """The vendor's own exchange, its token checked, asks who has this number: its telephones show the name."""

    e164: str


@dataclass(frozen=True, slots=True)
class HookAnswer:
    """What the vendor's server is answered. ``question``: the door asks a flow first and has the channel answer."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    question: CallerQuestion | None = None


@runtime_checkable
class HookTaker(Protocol):
    """A channel that is pushed to."""

    def take_hook(self, account: str, request: HookRequest) -> HookAnswer:
        """Check who speaks, store what they say durably, answer. 404 for an account that nobody configured."""
        ...


@runtime_checkable
class CallerTeller(Protocol):
    """An exchange that asks who calls."""

    def tell_caller(self, account: str, name: str, responsible: str) -> HookAnswer:
        """``responsible``: e-mail of the specialist whose client it is; both "" where nobody may be named."""
        ...
