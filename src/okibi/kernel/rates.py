"""So many acts of one key in a stretch of time, counted for all processes in one statement.

Stretches are fixed (they begin at whole multiples of their length), which is what the RateLimit headers can say. For
few acts in a long time ``okibi.website.limits`` has a sliding brake.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from okibi.kernel.clock import now
from okibi.kernel.models import ActCount
from okibi.kernel.statements import run

_COUNT = """
    INSERT INTO okibi_kernel_actcount AS counted (key, count, ends_at) VALUES {rows}
    ON CONFLICT (key) DO UPDATE SET count = counted.count + EXCLUDED.count RETURNING key, count
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
    return count_all([rate], key, acts)[0]


def count_all(rates: Sequence[Rate], key: str, acts: int = 1) -> list[Counted]:
    """Count the same acts by several rates of different names, in one statement; how each stands, in their order.

    Who counts by several rates names them in one order everywhere: their rows are locked in it.
    """
    moment = now().timestamp()
    keys, ends = zip(*(_stretch(rate, key, moment) for rate in rates), strict=True)
    until = [datetime.fromtimestamp(end, UTC) for end in ends]
    values = [part for each, end in zip(keys, until, strict=True) for part in (each, acts, end)]
    done: dict[str, int] = dict(run(_COUNT.format(rows=", ".join(["(%s, %s, %s)"] * len(rates))), values))
    return [
        Counted(rate.count, max(0, rate.count - done[each]), max(1, math.ceil(end - moment)), done[each] <= rate.count)
        for rate, each, end in zip(rates, keys, ends, strict=True)
    ]


def is_over(rate: Rate, key: str) -> bool:
    """Whether no further act of ``key`` is allowed in this stretch; counts nothing."""
    row, _end = _stretch(rate, key, now().timestamp())
    return ActCount.objects.filter(key=row, count__gte=rate.count).exists()


def _stretch(rate: Rate, key: str, moment: float) -> tuple[str, int]:
    """The row that counts the acts of that moment's stretch, and when it ends: both in seconds of the epoch."""
    end = (math.floor(moment / rate.seconds) + 1) * rate.seconds
    return f"{rate.name}:{hashlib.sha256(key.encode()).hexdigest()[:32]}:{end}", end


def forget_old() -> int:
    """Counts of past stretches; gives how many."""
    return ActCount.objects.filter(ends_at__lt=now() - timedelta(minutes=1)).delete()[0]
