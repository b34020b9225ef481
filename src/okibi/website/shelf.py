"""Versions of a product as the download page shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, pgettext

from okibi.articles.markup import as_html
from okibi.policy.downloads import WHY
from okibi.policy.platforms import Requirement
from okibi.website.present import spoken
from okibi.website.published_words import megabytes, megahertz

if TYPE_CHECKING:
    from okibi.flows.downloads import Offer, Shelf
    from okibi.releases.models import Artefact


def shelf_row(shelf: Shelf) -> dict[str, Any]:
    """A product in the list."""
    return {
        "name": spoken(shelf.product.name),
        "about": spoken(shelf.product.kind),
        "version": shelf.current.release.version,
        "at": shelf.current.release.published_at,
        "url": reverse("website-download", args=[shelf.product.code]),
    }


def shelf_view(shelf: Shelf, needed: Requirement | None, key: str) -> dict[str, Any]:
    """A product's page. ``key``: of who looks, carried by the addresses of files."""
    code = shelf.product.code
    return {
        "code": code,
        "product": spoken(shelf.product.name),
        "about": spoken(shelf.product.kind),
        "current": offer_view(shelf.current, code, key),
        "older": [offer_view(each, code, key) for each in shelf.older],
        "free": shelf.free,
        "trial_days": shelf.trial_days,
        "trial_url": reverse("website-trial", args=[code]) if shelf.trial_days else "",
        "needs": needs_of(needed) if needed else [],
    }


def offer_view(offer: Offer, product: str, key: str) -> dict[str, Any]:
    """One version with its files; ``why``: what keeps the reader from it."""
    release = offer.release
    language = get_language() or "ru"
    given = offer.access.given
    return {
        "version": release.version,
        "at": release.published_at,
        "notes": mark_safe(as_html(release.notes(language))),  # noqa: S308  cleaned by nh3
        "notes_language": "en" if language == "en" and release.notes_en else "ru",
        "given": given,
        "why": "" if offer.access.why is None else spoken(WHY[offer.access.why]),
        "files": [_file_view(each, product, key if given else "") for each in offer.files],
    }


def _file_view(artefact: Artefact, product: str, key: str) -> dict[str, Any]:
    query = f"?{urlencode({'key': key})}" if key else ""
    architecture = artefact.get_architecture_display() if artefact.architecture != "any" else ""
    return {
        "name": artefact.name,
        "platform": " ".join(filter(None, [artefact.get_platform_display(), architecture])),
        "kind": artefact.get_kind_display(),
        "size": artefact.size,
        "sha256": artefact.sha256,
        "windows": artefact.platform == "windows",
        "url": reverse("website-download-file", args=[product, artefact.pk, artefact.name]) + query,
    }


def needs_of(needed: Requirement) -> list[dict[str, str]]:
    """What the scheme demands of a machine, as name and value."""
    or_newer, or_more = pgettext("scheme", "%(what)s or newer"), pgettext("scheme", "%(what)s or more")
    rows = [(pgettext("scheme", "Operating system"), or_newer % {"what": needed.os})]
    if needed.dotnet:
        rows.append((pgettext("scheme", "Runtime"), or_newer % {"what": f"Microsoft .NET Framework {needed.dotnet}"}))
    if needed.cpu_mhz:
        rows.append((pgettext("scheme", "Processor"), or_more % {"what": megahertz(needed.cpu_mhz)}))
    if needed.ram_mb:
        rows.append((pgettext("scheme", "Memory"), or_more % {"what": megabytes(needed.ram_mb)}))
    if needed.disk_mb:
        sizes = ", ".join(f"{megabytes(size)} ({arch.value})" for arch, size in needed.disk_mb.items())
        rows.append((pgettext("scheme", "Free disk"), sizes))
    return [{"name": name, "value": value} for name, value in rows]
