"""Queues, one ticket, and their live parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from okibi.console.access import staff_of, staff_required
from okibi.console.calls.on_ticket import with_calls
from okibi.console.desk.ipv import cards, marks_of
from okibi.console.desk.panes import (
    looked_at_calls,
    pane,
    presence_words,
    queue_of,
    queue_view,
    render_pane,
    requester_facts,
)
from okibi.console.desk.present import (
    clock_view,
    environment_view,
    message_item,
    row_view,
    timeline_items,
    verdict_views,
)
from okibi.console.frame import navigation
from okibi.console.messengers.whose import panel as whose_panel
from okibi.flows.messenger_out import seen_by_desk
from okibi.journal.selectors import of_subject
from okibi.kernel.clock import now
from okibi.tickets import selectors, services
from okibi.tickets.kinds import MessageKind
from okibi.tickets.requester_services import say_typing
from okibi.tickets.selectors import Queue

if TYPE_CHECKING:
    from okibi.tickets.models import Ticket


@staff_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The console opens on one's own queue."""
    del request
    return redirect("console-queue", Queue.MINE.value)


def _rows(request: HttpRequest, queue: Queue, selected: str = "") -> dict[str, Any]:
    moment = now()
    page = selectors.queue_page(queue, staff_of(request).pk, moment, request.GET.get("after"))
    more = ""
    if page.next_cursor:
        more = f"{reverse('console-queue-rows', args=[queue.value])}?after={page.next_cursor}"
    return {
        **queue_view(queue),
        "rows": [row_view(ticket, moment, queue.value, selected) for ticket in page.rows],
        "more_url": more,
        "rows_url": reverse("console-queue-rows", args=[queue.value]),
        "inlet": settings.OKIBI_MAIL_FROM,
    }


@staff_required
@require_GET
def queue(request: HttpRequest, name: str) -> HttpResponse:
    """A queue with room for the ticket that will be opened."""
    chosen = Queue(name)
    return render(request, "console/desk/queue.html", {**_rows(request, chosen), "view": "list"})


@staff_required
@require_GET
def queue_rows(request: HttpRequest, name: str) -> HttpResponse:
    """The rows alone: the next page, or the list anew."""
    return render(request, "console/desk/rows.html", _rows(request, Queue(name)))


@staff_required
@require_GET
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    """One ticket beside its queue; an address to keep and to send."""
    found = selectors.access_ticket(number)
    seen_by_desk(found)
    return ticket_page(request, found)


def ticket_page(
    request: HttpRequest, found: Ticket, composer: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The whole page of a ticket; ``composer``: what was written and why it could not be sent."""
    queue = queue_of(request)
    context = {**_rows(request, queue, found.number), **pane(request, found, composer), "view": "ticket"}
    return render(request, "console/desk/queue.html", context, status=status)


@staff_required
@require_GET
def ticket_pane(request: HttpRequest, number: str) -> HttpResponse:
    """One ticket without the page around it."""
    found = selectors.access_ticket(number)
    seen_by_desk(found)
    return render_pane(request, found)


@staff_required
@require_GET
def ticket_timeline(request: HttpRequest, number: str) -> HttpResponse:
    """What was said, anew: the composer and what stands in it are left alone."""
    found = selectors.access_ticket(number)
    seen_by_desk(found)
    entries = of_subject("ticket", found.pk)
    messages = selectors.timeline(found)
    context = {
        "items": with_calls(timeline_items(found, messages, entries, marks_of(found)), found, entries),
        "last_seen": max((m.pk for m in messages if m.kind == MessageKind.INCOMING), default=0),
    }
    response = render(request, "console/desk/timeline.html", context)
    if looked_at_calls(request, found, entries):
        response.headers["HX-Trigger"] = "counts-changed"
    return response


@staff_required
@require_GET
def ticket_aside(request: HttpRequest, number: str) -> HttpResponse:
    """Verdict, clock and requester, anew: once a minute and when something happened."""
    found = selectors.access_ticket(number)
    context = {
        "row": found,
        "clock": clock_view(found, now()),
        "verdicts": verdict_views(found),
        "environment": environment_view(found, selectors.latest_incoming(found)),
        "requester_facts": requester_facts(found),
        **cards(found),
        "whose": whose_panel(found),
        "aside_url": reverse("console-ticket-aside", args=[number]),
    }
    return render(request, "console/desk/aside.html", context)


@staff_required
@require_GET
def message_pictures(request: HttpRequest, number: str, message_id: int) -> HttpResponse:
    """One mail as its sender made it, with the pictures of foreign servers, because somebody asked for them."""
    found = selectors.access_ticket(number)
    message = next((m for m in selectors.timeline(found) if m.pk == message_id), None)
    if message is None:
        return HttpResponse(status=404)
    item = message_item(found, message, remote_images=True)
    response = render(request, "okibi/components/message.html", {"message": item})
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


@staff_required
@require_GET
def counts(request: HttpRequest) -> HttpResponse:
    """The sections with their numbers, anew."""
    return render(request, "console/components/nav.html", {"nav": navigation(request)})


@staff_required
@require_POST
def presence(request: HttpRequest, number: str) -> HttpResponse:
    """I look at this ticket; who else does?"""
    found = selectors.access_ticket(number)
    typing = request.POST.get("typing") == "1"
    services.seen_by(found, staff_of(request), now(), typing=typing)
    if typing and request.POST.get("act") != "note":
        say_typing(found.pk, found.number, "desk")
    return HttpResponse(presence_words(request, found), content_type="text/plain; charset=utf-8")
