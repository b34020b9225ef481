"""Pages behind personal links: where is my request, say who you are, and asking for the link again."""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from okibi.channels.ipv.adapter import StoredFile
from okibi.flows import personal_link
from okibi.kernel import blobs
from okibi.kernel.errors import ConflictError, InputError, NotAllowedError
from okibi.website.forms import AddForm, AskForm, WhoForm
from okibi.website.limits import first_refusal, network_of
from okibi.website.limits_in_use import ADD_BY_LINK, ASK_BY_ADDRESS, ASK_BY_NETWORK, GUESS_BY_LINK, GUESS_BY_NETWORK
from okibi.website.pages import page, private_page
from okibi.website.present import refused_until, spoken, ticket_view

SHOWN_IN_PLACE = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"}
NUMBER = re.compile(r"(\d{2})\D{0,3}(\d{6,8})", re.ASCII)


def _gone(request: HttpRequest, error: NotAllowedError) -> HttpResponse:
    return private_page(request, "website/link_dead.html", {"why": error.sentence}, status=404)


@require_http_methods(["GET", "HEAD", "POST"])
def where(request: HttpRequest, signed: str) -> HttpResponse:
    """One request as its requester may see it; a form adds a message to it."""
    try:
        found = personal_link.where(signed)
    except NotAllowedError as error:
        return _gone(request, error)
    if request.method == "POST" and "works" in request.POST:
        return _answer(signed, request.POST["works"])
    form = AddForm(request.POST, request.FILES) if request.method == "POST" else AddForm.fresh()
    if request.method == "POST" and form.is_valid():
        until = ADD_BY_LINK.take(signed)
        kept = form.sent_before() if until is None else None
        if kept is not None:
            return _add(signed, form, kept)
        if until is not None:
            form.add_error(None, refused_until(until))
    context = {**ticket_view(found, signed), "form": form, "added": request.GET.get("added", "")}
    context["answered"] = request.GET.get("answered", "")
    return private_page(request, "website/where.html", context, status=422 if form.errors else 200)


def _answer(signed: str, said: str) -> HttpResponse:
    """Does it work now? A second press of either button changes nothing."""
    with suppress(ConflictError):
        (personal_link.works if said == "yes" else personal_link.does_not_work)(signed)
    said = "yes" if said == "yes" else "no"
    return redirect(f"{reverse('website-where', args=[signed])}?answered={said}#answered")


def _add(signed: str, form: AddForm, kept: Sequence[StoredFile]) -> HttpResponse:
    taken = personal_link.add_from_link(
        signed, str(form.cleaned_data["form_id"]), form.cleaned_data["text"], form.sent_with(), kept
    )
    return redirect(f"{reverse('website-where', args=[signed])}?added={taken.number if taken else 'later'}#added")


@require_safe
def file_of_where(request: HttpRequest, signed: str, attachment_id: int) -> HttpResponseBase:
    """A file of the conversation. It is hostile: never run, never a page of ours."""
    try:
        found = personal_link.file_of(signed, attachment_id)
    except NotAllowedError as error:
        return _gone(request, error)
    shown = found.type in SHOWN_IN_PLACE
    response = StreamingHttpResponse(
        blobs.pieces(found.blob), content_type=found.type if shown else "application/octet-stream"
    )
    response.headers["Content-Length"] = str(found.size)
    response.headers["Content-Disposition"] = content_disposition_header(not shown, found.name) or "attachment"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store, private"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """Ask for the link again. The answer is the same whether the request is there or not."""
    if request.GET.get("asked"):
        return page(request, "website/where_asked.html")
    form = AskForm(request.POST) if request.method == "POST" else AskForm.fresh()
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["address"]
        until = first_refusal((ASK_BY_NETWORK, network_of(request)), (ASK_BY_ADDRESS, address))
        if until is None:
            written = NUMBER.search(form.cleaned_data["number"])
            number = f"{written[1]}-{written[2]}" if written else ""
            personal_link.ask_again(number, address, str(form.cleaned_data["form_id"]))
            return redirect(f"{reverse('website-where-ask')}?asked=1")
        form.add_error(None, refused_until(until))
    return page(request, "website/where_ask.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def who_shortly(request: HttpRequest, short: str) -> HttpResponse:
    """The short address of an SMS leads to the page on which one says who one is."""
    try:
        return redirect("website-who", personal_link.long_of(short))
    except NotAllowedError as error:
        return _gone(request, error)


@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest, signed: str) -> HttpResponse:
    """Say who you are. Opening the page changes nothing: mail scanners open every link."""
    try:
        ticket = personal_link.ticket_of(signed)
    except NotAllowedError as error:
        return _gone(request, error)
    form = WhoForm(request.POST) if request.method == "POST" else WhoForm(initial={"name": ticket.requester_name})
    context: dict[str, Any] = {
        "number": ticket.number,
        "subject": ticket.subject,
        "known": ticket.requester_id is not None,
    }
    if request.method == "POST" and form.is_valid():
        until = first_refusal((GUESS_BY_LINK, ticket.token), (GUESS_BY_NETWORK, network_of(request)))
        if until is not None:
            form.add_error(None, refused_until(until))
        else:
            try:
                known = personal_link.identify(signed, **form.answers())
            except InputError as error:
                form.add_error("licence_number", spoken(error.sentence))
            else:
                title = _("Thank you, we know you now") if known else _("Thank you, a specialist will look")
                return private_page(request, "website/who_done.html", {**context, "made_known": known, "title": title})
    return private_page(request, "website/who.html", {**context, "form": form}, status=422 if form.errors else 200)
