"""Files that come in pieces before their form is sent (tus 1.0): a broken line costs the last piece only."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from okibi.flows import tus
from okibi.flows.tus import Door
from okibi.flows.visitor import Visitor
from okibi.kernel.rates import Rate, count
from okibi.portal.files import owner_of
from okibi.portal.gate import signed_in

PIECES = Rate("portal-uploads", 600, 60)  # calls of one browser
KEY_LENGTH = 100


@signed_in
def uploads(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Begin an upload."""
    return _answered(visitor, lambda: tus.uploads(request, _door(visitor)))


@signed_in
def upload(request: HttpRequest, visitor: Visitor, upload_id: str) -> HttpResponseBase:
    """Ask how much of an own upload arrived, bring more, or give it up."""
    return _answered(visitor, lambda: tus.upload(request, upload_id, _door(visitor)))


def _door(visitor: Visitor) -> Door:
    return Door(lambda _: owner_of(visitor), lambda request: request.headers.get("Idempotency-Key", "")[:KEY_LENGTH])


def _answered(visitor: Visitor, act: Callable[[], HttpResponse]) -> HttpResponse:
    counted = count(PIECES, visitor.device)
    if not counted.allowed:
        return HttpResponse(status=429, headers={"Retry-After": str(counted.reset)})
    return tus.in_words(act)
