"""Where I was called by name: a small list, newest first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from okibi.console.access import staff_of, staff_required
from okibi.tickets import mentions


@staff_required
@require_GET
def called(request: HttpRequest) -> HttpResponse:
    """Notes in which colleagues called me; opening the request makes them seen."""
    rows = [
        {
            "url": reverse("console-ticket", args=[each.ticket.number]),
            "number": each.ticket.number,
            "subject": each.ticket.subject,
            "by": each.message.author_name,
            "text": each.message.text,
            "at": each.at,
            "fresh": each.seen_at is None,
        }
        for each in mentions.of_person(staff_of(request).pk)
    ]
    return render(request, "console/desk/called.html", {"rows": rows})
