"""A number that nobody knows is tied to a person: the first click opens this page, the second one chooses."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from okibi.calls import selectors
from okibi.console.access import staff_of
from okibi.console.calls.present import candidate_view
from okibi.console.customers.gate import page, said
from okibi.console.given import posted, whole_number
from okibi.customers.selectors import suggest_people
from okibi.flows import phone_ties
from okibi.flows.phone_caller import candidates, who_calls
from okibi.kernel.errors import OkibiError

MOST_FOUND = 8
SHORTEST = 2  # letters


@page
@require_http_methods(["GET", "POST"])
def tie(request: HttpRequest) -> HttpResponse:
    """Whose number is it? ``?call=`` or ``?number=``; ``?q=`` looks for people, ``?next=`` is where one came from."""
    given = request.POST if request.method == "POST" else request.GET
    number = _number(given.get("number", ""), given.get("call", ""))
    back = _back(request, given.get("next", ""))
    if request.method == "POST":
        return _tied(request, number, back)
    query = request.GET.get("q", "").strip()[:100]
    found = suggest_people(query, MOST_FOUND) if len(query) >= SHORTEST else ()
    context: dict[str, Any] = {
        "caller": who_calls(number),
        "number": number,
        "query_text": query,
        "people": [candidate_view(candidate) for candidate in candidates(found)],
        "next": back,
    }
    partly = request.headers.get("HX-Target", "").endswith("tie-found")
    return render(request, f"console/calls/{'tie_found' if partly else 'tie'}.html", context)


def _number(number: str, call: str) -> str:
    """The number itself, or that of a call."""
    call_id = whole_number(call)
    return number.strip()[:64] or (selectors.call(call_id).number if call_id is not None else "")


def _back(request: HttpRequest, given: str) -> str:
    """A page of ours to go back to: the one that is named, else the one that led here."""
    for url in (given, request.headers.get("Referer", "")):
        if url and url_has_allowed_host_and_scheme(url, {request.get_host()}) and "/calls/tie" not in url:
            return url
    return reverse("console-calls")


def _tied(request: HttpRequest, number: str, back: str) -> HttpResponse:
    person_id = whole_number(posted(request, "person"))
    try:
        person = phone_ties.tie_number(number, person_id or 0, staff_of(request))
    except OkibiError as error:
        messages.error(request, said(error.sentence))
    else:
        messages.success(request, _("The number is on the card of %(name)s.") % {"name": person.name})
    return redirect(back)
