"""Who stands at the portal's door: the device whose token is in the cookie, and what it may open.

What is not the visitor's answers 404 like what is not there; who shows no living token is asked to sign in.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast, overload
from urllib.parse import unquote, urlencode, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from okibi.environments.errors import UnknownInvitationError
from okibi.flows.visitor import Visitor, visitor_of
from okibi.kernel.errors import NotAllowedError, OkibiError
from okibi.kernel.sentence import Sentence

COOKIE = "okibi_portal"
LIVES = 90 * 24 * 3600  # seconds
WAITING = "okibi_portal_enrolment"  # id and secret of a sign-in that waits for its code
WAITING_LIVES = 15 * 60

View = Callable[..., HttpResponseBase]
V = TypeVar("V", bound=View)


def visitor_or_none(request: HttpRequest) -> Visitor | None:
    """Who shows a living token; one query."""
    token = request.COOKIES.get(COOKIE, "")
    try:
        return visitor_of(token) if token else None
    except NotAllowedError:
        return None


@overload
def signed_in(view: V) -> V: ...
@overload
def signed_in(*, person: bool = False, admin: bool = False) -> Callable[[V], V]: ...
def signed_in(view: View | None = None, *, person: bool = False, admin: bool = False) -> Any:
    """A view ``(request, visitor, …)`` for who signed in; ``person``: proved; ``admin``: of their organisation."""

    def decorate(inner: View) -> View:
        @wraps(inner)
        @never_cache
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            visitor = visitor_or_none(request)
            if visitor is None:
                return _to_sign_in(request)
            if (person and visitor.person_id is None) or (admin and not visitor.is_admin):
                raise Http404
            try:
                response = inner(request, visitor, *args, **kwargs)
            except (NotAllowedError, UnknownInvitationError) as error:
                raise Http404(said(error.sentence)) from error
            keep_apart(response)
            return response

        return cast("View", answered)

    return decorate(view) if view else decorate


def keep_apart(response: HttpResponseBase) -> None:
    """A page of one person's: kept by nobody, found by no search engine."""
    response.headers.setdefault("Cache-Control", "no-store, private")
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("HX-Request") or request.headers.get("Tus-Resumable"):  # a script asks, no reader
        return HttpResponse(status=401)
    address = reverse("portal-sign-in")
    if request.method in {"GET", "HEAD"} and request.path != reverse("portal-requests"):
        address += "?" + urlencode({"next": request.get_full_path()})
    response = HttpResponseRedirect(address)
    if COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, path="/portal/", samesite="Lax")
    return response


def let_in(response: HttpResponseBase, token: str) -> None:
    """The browser keeps the device's token: no script reads it, no other site sends it with a form."""
    response.set_cookie(COOKIE, token, max_age=LIVES, path="/portal/", httponly=True, samesite="Lax", secure=_secure())
    response.delete_cookie(WAITING, path="/portal/", samesite="Lax")


def let_out(response: HttpResponseBase) -> None:
    """The browser forgets the token."""
    response.delete_cookie(COOKIE, path="/portal/", samesite="Lax")


def wait_for_code(response: HttpResponseBase, enrolment_id: str, secret: str) -> None:
    """The browser keeps what only it may ask for the token with."""
    value = f"{enrolment_id}.{secret}"
    response.set_cookie(
        WAITING, value, max_age=WAITING_LIVES, path="/portal/", httponly=True, samesite="Lax", secure=_secure()
    )


def waiting(request: HttpRequest) -> tuple[str, str] | None:
    """Id and secret of the sign-in that this browser began."""
    enrolment_id, _, secret = request.COOKIES.get(WAITING, "").partition(".")
    return (enrolment_id, secret) if enrolment_id and secret else None


def inner_address(given: str) -> str:
    """Where to go after the sign-in: an address of the portal, else its first page."""
    safe = url_has_allowed_host_and_scheme(given, allowed_hosts=None) and given.startswith("/portal/")
    path = unquote(urlsplit(given).path) if safe else ""
    return given if safe and ".." not in path.split("/") and "\\" not in path else reverse("portal-requests")


def said(sentence: Sentence) -> str:
    """A sentence in the reader's language."""
    return sentence.in_language(get_language() or "ru")


def why(error: OkibiError) -> str:
    """What an error says to the reader."""
    return said(error.sentence)


def _secure() -> bool:
    return bool(settings.SESSION_COOKIE_SECURE)
