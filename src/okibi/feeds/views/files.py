"""Files of releases that are offered now. A halted or withdrawn release's are not served, whatever is signed."""

import re
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from okibi.feeds import answers
from okibi.feeds.asking import guarded, said, shown
from okibi.flows import update_offers
from okibi.kernel.errors import NotAllowedError
from okibi.releases import selectors
from okibi.releases.services import GONE

if TYPE_CHECKING:
    from okibi.releases.models import Artefact

_NAME = re.compile(r"(?P<sha256>[0-9a-f]{64})\.[A-Za-z0-9._+-]{1,255}")


@require_safe
@guarded
def target(request: HttpRequest, product: str, version: str, name: str, key: str = "") -> HttpResponseBase:
    """A target as metadata names it, its SHA-256 before its name."""
    return _given(request, product, version, name, key)


@require_safe
@guarded
def download(request: HttpRequest, product: str, version: str, name: str, key: str = "") -> HttpResponseBase:
    """The same for feeds; a link of the feed opens it too."""
    return _given(request, product, version, name, key)


@require_safe
@guarded
def package(request: HttpRequest, product: str, name: str, key: str = "") -> HttpResponseBase:
    """A package by its bare name, beside the feed that named it: Velopack knows no other place."""
    return _answer(request, selectors.offered_package(product, name), key)


def _given(request: HttpRequest, product: str, version: str, name: str, key: str) -> HttpResponseBase:
    asked = _NAME.fullmatch(name)
    if asked is None:
        raise NotAllowedError(GONE)
    return _answer(request, selectors.offered_file(product, version, asked["sha256"]), key)


def _answer(request: HttpRequest, found: "Artefact", key: str) -> HttpResponseBase:
    right = shown(request, key)
    free = update_offers.file_for(found, right, said(request, "link"))
    caching = answers.FOR_EVER if free else answers.OWN
    return answers.file(request, found.blob, found.name, found.kind, caching)
