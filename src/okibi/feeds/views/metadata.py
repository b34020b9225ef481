"""Metadata of The Update Framework as static files: numbered ones never change, ``timestamp.json`` soon."""

import re

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from okibi.feeds import answers
from okibi.releases import selectors

_NAME = re.compile(r"(?:(?P<version>[1-9]\d{0,8})\.(?P<role>[a-z0-9-]{1,64})|(?P<newest>timestamp))\.json")


@require_safe
def metadata(request: HttpRequest, name: str, key: str = "") -> HttpResponseBase:  # noqa: ARG001  metadata is open
    """One file; anybody may have it. A version that is not there yet may come any moment: nobody keeps the 404."""
    asked = _NAME.fullmatch(name)
    if asked is None:
        return _none()
    version = int(asked["version"]) if asked["version"] else None
    found = selectors.trusted(asked["role"] or asked["newest"], version)
    if found is None:
        return _none()
    caching = answers.FOR_EVER if version else answers.SHORT
    return answers.document(request, bytes(found.body), "application/json", caching)


def _none() -> HttpResponse:
    return HttpResponse(status=404, headers={"Cache-Control": "no-store"})
