"""The versions that whoever is signed in may fetch, and what runs on their devices."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from okibi.environments.selectors import of_people
from okibi.flows import downloads
from okibi.flows.downloads import Offer, Shelf
from okibi.flows.visitor import Visitor
from okibi.kernel.clock import now
from okibi.policy.downloads import WHY
from okibi.portal.gate import said, signed_in
from okibi.portal.pages import page
from okibi.schemes.services import in_force


@require_safe
@signed_in
def versions(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Every product that has a version to fetch, with the newest that is theirs."""
    key = downloads.key_of_visitor(visitor)
    shelves = [_shelf(each, key) for each in downloads.for_visitor(visitor)]
    return page(request, visitor, "versions", {"shelves": shelves, "running": _running(visitor)})


def _shelf(shelf: Shelf, key: str) -> dict[str, Any]:
    offers = [shelf.current, *shelf.older]
    mine = next((each for each in offers if each.access.given), None)
    address = f"/download/{shelf.product.code}/"
    return {
        "name": said(shelf.product.name),
        "about": said(shelf.product.kind),
        "current": shelf.current.release.version,
        "mine": _row(mine, address, key) if mine else None,
        "is_current": mine is shelf.current,
        "why": "" if shelf.current.access.why is None else said(WHY[shelf.current.access.why]),
        "url": f"{address}?{urlencode({'key': key})}",
    }


def _row(offer: Offer, address: str, key: str) -> dict[str, Any]:
    query = urlencode({"key": key})
    return {
        "version": offer.release.version,
        "at": offer.release.published_at,
        "files": [
            {
                "name": each.name,
                "platform": each.get_platform_display(),
                "kind": each.get_kind_display(),
                "size": each.size,
                "url": f"{address}{each.pk}/{each.name}?{query}",
            }
            for each in offer.files
        ],
    }


def _running(visitor: Visitor) -> list[dict[str, str]]:
    """The visitor's own devices that said what they run."""
    names = {part.code: said(part.name) for part in in_force(now()).scheme.products}
    rows = of_people([visitor.person_id]) if visitor.person_id is not None else []
    return [
        {"name": each.name or each.public_id, "value": f"{names.get(each.product, each.product)} {each.version}"}
        for each in rows
        if each.version and each.revoked_at is None
    ]
