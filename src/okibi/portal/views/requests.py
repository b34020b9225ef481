"""Own requests: the list, one request with its promise and conversation, its news, its files."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from okibi.flows import ipv_conversation as talk
from okibi.flows import portal_requests
from okibi.flows.ipv_views import DESK, SYSTEM
from okibi.flows.portal_requests import Seen
from okibi.flows.visitor import Visitor
from okibi.journal.selectors import latest_id
from okibi.kernel import blobs
from okibi.portal.forms import RatingForm, ReopenForm, SayForm
from okibi.portal.gate import signed_in
from okibi.portal.pages import page
from okibi.portal.present import PICTURES, marker_of, request_context, row_of

PAGE = 20
FILTERS = (
    ("active", pgettext_lazy("requests", "Active")),
    ("ended", pgettext_lazy("requests", "Ended")),
    ("", pgettext_lazy("requests", "All")),
)
PIECE = 256 * 1024


def list_context(request: HttpRequest, name: str) -> dict[str, Any]:
    """What a list is asked for: state, words, cursor; and where its tabs lead."""
    state = request.GET.get("state", "active")
    state = state if state in {code for code, _label in FILTERS} else "active"
    query = request.GET.get("q", "").replace("\0", "")[:200]
    if query and "state" not in request.GET:
        state = ""
    address = reverse(name)
    kept = {"q": query} if query else {}
    return {
        "state": state,
        "query": query,
        "cursor": request.GET.get("cursor") or None,
        "list_url": address,
        "last_event": latest_id(),  # before anything is read: what happens meanwhile is told by the stream
        "filters": [
            {"label": label, "url": f"{address}?{urlencode({**kept, 'state': code})}", "current": code == state}
            for code, label in FILTERS
        ],
    }


def older(context: dict[str, Any], cursor: str | None) -> str:
    """The address of the next page."""
    kept = {"q": context["query"]} if context["query"] else {}
    return f"{context['list_url']}?{urlencode({**kept, 'state': context['state'], 'cursor': cursor})}" if cursor else ""


@require_safe
@signed_in
def requests(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The own requests, newest first."""
    context = list_context(request, "portal-requests")
    found = talk.requests(visitor, cursor=context["cursor"], limit=PAGE, state=context["state"], query=context["query"])
    context |= {"rows": [row_of(view) for view in found], "older_url": older(context, found.next_cursor)}
    return page(request, visitor, "requests", context)


@require_safe
@signed_in
def one(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponseBase:
    """One request; who placed it reads by that what is shown."""
    return shown(request, visitor, number)


def shown(request: HttpRequest, visitor: Visitor, number: str, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of a request, with forms that came back with errors."""
    last_event = latest_id()
    seen = portal_requests.look(visitor, number)
    _mark_read(visitor, seen)
    context = {
        "last_event": last_event,
        **request_context(seen),
        "say_form": SayForm.fresh(draft=f"portal-{number}"),
        "reopen_form": ReopenForm.fresh(),
        "rating_form": RatingForm(),
        "sent_draft": f"portal-{number}" if request.GET.get("sent") else "",
        "live_url": reverse("portal-live", args=[number]),
        **forms,
    }
    return page(request, visitor, "request", context, status=status)


def _mark_read(visitor: Visitor, seen: Seen) -> None:
    answers = [each.id for each in seen.messages if each.author in (DESK, SYSTEM)]
    if seen.own and seen.view.unread and answers:
        talk.read(visitor, seen.view.number, answers[-1])


@require_safe
@signed_in
def live(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponseBase:
    """The moving part of a request's page where it is no longer what the page shows; else 204."""
    seen = portal_requests.look(visitor, number)
    if request.GET.get("seen") == marker_of(seen):
        return HttpResponse(status=204)
    _mark_read(visitor, seen)
    context = {**request_context(seen), "live_url": reverse("portal-live", args=[number]), "news": True}
    context |= {"reopen_form": ReopenForm.fresh(), "rating_form": RatingForm()}
    return render(request, "portal/live.html", context)


@require_safe
@signed_in
def file(request: HttpRequest, visitor: Visitor, attachment_id: int) -> HttpResponseBase:
    """A file of a conversation. It is hostile: never run, never a page of ours."""
    del request
    found = portal_requests.file_of(visitor, attachment_id)
    picture = found.type in PICTURES
    source = blobs.stream(found.blob)
    response = StreamingHttpResponse(
        iter(lambda: source.read(PIECE), b""), content_type=found.type if picture else "application/octet-stream"
    )
    response.headers["Content-Length"] = str(found.size)
    response.headers["Content-Disposition"] = content_disposition_header(not picture, found.name) or "attachment"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
