"""Ticket numbers: year-serial, easy to say on the telephone («26-001042», design §6)."""

import secrets

from okibi.kernel.statements import next_of, run

YEAR_LOCK = 0x0B1B2


def next_number(year: int) -> str:
    """The next number of a year. Numbers grow; one may be missing where a transaction was given up.

    A sequence, not a counter row: two intakes at once must not wait for each other.
    """
    sequence = sequence_of(year)
    serial = next_of(sequence)
    if serial is None:  # the first request of the year
        run("SELECT pg_advisory_xact_lock(%s::int, %s::int)", [YEAR_LOCK, year])
        run(f"CREATE SEQUENCE IF NOT EXISTS {sequence}")  # a number of our own, not input
        serial = next_of(sequence)
    return f"{year % 100:02d}-{serial:06d}"


def sequence_of(year: int) -> str:
    """The sequence of a year's numbers; it is made with the first request of the year."""
    return f"okibi_ticket_number_{year:d}"


def new_token() -> str:
    """The secret part of a ticket's reply address: 80 bits, lower case, safe in an address."""
    alphabet = "abcdefghijkmnpqrstuvwxyz23456789"
    return "".join(secrets.choice(alphabet) for _ in range(16))
