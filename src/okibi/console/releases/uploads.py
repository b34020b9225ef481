"""Packages come in pieces (tus 1.0): a broken line costs the last piece only."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from okibi.accounts.roles import Role
from okibi.console.access import staff_of
from okibi.console.customers.gate import page, said
from okibi.flows import tus
from okibi.flows.tus import Door, TusRefusedError
from okibi.kernel.errors import ConflictError, NotAllowedError, OkibiError

MAKERS = (Role.RELEASES,)
KEY_LENGTH = 100
STATUS = {  # where the family alone would say something else
    "uploads.too_large": 413,
    "uploads.quota": 413,
    "uploads.beyond_end": 413,
    "uploads.locked": 423,
    "uploads.checksum": 460,
}


def owner_of(request: HttpRequest) -> str:
    """Under whose name uploads are kept."""
    return f"releases:{staff_of(request).pk}"


@page(roles=MAKERS)
def uploads(request: HttpRequest) -> HttpResponse:
    """Begin an upload."""
    return _answered(lambda: tus.uploads(request, _door()))


@page(roles=MAKERS)
def upload(request: HttpRequest, upload_id: str) -> HttpResponse:
    """Ask how much of an own upload arrived, bring more, or give it up."""
    return _answered(lambda: tus.upload(request, upload_id, _door()))


def _door() -> Door:
    return Door(owner_of, lambda request: request.headers.get("Idempotency-Key", "")[:KEY_LENGTH])


def _answered(act: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        return act()
    except TusRefusedError as error:
        return HttpResponse(status=error.status, headers=error.headers)
    except NotAllowedError:
        return HttpResponse(status=404)
    except OkibiError as error:
        status = STATUS.get(error.code) or (409 if isinstance(error, ConflictError) else 422)
        return HttpResponse(said(error.sentence), status=status, content_type="text/plain; charset=utf-8")
