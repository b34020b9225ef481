"""Download pages: what there is of a product, the file for who may have it, and trials."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from okibi.flows import downloads, trial
from okibi.flows.downloads import Shelf
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError, NotAllowedError
from okibi.policy.downloads import WHY
from okibi.schemes.services import in_force
from okibi.website.android import steps_open_for
from okibi.website.forms import NumberForm, TrialForm
from okibi.website.handing_out import hand_out, is_beginning
from okibi.website.limits import first_refusal, network_of
from okibi.website.limits_in_use import ASK_BY_ADDRESS, ASK_BY_NETWORK, GUESS_BY_NETWORK, TRIAL_BY_NETWORK
from okibi.website.pages import page, private_page
from okibi.website.present import refused_until, spoken
from okibi.website.shelf import shelf_row, shelf_view


@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """Every product that has a version to fetch."""
    return page(request, "website/downloads.html", {"shelves": [shelf_row(each) for each in downloads.shelves()]})


@require_http_methods(["GET", "HEAD", "POST"])
def product(request: HttpRequest, product: str) -> HttpResponse:
    """A product's versions; a licence's number opens those that it covers."""
    key = request.GET.get("key", "")
    rights = downloads.rights_behind(key) if key else downloads.NOBODY
    try:
        shelf = downloads.shelf(product, rights)
    except NotAllowedError as error:
        raise Http404 from error
    form = NumberForm(request.POST) if request.method == "POST" else NumberForm.fresh()
    if request.method == "POST" and form.is_valid():
        opened = _open(request, product, form)
        if opened is not None:
            return opened
    answer = private_page if key or request.method == "POST" else page
    context = {**_context(shelf, key if rights.known else ""), "form": form, "number": rights.number}
    context["key_over"] = bool(key) and not rights.known
    context["android"] = any(each.kind == "apk" for each in shelf.current.files)
    context["steps_open"] = steps_open_for(request)
    return answer(request, "website/download.html", context, status=422 if form.errors else 200)


def _context(shelf: Shelf, key: str) -> dict[str, Any]:
    scheme = in_force(now()).scheme
    return shelf_view(shelf, scheme.environments.get(shelf.product.place), key)


def _open(request: HttpRequest, product: str, form: NumberForm) -> HttpResponse | None:
    if form.trapped:
        return redirect(reverse("website-download", args=[product]))
    until = GUESS_BY_NETWORK.take(network_of(request))
    if until is not None:
        form.add_error(None, refused_until(until))
        return None
    try:
        key = downloads.key_of_number(form.cleaned_data["number"])
    except InputError as error:
        form.add_error("number", spoken(error.sentence))
        return None
    return redirect(f"{reverse('website-download', args=[product])}?{urlencode({'key': key})}")


@require_safe
def file(request: HttpRequest, product: str, artefact_id: int, name: str) -> HttpResponseBase:
    """A version's file. Who may not have it is told why, and where to sign in or give a number."""
    del name
    try:
        artefact, given = downloads.fetch(product, artefact_id, request.GET.get("key", ""))
    except NotAllowedError as error:
        raise Http404 from error
    if given.why is not None:
        context = {"why": spoken(WHY[given.why]), "url": reverse("website-download", args=[product])}
        return private_page(request, "website/download_refused.html", context, status=403)
    if is_beginning(request, artefact):
        downloads.begun(artefact, given)
    return hand_out(request, artefact)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_trial(request: HttpRequest, product: str) -> HttpResponse:
    """The form of a trial. Its answer is the same for everybody."""
    try:
        days = trial.days_of(product)
    except NotAllowedError as error:
        raise Http404 from error
    if request.GET.get("asked"):
        return page(request, "website/trial_asked.html", {"url": reverse("website-trial", args=[product])})
    form = TrialForm(request.POST) if request.method == "POST" else TrialForm.fresh()
    if request.method == "POST" and form.is_valid() and _ask(request, product, form):
        return redirect(f"{reverse('website-trial', args=[product])}?asked=1")
    part = in_force(now()).scheme.product(product)
    context = {"form": form, "days": days, "product": spoken(part.name) if part else product}
    return page(request, "website/trial.html", context, status=422 if form.errors else 200)


def _ask(request: HttpRequest, product: str, form: TrialForm) -> bool:
    given = form.cleaned_data
    if form.trapped:
        return True
    until = first_refusal((ASK_BY_NETWORK, network_of(request)), (ASK_BY_ADDRESS, given["address"]))
    if until is not None:
        form.add_error(None, refused_until(until))
        return False
    language = (get_language() or "ru")[:2]
    wish = trial.Wish(product, given["name"], given["organisation"], given["address"], language)
    try:
        trial.ask(wish, str(given["form_id"]))
    except InputError as error:
        form.add_error("address", spoken(error.sentence))
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_trial(request: HttpRequest, signed: str) -> HttpResponse:
    """The page behind the letter's link: a scanner that opens it gets nothing, the button gives the trial."""
    try:
        wish = trial.wish_of(signed)
        days = trial.days_of(wish.product)
    except NotAllowedError as error:
        return private_page(request, "website/link_dead.html", {"why": error.sentence}, status=404)
    part = in_force(now()).scheme.product(wish.product)
    context: dict[str, Any] = {"days": days, "product": spoken(part.name) if part else wish.product}
    if request.method != "POST":
        return private_page(request, "website/trial_confirm.html", context)
    if TRIAL_BY_NETWORK.take(network_of(request)) is not None:
        told = {"title": _("Many trials came to your network"), "why": _("Write to us, and we give you one more.")}
        return private_page(request, "website/trial_refused.html", told, status=429)
    try:
        given = trial.give(signed)
    except ConflictError as error:
        return private_page(request, "website/trial_refused.html", {"why": spoken(error.sentence)}, status=409)
    address = reverse("website-download", args=[wish.product])
    context |= {"number": given.number, "until": given.valid_until}
    context["url"] = f"{address}?{urlencode({'key': trial.key_of(given)})}"
    return private_page(request, "website/trial_given.html", context)
