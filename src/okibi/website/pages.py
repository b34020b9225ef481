"""What every page of the public site shares: its sections, and headers for pages that are one person's own."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def sections(request: HttpRequest) -> list[dict[str, Any]]:
    """The site's navigation, the section that is shown marked."""
    items = [
        (pgettext("site", "Start"), reverse("website-front")),
        (_("Place a request"), reverse("website-request")),
        (_("Where is my request"), reverse("website-where-ask")),
        (pgettext("site", "Help"), reverse("website-help")),
        (pgettext("site", "Downloads"), reverse("website-downloads")),
        (_("Support scheme"), reverse("website-scheme")),
        (_("My requests"), "/portal/"),
    ]
    here = request.path
    start = items[0][1]
    return [
        {"label": label, "url": url, "current": here == url or (url != start and here.startswith(url))}
        for label, url in items
    ]


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page that everybody may see."""
    shared = {"site_nav": sections(request), "site_folds": True}  # into a menu where there is no room for a row
    return render(request, template, {**shared, **(context or {})}, status=status)


def private_page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page behind a personal link: kept by nobody, found by no search engine.

    Its address never leaves in a Referer: the product's policy ``same-origin`` sees to that. (``no-referrer`` would
    make browsers send ``Origin: null`` with the page's own forms, which the check against forged requests must refuse.)
    """
    response = page(request, template, context, status=status)
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
