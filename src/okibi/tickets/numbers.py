"""Ticket numbers: year-serial, easy to say on the telephone («26-001042», design §6)."""

import secrets
from typing import Any

from django.db import connection

YEAR_LOCK = 0x0B1B2


def next_number(year: int) -> str:
    """The next number of a year. Numbers grow; one may be missing where a transaction was given up.

    A sequence, not a counter row: two intakes at once must not wait for each other.
    """
    sequence = f"okibi_ticket_number_{year:d}"
    with connection.cursor() as cursor:
        serial = _next(cursor, sequence)
        if serial is None:  # the first request of the year
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [YEAR_LOCK, year])
            cursor.execute(f"CREATE SEQUENCE IF NOT EXISTS {sequence}")  # a number of our own, not input
            serial = _next(cursor, sequence)
    return f"{year % 100:02d}-{serial:06d}"


def _next(cursor: Any, sequence: str) -> int | None:
    cursor.execute("SELECT nextval(to_regclass(%s))", [sequence])  # of a sequence that isn't there: NULL
    row = cursor.fetchone()
    return row[0] if row else None


def new_token() -> str:
    """The secret part of a ticket's reply address: 80 bits, lower case, safe in an address."""
    alphabet = "abcdefghijkmnpqrstuvwxyz23456789"
    return "".join(secrets.choice(alphabet) for _ in range(16))
