"""Which process has an SMS in hand: an advisory lock that ends with its database connection, however that ended.

One lock per process, not per SMS: a row names its holder, and a holder whose lock nobody has is dead. A process whose
connection was lost takes its lock anew; what others made of its rows meanwhile is told by the rows' states.
"""

import secrets

from django.db import connection

LOCKS = 0x0B1B6  # the first half of the advisory locks' key; the second is the holder's number

DEAD = """
    SELECT DISTINCT row.holder FROM okibi_sms_sms AS row
    WHERE row.state = 'sending' AND row.holder IS NOT NULL AND NOT EXISTS (
        SELECT FROM pg_locks AS held
        WHERE held.locktype = 'advisory' AND held.objsubid = 2 AND held.granted
            AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND held.classid = %s AND held.objid = row.holder::oid
    )
"""


class Holder:
    """The number of this process, and the lock that says it lives. For one thread with one connection."""

    def __init__(self) -> None:
        self.number = secrets.randbelow(2**31 - 1) + 1
        self._held_by = 0  # the server process that has it

    def keep(self) -> None:
        """Have the lock; call it before every claim. Raises Django's database errors."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
            if pid != self._held_by:
                cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCKS, self.number])
                self._held_by = pid


def dead() -> list[int]:
    """Holders of rows that live no more."""
    with connection.cursor() as cursor:
        cursor.execute(DEAD, [LOCKS])
        return [row[0] for row in cursor.fetchall()]
