"""Tickets for the stream of events: a browser's EventSource can't send a header."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from okibi.api import shapes, tickets
from okibi.api.auth import DEVICE, visitor
from okibi.api.rendering import moment

router = Router(tags=["events"], auth=DEVICE)


@router.post("/events/ticket", response={201: shapes.EventsTicket}, operation_id="eventsTicket")
def ticket(request: HttpRequest) -> Status[dict[str, Any]]:
    """A word that opens GET /events?ticket=… once, within a minute."""
    text, expires_at = tickets.issue(visitor(request).device)
    return Status(201, {"ticket": text, "expires_at": moment(expires_at)})
