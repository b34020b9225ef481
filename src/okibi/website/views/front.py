"""The front page: what to do now."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from okibi.kernel.clock import now
from okibi.schemes.services import in_force
from okibi.website.pages import page
from okibi.website.ways import telephone_now, ways_of


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The scheme's ways to ask, the preferred one first, and whether the telephone is answered at this moment."""
    scheme = in_force(now()).scheme
    context: dict[str, Any] = {
        "ways": ways_of(scheme),
        "lamp": telephone_now(scheme),
        "contacts": scheme.vendor.contacts,
        "vendor": scheme.vendor,
    }
    return page(request, "website/front.html", context)


HIDDEN = ("/where/", "/who/", "/d/", "/u/", "/request/", "/portal/", "/console/", "/accounts/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Everything public may be found; personal pages and the console may not."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in HIDDEN),
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Browsers that ask for the old name get the mark."""
    return redirect(static("okibi/mark.svg"))
