"""The versions that a request may be planned for, offered while one is being named."""

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.views.decorators.http import require_safe

from okibi.console.access import staff_required
from okibi.flows.release_fixes import known_versions
from okibi.tickets import selectors


@staff_required
@require_safe
def versions(request: HttpRequest, number: str) -> HttpResponse:
    """Options of a list: drafts and published versions of the request's product, the highest first."""
    del request
    found = known_versions(selectors.access_ticket(number).product)
    return HttpResponse(format_html_join("", '<option value="{}"></option>', ((each,) for each in found)))
