"""The answer to "give me this file": whole or in one part, and only if it changed (RFC 9110 §13, §14).

One for every door. Its ETag is the SHA-256 of the bytes. Where a proxy can read the folder of files
(``OKIBI_FILES_BY_PROXY``), it sends large files and answers parts by itself; small ones lie in the database.
"""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from okibi.kernel import blobs
from okibi.kernel.models import Blob
from okibi.kernel.parts import NOTHING, span_of

BEGINNING = 65536  # bytes of a large file; of a smaller one its first hundredth
SENDFILE = "sendfile"  # the setting's word for Apache and lighttpd, which take a path of the disk


def answer(
    request: HttpRequest,
    blob: Blob,
    name: str,
    type_: str,
    caching: str,
    *,
    shown: bool = False,
    by_proxy: bool = False,
    headers: Mapping[str, str] | None = None,
) -> HttpResponseBase:
    """A stored file under a name. 304, 206, 416 as asked; 404 where the folder lost it.

    ``shown``: a browser may show it in place, else it is a download. ``by_proxy``: for files of our own alone, for a
    proxy drops ``headers`` that guard against hostile ones.
    """
    etag = f'"{blob.sha256}"'
    found = {
        "ETag": etag,
        "Cache-Control": caching,
        "Accept-Ranges": "bytes",
        "Content-Disposition": content_disposition_header(not shown, name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        **(headers or {}),
    }
    if is_known(request, etag):
        return HttpResponse(status=304, headers={"ETag": etag, "Cache-Control": caching})
    proxy = _proxy(blob) if by_proxy else {}
    if proxy:
        return HttpResponse(content_type=type_, headers=found | proxy)
    span = span_of(request, etag, blob.size)
    if span == NOTHING:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{blob.size}"})
    start, end = span or (0, blob.size)
    found["Content-Length"] = str(end - start)
    if span:
        found["Content-Range"] = f"bytes {start}-{end - 1}/{blob.size}"
    status = 206 if span else 200
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=type_, headers=found)
    try:
        pieces = blobs.pieces(blob, start, end)
    except FileNotFoundError:
        return HttpResponse(status=404)
    return StreamingHttpResponse(pieces, status=status, content_type=type_, headers=found)


def begins(request: HttpRequest, blob: Blob) -> bool:
    """Whether the beginning of the file is asked for: what is resumed, looked at by HEAD or known is no new download.

    Its first bytes can be guessed, so that a part that begins soon after them is a beginning too. A proxy has ETags of
    its own, so that beside one every part that begins later is a resumed download.
    """
    etag = f'"{blob.sha256}"'
    if request.method != "GET" or is_known(request, etag):
        return False
    span = span_of(request, request.headers.get("If-Range", etag) if _proxy(blob) else etag, blob.size)
    return span is None or (span != NOTHING and span[0] < max(1, min(BEGINNING, blob.size // 100)))


def most_sent(request: HttpRequest, blob: Blob) -> int:
    """How many bytes of the file the answer has at most: a proxy that knows another ETag gives the whole."""
    etag = f'"{blob.sha256}"'
    if request.method != "GET" or is_known(request, etag):
        return 0
    span = span_of(request, "" if _proxy(blob) else etag, blob.size)
    start, end = span or (0, blob.size)
    return end - start


def is_known(request: HttpRequest, etag: str) -> bool:
    """Whether who asks has these bytes already (``If-None-Match``)."""
    given = [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]
    return etag in given or "*" in given


def _proxy(blob: Blob) -> dict[str, str]:
    """The header by which the proxy finds the bytes; empty without one, and for bytes that lie in the database."""
    place = str(settings.OKIBI_FILES_BY_PROXY).rstrip("/")
    if not place or blob.size <= blobs.INLINE_LIMIT:
        return {}
    if place == SENDFILE:
        return {"X-Sendfile": str(blobs.path_of(blob.sha256))}
    digest = blob.sha256
    return {"X-Accel-Redirect": f"{place}/{digest[:2]}/{digest[2:4]}/{digest}"}
