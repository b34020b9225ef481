"""Finding: the search page and the palette (Ctrl K)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from okibi.console.access import staff_required
from okibi.console.addresses import ticket_address
from okibi.console.desk.present import channel_icon, row_view
from okibi.console.frame import queue_titles
from okibi.console.given import whole_number
from okibi.kernel.clock import now
from okibi.tickets.search import find
from okibi.tickets.selectors import Queue

if TYPE_CHECKING:
    from okibi.tickets.rows import TicketRow

NUMBER = re.compile(r"#?(\d{2}-\d{6})")
PALETTE_ROWS = 8
SHORTEST = 2  # letters


@staff_required
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Everything that holds the words, newest first; a ticket's own number opens it."""
    query = request.GET.get("q", "").strip()
    before = request.GET.get("before", "")
    tickets = find(query, whole_number(before)) if query else []
    number = NUMBER.fullmatch(query)
    if number and any(ticket.number == number[1] for ticket in tickets):
        return redirect("console-ticket", number[1])
    moment = now()
    rows = [{**row_view(ticket, moment, Queue.ALL.value), "hx": ""} for ticket in tickets]  # no pane beside it
    more = (
        f"{reverse('console-search')}?{urlencode({'q': query, 'before': tickets[-1].pk})}" if len(tickets) >= 50 else ""
    )
    return render(request, "console/desk/search.html", {"query": query, "rows": rows, "more_url": more})


@staff_required
@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    """What the palette offers for the letters typed so far: tickets, customers, sections."""
    query = request.GET.get("q", "").strip()
    groups: list[dict[str, Any]] = []
    if len(query) >= SHORTEST:
        groups.append({"title": _("Requests"), "items": [_ticket(ticket) for ticket in find(query)[:PALETTE_ROWS]]})
        customers = f"{reverse('console-customers')}?{urlencode({'q': query})}"
        groups.append(
            {
                "title": _("Customers"),
                "items": [{"url": customers, "text": _("Find a customer: %s") % query, "icon": "users"}],
            }
        )
    low = query.lower()
    sections = [
        {"url": reverse("console-queue", args=[queue.value]), "text": title, "icon": "inbox"}
        for queue, title in queue_titles().items()
        if not low or low in title.lower()
    ]
    groups.append({"title": _("Go to"), "items": sections})
    return render(request, "console/components/palette_results.html", {"groups": [g for g in groups if g["items"]]})


def _ticket(ticket: TicketRow) -> dict[str, str]:
    return {
        "url": ticket_address("console-ticket", ticket.number),
        "text": ticket.subject,
        "detail": f"{ticket.number} · {ticket.requester_name or ticket.requester_address}",
        "icon": channel_icon(ticket.channel),
    }
