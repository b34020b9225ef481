"""One way to change a ticket's state: the policy's table decides, the clock follows, the journal keeps it."""

from datetime import datetime
from typing import Any

from okibi.flows.promise import restart_clock
from okibi.journal.services import Actor, record
from okibi.policy.ticket_states import Event, State, apply
from okibi.tickets import services
from okibi.tickets.models import Ticket

ENDED = {State.SOLVED, State.REFUSED, State.CLOSED}
CODES = {State.SOLVED: "ticket.solved", State.CLOSED: "ticket.closed", State.WAITING: "ticket.waiting"}


def change_state(ticket: Ticket, event: Event, actor: Actor, now: datetime, **facts: Any) -> None:
    """Apply one event to a locked ticket. Raises ConflictError where its state doesn't allow it.

    Entering ``waiting`` stops the time, leaving it moves the due moment by what was waited.
    """
    before = State(ticket.state)
    after = apply(before, event, **facts)
    if after is before:
        return
    ticket.state = after.value
    if after in ENDED:
        ticket.ended_at = now
    elif before in ENDED:
        ticket.ended_at, ticket.refusal = None, None
    services.save(ticket, "state", "ended_at", "refusal")
    if after is State.WAITING:
        services.open_pause(ticket, now, None)
    elif before is State.WAITING and services.close_pause(ticket, now):
        if ticket.due_at is not None and ticket.reacted_at is None:
            restart_clock(ticket, now)
        record("ticket.resumed", ("ticket", ticket.pk), actor, at=now)
    if after in CODES:
        record(CODES[after], ("ticket", ticket.pk), actor, at=now)
