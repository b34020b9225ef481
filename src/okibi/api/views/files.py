"""Files of a conversation. Everything uploaded is hostile: it is never run, never rendered as a page of ours."""

import re

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from ninja import Router

from okibi.api.auth import DEVICE, visitor
from okibi.api.given import Id
from okibi.api.problems import ProblemError
from okibi.flows import ipv_conversation as conversation
from okibi.kernel import blobs

router = Router(tags=["requests"], auth=DEVICE)
SHOWN_IN_PLACE = {"image/png", "image/jpeg", "image/gif", "image/webp"}
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


@router.get("/files/{file_id}", response={200: None, 206: None}, operation_id="getFile")
def file(request: HttpRequest, file_id: Id) -> HttpResponseBase:
    """An attachment, whole or in part (``Range``). Its ``ETag`` is the SHA-256 of its bytes."""
    found = conversation.file_of(visitor(request), file_id)
    etag = f'"{found.blob_id}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    span = _span(request, etag, found.size)
    try:
        start, end = span or (0, found.size)
        pieces = blobs.pieces(found.blob, start, end)
    except FileNotFoundError:
        raise ProblemError("not_found") from None
    shown = found.type in SHOWN_IN_PLACE
    response = StreamingHttpResponse(pieces, status=206 if span else 200, content_type=found.type if shown else OCTETS)
    response.headers["Content-Length"] = str(end - start)
    if span:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{found.size}"
    response.headers["Content-Disposition"] = content_disposition_header(not shown, found.name) or "attachment"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.headers["ETag"] = etag
    return response


OCTETS = "application/octet-stream"


def _span(request: HttpRequest, etag: str, size: int) -> tuple[int, int] | None:
    """The one range that was asked for, as half-open bytes; several are answered with the whole (RFC 9110 §14.2)."""
    asked = RANGE.fullmatch(request.headers.get("Range", "").strip())
    if asked is None or asked.groups() == ("", "") or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = asked.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if start >= size or end <= start:
        raise ProblemError("range_not_satisfiable", headers={"Content-Range": f"bytes */{size}"})
    return start, end
