"""Coming in without a password: an address, a letter with a code and a link, and a token in a cookie."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from okibi.environments.errors import (
    EnrolmentOverError,
    TooManyError,
    UnknownInvitationError,
    WrongCodeError,
)
from okibi.environments.kinds import DeviceKind
from okibi.environments.services import living_invitation
from okibi.flows import enrolment
from okibi.flows.enrolment import Wish
from okibi.flows.visitor import Visitor
from okibi.kernel.errors import InputError, NotAllowedError
from okibi.kernel.networks import network_of_address
from okibi.kernel.rates import Rate, count
from okibi.portal import gate
from okibi.portal.forms import CodeForm, JoinForm, SignInForm
from okibi.portal.pages import page

FROM_ONE_NETWORK = Rate("portal-sign-in", 40, 3600)  # letters; an office of many people shares one address
GUESSES = Rate("portal-invitation", 30, 3600)  # invitation codes tried from one network
NEXT = "next"
BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("YaBrowser/", "Яндекс Браузер"), ("Firefox/", "Firefox"),
            ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
SYSTEMS = (("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
           ("Mac OS X", "macOS"), ("Linux", "Linux"))  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Ask for the address. What is answered is the same whether anybody has it."""
    after = gate.inner_address(request.POST.get(NEXT) or request.GET.get(NEXT, ""))
    if gate.visitor_or_none(request) is not None:
        return redirect(after)
    form = SignInForm(request.POST or None)
    context = {"form": form, "next": after}
    if request.method == "POST" and form.is_valid():
        return _begin(request, form, _wish(request, form.cleaned_data["email"]), "sign_in", context)
    return page(request, None, "sign_in", context, status=422 if form.errors else 200)


def _begin(
    request: HttpRequest, form: SignInForm, wish: Wish, template: str, context: dict[str, object]
) -> HttpResponseBase:
    """Send the letter and go to the page that waits for its code."""
    counted = count(FROM_ONE_NETWORK, _network(request))
    status, wait = 422, counted.reset if not counted.allowed else 0
    try:
        begun = enrolment.begin(wish) if counted.allowed else None
    except TooManyError as error:
        begun, wait = None, int(error.data["retry_after"])
    except InputError as error:
        form.add_error("email", gate.why(error))
        return page(request, None, template, context, status=status)
    if begun is None:
        minutes = max(1, round(wait / 60))
        form.add_error(
            None, _("Too many letters in a short time. Please try in %(minutes)d min.") % {"minutes": minutes}
        )
        response: HttpResponseBase = page(request, None, template, context, status=429)
        response.headers["Retry-After"] = str(wait)
        return response
    response = redirect(f"{reverse('portal-code')}?{urlencode({NEXT: str(context['next'])})}")
    gate.wait_for_code(response, begun.enrolment_id, begun.secret)
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponseBase:
    """Type the code. Where the letter's link was opened meanwhile, this page goes on by itself."""
    after = gate.inner_address(request.POST.get(NEXT) or request.GET.get(NEXT, ""))
    waiting = gate.waiting(request)
    if waiting is None:  # perhaps another tab of this browser came in by the letter's link
        return redirect("portal-sign-in") if gate.visitor_or_none(request) is None else _go_on(request, after)
    form = CodeForm(request.POST or None)
    try:
        token = enrolment.state_of(*waiting).token
        if token is None and request.method == "POST" and form.is_valid():
            token = enrolment.confirm(*waiting, form.cleaned_data["code"]).token
    except WrongCodeError as error:
        form.add_error("code", gate.why(error))
        token = None
    except (EnrolmentOverError, NotAllowedError, UnknownInvitationError):
        return page(request, None, "sign_in_over", status=409)
    if token is None:
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204)
        context = {"form": form, "next": after, "waits_url": f"{reverse('portal-code')}?{urlencode({NEXT: after})}"}
        return page(request, None, "code", context, status=422 if form.errors else 200)
    return _came_in(request, token, after)


def _came_in(request: HttpRequest, token: str, after: str) -> HttpResponseBase:
    response = _go_on(request, after)
    gate.let_in(response, token)
    return response


def _go_on(request: HttpRequest, after: str) -> HttpResponseBase:
    """Into the portal, also from a page that only asked by htmx whether it may."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": after})
    return redirect(after)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, signed: str) -> HttpResponseBase:
    """The letter's link, which works where the sign-in was begun and nowhere else.

    Opening it changes nothing (mail scanners open every link): the button does.
    """
    waiting = gate.waiting(request)
    if waiting is None and gate.visitor_or_none(request) is not None:  # a second press, or another tab typed the code
        return redirect("portal-requests")
    if waiting is None:
        return page(request, None, "link_elsewhere", status=404)
    if request.method != "POST":
        return page(request, None, "link")
    try:
        token = enrolment.confirm_by_link(signed, waiting[1]).token
    except NotAllowedError:
        return page(request, None, "link_elsewhere", status=404)
    except (EnrolmentOverError, UnknownInvitationError):
        return page(request, None, "sign_in_over", status=409)
    if token is None:
        return page(request, None, "sign_in_over", status=409)
    return _came_in(request, token, reverse("portal-requests"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, code: str) -> HttpResponseBase:
    """Accept an invitation: the address is proved by a code like at any sign-in."""
    try:
        found = living_invitation(code) if count(GUESSES, _network(request)).allowed else None
    except UnknownInvitationError:
        found = None
    if found is None:
        return page(request, None, "invitation_over", status=404)
    form = JoinForm(request.POST or None, initial={"email": found.email})
    context = {
        "form": form,
        "organisation": found.organisation,
        "by": found.made_by,
        "next": reverse("portal-requests"),
    }
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        return _begin(request, form, _wish(request, given["email"], code, given["name"]), "invitation", context)
    return page(request, None, "invitation", context, status=422 if form.errors else 200)


@require_POST
@gate.signed_in
def sign_out(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The browser gives its token back."""
    del request
    enrolment.sign_out(visitor)
    response = redirect("portal-sign-in")
    gate.let_out(response)
    return response


def _network(request: HttpRequest) -> str:
    return network_of_address(str(request.META.get("REMOTE_ADDR", "")))


def _wish(request: HttpRequest, email: str, invitation: str = "", name: str = "") -> Wish:
    """What the browser wishes, named as a list of devices names it."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return Wish(
        kind=DeviceKind.BROWSER,
        device_name=", ".join(part for part in (browser, system) if part) or _("browser"),
        email=email,
        invitation=invitation,
        name=name.replace("\0", ""),
        language=(get_language() or "ru")[:2],
    )
