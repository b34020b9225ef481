"""A request by telephone: the form, what is found while it is typed, and what to say when it is written down."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okibi.calls import selectors as calls
from okibi.channels.clean import json_safe
from okibi.console.access import staff_of
from okibi.console.calls.forms import MINUTE, RequestForm
from okibi.console.calls.present import call_view, candidate_view, chosen_of, request_view
from okibi.console.customers.gate import page, said
from okibi.console.desk.present import CLASS_CHIPS, channel_title
from okibi.console.given import whole_number
from okibi.customers.selectors import suggest_people
from okibi.flows import phone_request
from okibi.flows.answers import answering_channel
from okibi.flows.phone_caller import candidates, who_calls
from okibi.kernel.clock import now
from okibi.kernel.errors import OkibiError
from okibi.kernel.sentence import Sentence
from okibi.policy.entitlement_words import Ground
from okibi.tickets import selectors as tickets

if TYPE_CHECKING:
    from okibi.calls.models import Call
    from okibi.flows.phone_caller import Candidate
    from okibi.policy.verdict import Line

ASK = Sentence(
    ru="Спросите имя и номер лицензии или организацию.", en="Ask the name and the licence number or the organisation."
)
SHORTEST_NAME = 3  # letters from which a name is looked for
MOST_FOUND = 5
UNPROCESSABLE = 422


@page
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form made for talking; ``?number=`` and ``?person=`` come from a call."""
    if request.method == "POST":
        return _write_down(request)
    moment = timezone.localtime(now()).strftime(MINUTE)
    asked = {name: request.GET.get(name, "") for name in ("number", "person", "name", "about")}
    call = _call_of(request.GET.get("call", ""))
    if call is not None:
        asked |= {"call": str(call.pk), "number": call.number, "person": str(call.person_id or "")}
    form = RequestForm(initial={"key": secrets.token_urlsafe(12), "at": moment, "take": True, **asked})
    if asked["number"]:  # known already: the words are what is missing
        del form.fields["number"].widget.attrs["autofocus"]
        form.fields["text"].widget.attrs["autofocus"] = True
    return render(request, "console/calls/new.html", {"form": form, "call": call and call_view(call)})


def _call_of(given: str) -> Call | None:
    call_id = whole_number(given)
    return calls.call(call_id) if call_id is not None else None


def _write_down(request: HttpRequest) -> HttpResponse:
    form = RequestForm(json_safe(request.POST.dict()))
    if form.is_valid():
        try:
            ticket = _placed(request, form)
        except OkibiError as error:
            field = getattr(error, "field", None)
            form.add_error(field if field in form.fields else None, said(error.sentence))
        else:
            url = reverse("console-calls-said", args=[ticket])
            if request.headers.get("HX-Request"):
                return HttpResponse(headers={"HX-Redirect": url})
            return redirect(url)
    call = _call_of(str(form.data.get("call", "")))
    partly = bool(request.headers.get("HX-Request"))
    template = "console/calls/form.html" if partly else "console/calls/new.html"
    return render(request, template, {"form": form, "call": call and call_view(call)}, status=UNPROCESSABLE)


def _placed(request: HttpRequest, form: RequestForm) -> str:
    key, staff, heard = form.cleaned_data["key"], staff_of(request), form.heard()
    about = form.cleaned_data["about"]
    if about:
        return phone_request.add(key, staff, about, heard).number
    return phone_request.place(key, staff, heard).number


@page
@require_POST
def who(request: HttpRequest) -> HttpResponse:
    """Who it may be, as far as number and name are typed."""
    form = RequestForm(json_safe(request.POST.dict()))
    heard = form.heard()
    caller = who_calls(heard.number, heard.product)
    people = list(caller.people)
    if not people:
        people = _named(heard.name)
    chosen = chosen_of(form.data.get("person", ""), people, known=bool(caller.people))
    rows = [row for candidate in people for row in candidate.requests] + list(caller.requests)
    context = {
        "caller": caller,
        "unknown": bool(caller.e164) and not caller.people,
        "people": [candidate_view(candidate, chosen) for candidate in people],
        "chosen": chosen,
        "requests": [request_view(row, form.data.get("about", "")) for row in rows],
        "about": form.data.get("about", "") if any(row.number == form.data.get("about") for row in rows) else "",
    }
    response = render(request, "console/calls/who.html", context)
    response.headers["HX-Trigger"] = "called"  # the outlook is judged by who was found
    return response


def _named(name: str) -> list[Candidate]:
    found = suggest_people(name, MOST_FOUND) if len(name.strip()) >= SHORTEST_NAME else ()
    return candidates(found)


@page
@require_POST
def outlook(request: HttpRequest) -> HttpResponse:
    """Verdict and term as they would be at this moment."""
    form = RequestForm(json_safe(request.POST.dict()))
    heard = form.heard()
    if form.data.get("about"):
        return render(request, "console/calls/outlook.html", {"about": form.data["about"]})
    begun = bool(heard.text.strip() or heard.kind)
    view = phone_request.outlook(heard)
    context: dict[str, Any] = {
        "view": view,
        "begun": begun,
        "lines": [_asking(view.line), *view.others],
        "kind": CLASS_CHIPS.get(view.kind, view.kind),
    }
    return render(request, "console/calls/outlook.html", context)


def _asking(line: Line) -> Line:
    """A letter asks an unknown requester to say who they are; here somebody can ask at once."""
    return replace(line, detail=ASK) if line.ground == Ground.UNKNOWN_PERSON else line


@page
@require_GET
def read_out(request: HttpRequest, number: str) -> HttpResponse:
    """What to say now: number in groups, term in words, or why there is none and what to do."""
    ticket = tickets.access_ticket(number)
    card = phone_request.said(ticket)
    context = {
        "ticket": ticket,
        "card": card,
        "number": ticket.requester_address,
        "channel": channel_title(answering_channel(ticket)),
        "ticket_url": reverse("console-ticket", args=[number]),
    }
    return render(request, "console/calls/said.html", context)
