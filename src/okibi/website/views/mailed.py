"""A mailed version behind its personal link: first a page (mail scanners open links), then the file; the way out."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from okibi.articles.markup import as_html
from okibi.flows import mobile_mailing
from okibi.flows.links import mobile_version
from okibi.kernel.clock import now
from okibi.kernel.errors import NotAllowedError
from okibi.mailings import progress
from okibi.schemes.services import in_force
from okibi.website.android import steps_open_for
from okibi.website.handing_out import hand_out, is_beginning, share
from okibi.website.pages import private_page

View = Callable[..., HttpResponseBase]


def _gone(request: HttpRequest, error: NotAllowedError) -> HttpResponse:
    return private_page(request, "website/mailed_dead.html", {"why": error.sentence}, status=404)


def _or_gone(view: View) -> View:
    """What leads nowhere is answered by a page that says so."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotAllowedError as error:
            return _gone(request, error)

    return answered


def _language_of(request: HttpRequest, language: str) -> Any:
    """The letter's language, unless the reader has chosen one on the site."""
    chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    return translation.override(translation.get_language() if chosen else language)


@require_safe
@_or_gone
def version(request: HttpRequest, token: str) -> HttpResponse:
    """What the version is and how to install it; opening it fetches nothing and tells nothing: programs do, too."""
    link = progress.link_of(token)
    release, scheme = link.line.mailing.release, in_force(now()).scheme
    with _language_of(request, link.line.language):
        language = translation.get_language() or "ru"
        product = scheme.product(release.product)
        steps_open = steps_open_for(request)
        context = {
            "product": product.name.in_language(language) if product else release.product,
            "release": release,
            "notes": mark_safe(as_html(release.notes(language))),  # noqa: S308  cleaned by nh3
            "files": [_shown(token, each) for each in progress.files_of(release)],
            "until": link.expires_at,
            "seen_url": reverse("website-mailed-seen", args=[token]),
            "on_phone": bool(steps_open),
            "steps_open": steps_open,
            "qr": None if steps_open else _qr(mobile_version(token)),
        }
        return private_page(request, "website/mailed.html", context)


@require_safe
@_or_gone
def seen(request: HttpRequest, token: str) -> HttpResponse:
    """An empty style of the page. Browsers ask for it, programs that check mail look at the page alone."""
    link = progress.link_of(token)
    if request.method == "GET":
        progress.note_opened(link)
    headers = {"Cache-Control": "no-store, private", "X-Robots-Tag": "noindex, nofollow"}
    return HttpResponse("", content_type="text/css; charset=utf-8", headers=headers)


def _shown(token: str, artefact: Any) -> dict[str, Any]:
    certificates = artefact.facts.get("certificates") or []
    return {
        "artefact": artefact,
        "url": reverse("website-mailed-file", args=[token, artefact.pk, artefact.name]),
        "certificate": _grouped(str(certificates[0])) if certificates else "",
    }


def _grouped(digest: str) -> str:
    """A fingerprint as Android and keytool write it: ``AB:CD:…``."""
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2)).upper()


def _qr(address: str) -> str:
    """The address as an SVG that a telephone reads from the screen, dark on light in either theme."""
    made = segno.make(address, error="m").svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    return mark_safe(made)  # noqa: S308  drawn by us


@require_safe
@_or_gone
def file(request: HttpRequest, token: str, artefact_id: int, name: str) -> HttpResponseBase:
    """The package itself, whole or in part; what leaves is counted."""
    del name
    link = progress.link_of(token)
    artefact = progress.file_of(link, artefact_id)
    leaves = share(request, artefact)
    if leaves:
        progress.take_download(link, leaves, begins=is_beginning(request, artefact))
    return hand_out(request, artefact, "no-store, private")


@csrf_exempt  # a mail program posts without a page of ours (RFC 8058); the token is the authority
@require_http_methods(["GET", "HEAD", "POST"])
@_or_gone
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """The way out of the registry: a POST takes this one address out, opening the page changes nothing."""
    done = request.method == "POST"
    link = mobile_mailing.leave(token) if done else progress.leaving(token)
    with _language_of(request, link.line.language):
        context = {"address": link.line.address, "done": done}
        return private_page(request, "website/mailed_leave.html", context)
