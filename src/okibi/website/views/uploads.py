"""Files of the site's forms, in pieces before the form is sent. The token of the opened form stands in the address."""

import math
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from okibi.flows import tus
from okibi.flows.tus import Door
from okibi.kernel.rates import Rate, count
from okibi.website import pieces
from okibi.website.limits import network_of
from okibi.website.opened import too_fast

PIECES = Rate("site-uploads", 1200, 60)  # calls of one network
FILES = Rate("site-upload-files", 100, 3600)  # that one network begins: an office of many people shares one address
KILOBYTES = Rate("site-upload-kb", 2 * 1024 * 1024, 3600)  # that one network announces
KEY_LENGTH = 100


def uploads(request: HttpRequest, opened: str) -> HttpResponse:
    """Begin an upload."""
    return _answered(request, opened, lambda door: tus.uploads(request, door))


def upload(request: HttpRequest, opened: str, upload_id: str) -> HttpResponse:
    """Ask how much of an upload of this form arrived, bring more, or give it up."""
    return _answered(request, opened, lambda door: tus.upload(request, upload_id, door))


def _answered(request: HttpRequest, opened: str, act: Callable[[Door], HttpResponse]) -> HttpResponse:
    network = network_of(request)
    counted = count(PIECES, network)
    wait = too_fast(opened) if counted.allowed else counted.reset
    if wait:
        return _later(math.ceil(wait))
    try:
        return tus.in_words(lambda: act(_door(opened, network)))
    except _TooManyError as error:
        return _later(error.seconds)


def _door(opened: str, network: str) -> Door:
    owner = pieces.owner_of(opened)
    if not owner:
        raise pieces.OverError
    return Door(lambda _: owner, _key, pieces.room(), lambda size: _count(network, size))


def _key(request: HttpRequest) -> str:
    return request.headers.get("Idempotency-Key", "")[:KEY_LENGTH]


class _TooManyError(Exception):
    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def _count(network: str, size: int) -> None:
    pieces.check_room(size)
    files = count(FILES, network)
    kilobytes = count(KILOBYTES, network, max(1, min(size, pieces.largest()) // 1024))
    for each in (files, kilobytes):
        if not each.allowed:
            raise _TooManyError(each.reset)


def _later(seconds: int) -> HttpResponse:
    return HttpResponse(status=429, headers={"Retry-After": str(seconds)})
