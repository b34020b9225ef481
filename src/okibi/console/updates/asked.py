"""What a request of the class "update" shows beside its conversation: its agreements, and the way to a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from okibi.flows import update_agreement
from okibi.flows.agreement_views import chip_of
from okibi.policy.agreement_states import OPEN
from okibi.policy.ticket_states import Event, State, possible
from okibi.updates import selectors

if TYPE_CHECKING:
    from okibi.tickets.models import Ticket


def card(ticket: Ticket) -> dict[str, Any] | None:
    """None for a request of another class; one query for this one."""
    if ticket.kind != update_agreement.CLASS:
        return None
    rows = selectors.of_ticket(ticket.pk)
    return {
        "rows": [{"agreement": each, "chip": chip_of(each)} for each in rows],
        "open": any(each.state in {state.value for state in OPEN} for each in rows),
        "known": ticket.requester_id is not None,
        "url": reverse("console-updates-new", args=[ticket.number])
        if Event.REPLY in possible(State(ticket.state))
        else "",
    }
