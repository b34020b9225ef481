"""A message that was given up, or whose fate is unknown, is tried once more because a member of staff says so."""

from django.db import transaction

from okibi.channels import outbox, ways
from okibi.journal.services import Actor, record


@transaction.atomic
def send_again(outbound_id: int, actor: Actor) -> bool:
    """Queue it anew and say so in the journal; False where there is nothing to decide (any more)."""
    row = ways.troubled(outbound_id)
    if row is None:
        return False
    outbox.send_again(row.pk)
    of_ticket = row.subject_kind == "ticket" and row.subject_id is not None
    subject = ("ticket", row.subject_id or 0) if of_ticket else ("outbound", row.pk)
    record("message.again", subject, actor, {"to": row.recipient, "outbound": row.pk})
    return True
