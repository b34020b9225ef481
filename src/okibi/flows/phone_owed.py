"""What goes out by telephone is owed: an outbox row that waits, and a task for a specialist who calls and says it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from okibi.accounts.models import Staff
from okibi.calendars.services import work_calendar
from okibi.calls import owed
from okibi.calls.kinds import TaskKind
from okibi.calls.models import CallTask
from okibi.calls.rules import first_try
from okibi.channels.models import Outbound
from okibi.journal.services import Actor, record
from okibi.policy.phone_numbers import display
from okibi.policy.ticket_states import Event
from okibi.schemes.services import by_id
from okibi.tickets.models import Message, Ticket


def owe(ticket: Ticket, row: Outbound, script: str, at: datetime) -> CallTask:
    """A task for a row of the outbox; ``script`` is what to say."""
    calendar = work_calendar(by_id(ticket.scheme_id).scheme)
    return owed.owe(ticket, row, script, at, first_try(at, calendar))


def when_said(
    message: Message, staff: Staff, event: Event | None = None, facts: Mapping[str, Any] | None = None
) -> None:
    """What an answer that is still to be said decides: the state changes and the clock stops only then."""
    if message.outbound is None:
        return
    kind = TaskKind.REFUSAL if event is Event.REFUSE else TaskKind.ANSWER
    owed.decides(message.outbound, message, kind, event.value if event else "", facts or {})
    actor = Actor("staff", staff.pk, staff.name)
    number = display(message.outbound.recipient) or "—"
    record("call.to_say", ("ticket", message.ticket_id), actor, {"number": number, "message": message.pk})
