"""A version's file as browsers and download managers fetch it: whole or in one part, and only if it changed (RFC 9110).

Where a proxy stands before us that can read the folder of files, it sends the bytes and answers ranges itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from okibi.kernel import blobs
from okibi.kernel.parts import NOTHING, span_of
from okibi.releases.kinds import media_type_of

if TYPE_CHECKING:
    from okibi.releases.models import Artefact


def is_beginning(request: HttpRequest, artefact: Artefact) -> bool:
    """Whether the first byte is asked for: what is resumed or asked for by HEAD counts as no new download."""
    if request.method != "GET" or _is_known(request, artefact):
        return False
    span = span_of(request, f'"{artefact.sha256}"', artefact.size)
    return span is None or (span != NOTHING and span[0] == 0)


def hand_out(request: HttpRequest, artefact: Artefact) -> HttpResponseBase:
    """The file's answer; its ETag is the SHA-256 of its bytes. 304, 206, 416 as asked; 404 where the folder lost it."""
    headers = {
        "ETag": f'"{artefact.sha256}"',
        "Cache-Control": "private, no-cache",
        "Accept-Ranges": "bytes",
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=artefact.name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }
    type_ = media_type_of(artefact.kind)
    if _is_known(request, artefact):
        return HttpResponse(status=304, headers={name: headers[name] for name in ("ETag", "Cache-Control")})
    proxy = _by_proxy(artefact)
    if proxy:
        return HttpResponse(content_type=type_, headers=headers | {"X-Accel-Redirect": proxy})
    span = span_of(request, f'"{artefact.sha256}"', artefact.size)
    if span == NOTHING:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{artefact.size}"})
    start, end = span or (0, artefact.size)
    headers["Content-Length"] = str(end - start)
    if span:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{artefact.size}"
    status = 206 if span else 200
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=type_, headers=headers)
    try:
        pieces = blobs.pieces(artefact.blob, start, end)
    except FileNotFoundError:
        return HttpResponse(status=404)
    return StreamingHttpResponse(pieces, status=status, content_type=type_, headers=headers)


def _by_proxy(artefact: Artefact) -> str:
    """Where the proxy finds the bytes; "" without one, and for small files, whose bytes lie in the database."""
    place = str(settings.OKIBI_FILES_BY_PROXY).rstrip("/")
    if not place or artefact.size <= blobs.INLINE_LIMIT:
        return ""
    digest = artefact.sha256
    return f"{place}/{digest[:2]}/{digest[2:4]}/{digest}"


def _is_known(request: HttpRequest, artefact: Artefact) -> bool:
    given = [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]
    return f'"{artefact.sha256}"' in given or "*" in given
