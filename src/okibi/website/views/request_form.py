"""The request form: placed like a mail, answered with number, verdict and term on the page and by a letter."""

from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from okibi.flows import site_request
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError, NotAllowedError
from okibi.kernel.signing import sign, unsign
from okibi.policy.scheme_values import Scheme
from okibi.schemes.services import in_force
from okibi.website.environment import environment_facts
from okibi.website.files import TOGETHER, limit_words
from okibi.website.forms import RequestForm
from okibi.website.limits import first_refusal, network_of
from okibi.website.limits_in_use import PLACE_BY_ADDRESS, PLACE_BY_NETWORK
from okibi.website.pages import page, private_page
from okibi.website.placed import placed_view, ticket_placed
from okibi.website.present import refused_until, spoken

log = structlog.get_logger(__name__)

PLACED = "placed"  # what the address of the page after placing is signed for
PLACED_LIFETIME = 24 * 3600  # seconds
ENVELOPE = 1024 * 1024  # bytes of a form around its files


@csrf_exempt  # only until the size is known; what is read is protected
@require_http_methods(["GET", "HEAD", "POST"])
def place_request(request: HttpRequest) -> HttpResponse:
    """The form; a body that is far too large is refused before it is read."""
    if int(request.headers.get("Content-Length") or 0) > TOGETHER + ENVELOPE:
        return page(request, "website/too_large.html", {"most": limit_words(TOGETHER)}, status=413)
    return _form(request)


@csrf_protect
def _form(request: HttpRequest) -> HttpResponse:
    scheme = in_force(now()).scheme
    if request.method != "POST":
        chosen = {key: request.GET[key] for key in ("kind", "product") if key in request.GET}
        return _shown(request, RequestForm.fresh(scheme, initial={"kind": "incident", **chosen}))
    form = RequestForm(scheme, request.POST, request.FILES)
    if form.trapped:  # a machine: it sees success and nothing happens
        log.info("request_trapped")
        return redirect(reverse("website-front"))
    if not form.is_valid():
        return _shown(request, form)
    limits = ((PLACE_BY_NETWORK, network_of(request)), (PLACE_BY_ADDRESS, form.cleaned_data["address"]))
    until = first_refusal(*limits)
    if until is not None:
        form.add_error(None, refused_until(until))
        return _shown(request, form, status=429)
    return _place(request, form, scheme)


def _place(request: HttpRequest, form: RequestForm, scheme: Scheme) -> HttpResponse:
    given = form.cleaned_data
    kept = form.sent_before()
    if kept is None:
        return _shown(request, form)
    facts = {
        "kind": given["kind"],
        "product": given["product"],
        "version": given["version"],
        "licence": given["licence"],
        "organisation": given["organisation"],
        "name": given["name"],
        "language": (get_language() or "ru")[:2],
        "sms_number": given.get("sms_number", ""),
        **environment_facts(given["environment"], given["product"], scheme),
    }
    text = given["text"]
    if given["licence"]:  # a claim that proves nothing: shown to the specialist, in the requester's own words
        text += "\n\n" + _("Licence number: %(number)s") % {"number": given["licence"]}
    try:
        placed = site_request.place(
            str(given["form_id"]), given["name"], given["address"], "", text, facts, form.sent_with(), kept
        )
    except InputError as error:
        form.add_error(None, spoken(error.sentence))
        return _shown(request, form)
    number = placed.number if placed else ""
    return redirect(reverse("website-placed", args=[sign(PLACED, [number, str(given["form_id"])])]))


def _shown(request: HttpRequest, form: RequestForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"form": form}
    return page(request, "website/request.html", context, status=422 if form.errors and status == 200 else status)


@require_safe
def placed(request: HttpRequest, signed: str) -> HttpResponse:
    """What was promised. Not the personal link: nobody proved that the address that was typed is theirs."""
    try:
        number, _form_id = unsign(PLACED, signed, PLACED_LIFETIME)
        ticket = ticket_placed(number) if number else None
    except (NotAllowedError, ValueError) as error:
        why = error.sentence if isinstance(error, NotAllowedError) else ""
        return private_page(request, "website/link_dead.html", {"why": why}, status=404)
    if ticket is None:
        return private_page(request, "website/placed_later.html")
    return private_page(request, "website/placed.html", placed_view(ticket))
