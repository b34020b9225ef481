"""One-time words that open a stream of events."""

import secrets
from datetime import datetime, timedelta

from django.core.cache import cache

from okibi.kernel.clock import now
from okibi.kernel.errors import NotAllowedError
from okibi.kernel.signing import LINK_INVALID, sign, unsign

PURPOSE = "api.events"
GOOD_FOR = timedelta(minutes=1)


def issue(device: str) -> tuple[str, datetime]:
    """A word for this device, and until when it is good."""
    return sign(PURPOSE, [device, secrets.token_urlsafe(12)]), now() + GOOD_FOR


def use(ticket: str) -> str:
    """The device of a word; it opens nothing a second time. Raises NotAllowedError."""
    device, mark = unsign(PURPOSE, ticket, int(GOOD_FOR.total_seconds()))
    if not cache.add(f"{PURPOSE}:{mark}", 1, GOOD_FOR.total_seconds() * 2):
        raise NotAllowedError(LINK_INVALID)
    return str(device)
