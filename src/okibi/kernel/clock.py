"""The only place that asks what time it is. Everything above passes the moment on as a value."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_moment: ContextVar[datetime | None] = ContextVar("okibi_moment", default=None)


def now() -> datetime:
    """The present moment as an aware datetime in UTC."""
    return _moment.get() or datetime.now(tz=UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let everything inside happen at ``moment`` (aware). Only for what lays down a past, as the demo does."""
    token = _moment.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moment.reset(token)
