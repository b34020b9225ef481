"""What became of a letter of ours: sent, refused, bounced. The ticket and the address both remember it."""

from datetime import datetime

from django.db import transaction

from okibi.channels.inbox import Outcome
from okibi.channels.messenger.kinds import is_messenger
from okibi.channels.models import Outbound
from okibi.channels.outbox import RETRY_AFTER, by_external_id, mark_bounced
from okibi.channels.port import Bounce
from okibi.customers.services import mark_bounced as mark_address
from okibi.flows import ipv_push, messenger_events
from okibi.journal.services import record
from okibi.kernel.clock import now
from okibi.mailings import progress as mailings

CODES = {
    Outbound.State.FAILED: "message.failed",
    Outbound.State.UNCERTAIN: "message.failed",
    Outbound.State.SENT: "message.sent",
}


def on_sent(row: Outbound) -> None:
    """The outbox tells of every row that reached an end."""
    if is_messenger(row.channel):
        messenger_events.on_sent(row)
        return
    if row.subject_kind == mailings.SUBJECT:
        mailings.note_outbox(row)
        _mark_refused(row)
    elif row.subject_kind == "ticket" and row.subject_id is not None and row.state in CODES:
        _tell_ticket(row, row.subject_id)


def _tell_ticket(row: Outbound, ticket_id: int) -> None:
    if row.channel == "ipv":  # it was there when it was committed; what is left is to wake the requester's devices
        ipv_push.soon(ticket_id)
        return
    data = {"to": row.recipient, "why": row.error, "outbound": row.pk, "automatic": row.automatic}
    record(CODES[Outbound.State(row.state)], ("ticket", ticket_id), data=data)
    _mark_refused(row)


def _mark_refused(row: Outbound) -> None:
    refused = row.attempts <= len(RETRY_AFTER)  # for good, not because our own server was away for days
    if row.state == Outbound.State.FAILED and refused:
        mark_address(row.recipient, row.error, now())


@transaction.atomic
def take_bounce(bounce: Bounce, at: datetime) -> Outcome:
    """A bounce marks its letter and, when final, the address; the ticket shows it.

    A report that names no letter of ours marks nothing: anybody could write one.
    """
    row = by_external_id(bounce.external_id) if bounce.external_id else None
    if row is None or not bounce.permanent:
        return Outcome("bounce", row.subject_id if row and row.subject_kind == "ticket" else None)
    mark_bounced(row, bounce.reason)
    mark_address(row.recipient, bounce.reason, at)
    if row.subject_kind == mailings.SUBJECT and row.subject_id:
        mailings.note_bounced(row.subject_id, bounce.reason)
    if row.subject_kind != "ticket" or not row.subject_id:
        return Outcome("bounce")
    data = {"to": row.recipient, "why": bounce.reason, "outbound": row.pk}
    record("message.bounced", ("ticket", row.subject_id), data=data, at=at)
    return Outcome("bounce", row.subject_id)
