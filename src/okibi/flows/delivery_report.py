"""What became of a letter of ours: sent, refused, bounced. The ticket and the address both remember it."""

from datetime import datetime

from django.db import transaction

from okibi.channels.inbox import Outcome
from okibi.channels.models import Outbound
from okibi.channels.outbox import by_external_id, mark_bounced
from okibi.channels.port import Bounce
from okibi.customers.services import mark_bounced as mark_address
from okibi.journal.services import record
from okibi.kernel.clock import now

CODES = {
    Outbound.State.FAILED: "message.failed",
    Outbound.State.UNCERTAIN: "message.failed",
    Outbound.State.SENT: "message.sent",
}


def on_sent(row: Outbound) -> None:
    """The outbox tells of every row that reached an end."""
    if row.subject_kind != "ticket" or row.subject_id is None or row.state not in CODES:
        return
    data = {"to": row.recipient, "why": row.error, "outbound": row.pk, "automatic": row.automatic}
    record(CODES[Outbound.State(row.state)], (row.subject_kind, row.subject_id), data=data)
    if row.state == Outbound.State.FAILED:
        mark_address(row.recipient, row.error, now())


@transaction.atomic
def take_bounce(bounce: Bounce, at: datetime) -> Outcome:
    """A bounce marks its letter and, when final, the address; the ticket shows it."""
    row = by_external_id(bounce.external_id) if bounce.external_id else None
    recipients = bounce.recipients or ((row.recipient,) if row else ())
    if row is not None and bounce.permanent:
        mark_bounced(row, bounce.reason)
        if row.subject_kind == "ticket" and row.subject_id:
            data = {"to": ", ".join(recipients), "why": bounce.reason, "outbound": row.pk}
            record("message.bounced", ("ticket", row.subject_id), data=data, at=at)
    if bounce.permanent and (row is not None or not bounce.external_id):
        for address in recipients:
            mark_address(address, bounce.reason, at)
    return Outcome("bounce", row.subject_id if row and row.subject_kind == "ticket" else None)
