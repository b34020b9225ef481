"""What is read once and holds for the length of one short transaction.

Rules that every message needs (which scheme is in force, how many corrections the calendar has) are small queries that
all give the same answer while a few messages are taken in together. They are asked once per such batch; outside of one,
every time. Nothing outlives the block, so nothing has to be invalidated.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")

_held: ContextVar[dict[Hashable, Any] | None] = ContextVar("okibi_short_memory", default=None)


@contextmanager
def short_memory() -> Iterator[None]:
    """Inside the block, :func:`remembered` asks once. Keep it to one transaction of well under a second.

    A block within a block is one with it.
    """
    if _held.get() is not None:
        yield
        return
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def remembered(key: Hashable, read: Callable[[], T]) -> T:
    """What ``read`` gives; inside a :func:`short_memory` what it gave first under this key."""
    held = _held.get()
    if held is None:
        return read()
    if key not in held:
        held[key] = read()
    answer: T = held[key]
    return answer


def hold(key: Hashable, answer: Any) -> None:
    """Inside a :func:`short_memory`: what :func:`remembered` is to give under this key, unless it knows already."""
    held = _held.get()
    if held is not None:
        held.setdefault(key, answer)
