"""The few things that an operation may ask of its hands, and what it gets back.

An operation is a generator (``Flow``). It yields an effect, is sent the outcome, and returns its result. The sync
and the async client differ only in how they carry the effects out.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")
Flow = Generator[Any, Any, T]
"""Yields ``Call | Open | Next | Wait | Work | Emit``; is sent what each of them says; returns T."""


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP exchange. The outcome is an ``Answer`` or, where no answer came, ``Lost``. ``timeout``: seconds.

    ``path``: below the server's address, or a whole address of its own.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    timeout: float | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """An exchange whose body is read piece by piece. The outcome is an ``Answer`` with a ``stream``, or ``Lost``."""

    call: Call


@dataclass(frozen=True, slots=True)
class Next:
    """The next piece of an open stream. The outcome: bytes, ``None`` at its end, ``Lost`` where it broke off."""

    stream: Any


@dataclass(frozen=True, slots=True)
class Wait:
    """Stand still for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Work:
    """Something local that may take time (a disk): done in a thread by the async client. The outcome is its result."""

    do: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Emit:
    """A value for whoever iterates."""

    value: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """``headers`` have lower-case names. ``stream`` stands only after ``Open``."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    stream: Any = None


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer: the server may or may not have carried the call out."""

    reason: str
