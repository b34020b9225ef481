"""What the composer offers while somebody writes: ready answers after “/”, colleagues after “@”."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from okibi.accounts.selectors import active_staff
from okibi.console.access import staff_of, staff_required
from okibi.flows.ready_answers import ready_answers
from okibi.tickets import selectors


@staff_required
@require_GET
def answers(request: HttpRequest, number: str) -> JsonResponse:
    """Ready answers for this request, filled in. Asked for when the first “/” is typed."""
    found = ready_answers(selectors.access_ticket(number), staff_of(request))
    return JsonResponse({"items": [{"title": each.title, "text": each.text} for each in found]})


@staff_required
@require_GET
def colleagues(request: HttpRequest) -> JsonResponse:
    """Who can be called in a note: everybody whose access is open but oneself."""
    me = staff_of(request).pk
    return JsonResponse(
        {"items": [{"title": each.name, "text": f"@{each.name} "} for each in active_staff() if each.pk != me]}
    )
