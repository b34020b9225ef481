"""Files of a ticket. Everything uploaded is hostile: it is never run, never rendered as a page of ours."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from okibi.console.access import staff_required
from okibi.console.desk.opened import PLAYED, WATCHED
from okibi.kernel import blobs
from okibi.tickets import selectors

SHOWN_IN_PLACE = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"}
RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")
Pieces = Callable[[int, int], Iterator[bytes]]  # from, to (half-open)
R = TypeVar("R", bound=HttpResponseBase)
SANDBOX = "default-src 'none'; sandbox"


def serve(content: bytes, name: str, kind: str) -> HttpResponse:
    """Bytes from outside: pictures may be shown in place, all else is a download; no sniffing, no scripts."""
    return _guarded(HttpResponse(content), name, kind)


def _guarded(response: R, name: str, kind: str) -> R:
    bare = kind.partition(";")[0].strip().lower()
    shown = bare in SHOWN_IN_PLACE or bare in PLAYED or bare in WATCHED
    response.headers["Content-Type"] = bare if shown else "application/octet-stream"
    response.headers["Content-Disposition"] = content_disposition_header(not shown, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def stream(request: HttpRequest, size: int, pieces: Pieces, name: str, kind: str) -> HttpResponseBase:
    """The same of a kept file of any size, in pieces; the one range that a player asks for (RFC 9110 §14.2)."""
    asked = RANGE.fullmatch(request.headers.get("Range", "").strip())
    start, end = 0, size
    partly = asked is not None and asked.groups() != ("", "")
    if asked is not None and partly:
        first, last = asked.groups()
        start = int(first) if first else max(0, size - int(last))
        end = min(size, int(last) + 1) if first and last else size
        if start >= size or end <= start:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = _guarded(StreamingHttpResponse(pieces(start, end)), name, kind)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Length"] = str(end - start)
    if partly:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return response


@staff_required
@require_GET
def message_text(request: HttpRequest, number: str, message_id: int) -> HttpResponse:
    """The whole text of one message, quotes and signature too, as a file."""
    del request
    found = selectors.message_of(selectors.access_ticket(number), message_id)
    whole = "\n\n".join(part for part in (found.text, found.folded) if part)
    return serve(whole.encode(), f"{number}-{message_id}.txt", "text/plain")


@staff_required
@require_GET
def file(request: HttpRequest, number: str, file_id: int, name: str) -> HttpResponseBase:
    """One file of one ticket."""
    del name  # the name stands in the address for people; ours is the one that counts
    found = selectors.attachment_of(selectors.access_ticket(number), file_id)
    return stream(request, found.size, partial(blobs.pieces, found.blob), found.name, found.type)
