"""Who is sending a row: a lock that ends with the database connection of whoever took it, however that ended.

A claim alone says until when nobody else may touch a row; it must be long, as slow mail servers exist. So whoever
claims a row also takes a session advisory lock on it, and a row whose lock nobody has is a dead worker's: the server
sees the end of a killed process at once. The claim's end stays as the second line of defence, for a machine that went
away without closing its connections, or a sender that hangs.

A restart of the database ends all connections, those of living senders too. Claims from before it are left to their
end, as then a free lock proves nothing.
"""

from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, connection

from okibi.kernel.clock import now

LOCKS = 0x0B1B4  # the first half of the advisory locks' key; the second is the row's
_ROOM = 1 << 31  # keys of the second half; two rows that share one are merely freed later

# Takes the lock of the ``row`` of a statement for this connection. It stands in the statement of the claim: it is held
# when that is seen. Somebody who overslept the claim may have it still; then the new claim's end is all there is.
HOLD = f"pg_try_advisory_lock({LOCKS}, (row.id %% {_ROOM})::int)"

# The uptime is the server's clock, the claim's age ours: neither has to agree with the other. pg_locks is read only for
# rows that are being sent, which are as many as there are senders.
_FREE = """
    UPDATE okibi_channels_outbound SET next_attempt_at = %(now)s
    WHERE id IN (
        SELECT row.id FROM okibi_channels_outbound AS row
        WHERE row.state = 'sending' AND row.channel = ANY(%(kinds)s)
            AND row.next_attempt_at > %(now)s AND row.next_attempt_at <= %(now)s + %(claim)s
            AND clock_timestamp() - pg_postmaster_start_time() > %(now)s - (row.next_attempt_at - %(claim)s)
            AND row.id <> ALL(%(mine)s)
            AND NOT EXISTS (
                SELECT FROM pg_locks AS held
                WHERE held.locktype = 'advisory' AND held.objsubid = 2 AND held.granted
                    AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    AND held.classid = %(locks)s AND held.objid = (row.id %% %(room)s)::oid
            )
        FOR UPDATE SKIP LOCKED
    )
"""


def release(pk: int) -> None:
    """Let go of the lock. One that went with its connection, or was never had, is no matter."""
    with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, pk % _ROOM])


def free_the_dead(kinds: Collection[str], mine: Collection[int], claim: timedelta) -> int:
    """Make due the rows of these channels whose sender is dead, ``mine`` (in this process's hands) apart.

    They keep their state (SENDING): whether they left is unknown. ``claim``: how long claims last. Gives how many.
    """
    values: dict[str, Any] = {"now": now(), "claim": claim, "kinds": list(kinds), "mine": list(mine)}
    with connection.cursor() as cursor:
        cursor.execute(_FREE, values | {"locks": LOCKS, "room": _ROOM})
        return int(cursor.rowcount)
