"""Answers as caches understand them: ETag, 304, how long; and files by parts (RFC 9110 §14)."""

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from okibi.kernel import blobs
from okibi.kernel.parts import NOTHING, span_of
from okibi.releases.kinds import media_type_of

if TYPE_CHECKING:
    from okibi.kernel.models import Blob

FOR_EVER = "public, max-age=31536000, immutable"
SHORT = "public, max-age=60"
OWN = "private, no-cache"


def document(request: HttpRequest, body: bytes, type_: str, caching: str) -> HttpResponse:
    """A small answer with an ETag of its bytes; 304 for who has it."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": caching}
    if _has(request, etag):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(body, content_type=type_, headers=headers)


def as_json(request: HttpRequest, value: Mapping[str, Any], caching: str) -> HttpResponse:
    """JSON in UTF-8, keys in a fixed order."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return document(request, body, "application/json", caching)


def file(request: HttpRequest, blob: "Blob", name: str, kind: str, caching: str) -> HttpResponseBase:
    """A stored file, whole or in one part; its ETag is its SHA-256. 416 for a part that is not there."""
    etag = f'"{blob.sha256}"'
    headers = {"ETag": etag, "Cache-Control": caching, "Accept-Ranges": "bytes"}
    if _has(request, etag):
        return HttpResponse(status=304, headers=headers)
    span = span_of(request, etag, blob.size)
    if span == NOTHING:
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{blob.size}"})
    start, end = span or (0, blob.size)
    headers["Content-Length"] = str(end - start)
    headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    if span:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{blob.size}"
    type_, status = media_type_of(kind), 206 if span else 200
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=type_, headers=headers)
    try:
        pieces = blobs.pieces(blob, start, end)
    except FileNotFoundError:
        return HttpResponse(status=404)
    return StreamingHttpResponse(pieces, status=status, content_type=type_, headers=headers)


def _has(request: HttpRequest, etag: str) -> bool:
    given = [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]
    return etag in given or "*" in given
