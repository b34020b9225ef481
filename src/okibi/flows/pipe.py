"""`okibi mail pipe`: one mail into the running product, and the ticket's number out."""

from okibi.channels import inbox
from okibi.channels.email.adapter import external_id
from okibi.flows.intake import take
from okibi.tickets.selectors import numbers_of


def put(raw: bytes) -> str:
    """Store and take in one mail; gives the ticket's number, or what else became of it in brackets.

    Raises any database error when the mail could not be stored: the mail server shall try again.
    """
    row, _ = inbox.receive("email", external_id(raw), raw, "pipe", {})
    inbox.process_one(take, row.pk)
    row.refresh_from_db()
    if row.subject_id:
        return numbers_of({row.subject_id})[row.subject_id]
    return f"({row.outcome or row.state})"
