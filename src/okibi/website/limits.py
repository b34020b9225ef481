"""Brakes against floods and guessing: so many acts by one key in a stretch of time, shared by all processes.

Every act takes one of the limit's slots in the cache; a slot is given back when the stretch has passed since it was
taken, so the stretch slides. ``cache.add`` is atomic: two processes can't take the same slot.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from okibi.kernel.clock import now
from okibi.kernel.networks import network_of_address


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``count`` acts of one key within ``stretch``."""

    name: str
    count: int
    stretch: timedelta

    def take(self, key: str) -> datetime | None:
        """Count one act; None when it may go on, else the aware moment from which the next one may."""
        digest = hashlib.sha256(key.strip().lower().encode()).hexdigest()[:32]
        slots = [f"limit:{self.name}:{digest}:{number}" for number in range(self.count)]
        moment = now()
        taken = cache.get_many(slots)
        free_at = (moment + self.stretch).isoformat()
        for slot in slots:
            if slot not in taken and cache.add(slot, free_at, self.stretch.total_seconds()):
                return None
        moments = [datetime.fromisoformat(value) for value in (taken or cache.get_many(slots)).values()]
        return min(moments, default=moment + self.stretch)


def first_refusal(*asked: tuple[Limit, str]) -> datetime | None:
    """Count one act by each of several limits; the latest moment at which all allow it again, None when all do now."""
    moments = [moment for limit, key in asked if (moment := limit.take(key))]
    return max(moments, default=None)


def network_of(request: HttpRequest) -> str:
    """Who asks, as far as the network tells: an IPv4 address, or the /64 of an IPv6 one (one household's)."""
    return network_of_address(_address(request))


def _address(request: HttpRequest) -> str:
    """The peer, or what the outermost of our own proxies saw; anything further left a stranger may have written."""
    proxies = int(settings.OKIBI_TRUSTED_PROXIES)
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies and len(seen) >= proxies:
        return seen[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
