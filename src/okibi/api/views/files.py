"""Files of a conversation. Everything uploaded is hostile: it is never run, never rendered as a page of ours."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from ninja import Router

from okibi.api.auth import DEVICE, visitor
from okibi.api.given import Id
from okibi.api.problems import ProblemError
from okibi.flows import ipv_conversation as conversation
from okibi.kernel import blobs
from okibi.kernel.parts import NOTHING, span_of

router = Router(tags=["requests"], auth=DEVICE)
SHOWN_IN_PLACE = {"image/png", "image/jpeg", "image/gif", "image/webp"}


@router.get("/files/{file_id}", response={200: None, 206: None}, operation_id="getFile")
def file(request: HttpRequest, file_id: Id) -> HttpResponseBase:
    """An attachment, whole or in part (``Range``). Its ``ETag`` is the SHA-256 of its bytes."""
    found = conversation.file_of(visitor(request), file_id)
    etag = f'"{found.blob_id}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    span = span_of(request, etag, found.size)
    if span == NOTHING:
        raise ProblemError("range_not_satisfiable", headers={"Content-Range": f"bytes */{found.size}"})
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
