"""The only place that asks what time it is. Everything above passes the moment on as a value."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment as an aware datetime in UTC."""
    return datetime.now(tz=UTC)
