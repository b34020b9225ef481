"""What a request of the class "mailing" shows beside its conversation: the address to enter or to take out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from okibi.console.access import staff_of
from okibi.console.customers.gate import CARD_EDITORS, page, said
from okibi.console.given import posted, whole_number
from okibi.flows import mailing_requests
from okibi.kernel.errors import OkibiError
from okibi.policy.ticket_states import Event, State, possible
from okibi.tickets import selectors

if TYPE_CHECKING:
    from okibi.tickets.models import Ticket


def card(ticket: Ticket) -> dict[str, Any] | None:
    """The addresses of the requester with their marks; None for a request of another class, or one that is over."""
    if ticket.kind != mailing_requests.CLASS or Event.SOLVE not in possible(State(ticket.state)):
        return None
    rows: list[dict[str, Any]] = [
        {"email": each, "proved": mailing_requests.is_proved(each, ticket)}
        for each in mailing_requests.addresses(ticket)
    ]
    return {
        "rows": rows,
        "may_enter": any(row["proved"] and not row["email"].mobile_mailing for row in rows),
        "may_leave": any(row["email"].mobile_mailing for row in rows),
        "url": reverse("console-mailings-asked", args=[ticket.number]),
        "requester": ticket.requester_id,
    }


@page(roles=CARD_EDITORS)
@require_POST
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Enter the chosen address, or take it out; the requester is told and the request is solved."""
    ticket = selectors.access_ticket(number)
    on = posted(request, "act") == "enter"
    chosen = whole_number(posted(request, "email"))
    try:
        mailing_requests.decide(ticket.pk, staff_of(request), chosen, on=on)
    except OkibiError as error:
        messages.error(request, said(error.sentence))
    else:
        messages.success(
            request, _("The address is in the registry, the request is solved.") if on
            else _("The address is out of the registry, the request is solved.")
        )  # fmt: skip
    return redirect("console-ticket", number)
