"""So many acts of one key in a stretch of time, counted for all processes in one statement.

Stretches are fixed (they begin at whole multiples of their length), which is what the RateLimit headers can say. For
few acts in a long time ``okibi.website.limits`` has a sliding brake.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from okibi.kernel.clock import now
from okibi.kernel.models import ActCount

_COUNT = """
    INSERT INTO okibi_kernel_actcount AS counted (key, count, ends_at) VALUES (%s, %s, %s)
    ON CONFLICT (key) DO UPDATE SET count = counted.count + EXCLUDED.count RETURNING count
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` acts of one key in each stretch of so many ``seconds``."""

    name: str
    count: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Counted:
    """How a key stands: what is left in this stretch, and in how many whole seconds a new one begins."""

    limit: int
    remaining: int
    reset: int
    allowed: bool


def count(rate: Rate, key: str, acts: int = 1) -> Counted:
    """Count acts by ``key``; not allowed once more than the rate's happened in this stretch."""
    moment = now().timestamp()
    ends = (math.floor(moment / rate.seconds) + 1) * rate.seconds
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [f"{rate.name}:{digest}:{ends}", acts, datetime.fromtimestamp(ends, UTC)])
        row = cursor.fetchone()
    done = int(row[0]) if row else 0
    return Counted(rate.count, max(0, rate.count - done), max(1, math.ceil(ends - moment)), done <= rate.count)


def forget_old() -> int:
    """Counts of past stretches; gives how many."""
    return ActCount.objects.filter(ends_at__lt=now() - timedelta(minutes=1)).delete()[0]
