"""`okibi mail pipe`: one mail into the running product, and the ticket's number out."""

import time

from okibi.channels import inbox
from okibi.channels.email.adapter import external_id
from okibi.channels.models import Inbound
from okibi.flows.intake import take
from okibi.tickets.selectors import numbers_of

PATIENCE = 20.0  # seconds for a worker that has the mail in hand at this moment


def put(raw: bytes) -> str:
    """Store and take in one mail; gives the ticket's number, or what else became of it in brackets.

    Raises any database error when the mail could not be stored: the mail server shall try again.
    """
    row, _ = inbox.receive("email", external_id(raw), raw, "pipe", {})
    deadline = time.monotonic() + PATIENCE
    while not inbox.process_one(take, row.pk):  # done before, or a worker was woken by the row and holds it
        row.refresh_from_db()
        if row.state != Inbound.State.RECEIVED or time.monotonic() > deadline:
            break
        time.sleep(0.05)
    row.refresh_from_db()
    if row.subject_id:
        return numbers_of({row.subject_id})[row.subject_id]
    return f"({row.outcome or row.state})"
