"""Files of a ticket. Everything uploaded is hostile: it is never run, never rendered as a page of ours."""

import re

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from okibi.console.access import staff_required
from okibi.console.desk.opened import PLAYED
from okibi.kernel import blobs
from okibi.tickets import selectors

SHOWN_IN_PLACE = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"}
RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")
SANDBOX = "default-src 'none'; sandbox"


def serve(content: bytes, name: str, kind: str) -> HttpResponse:
    """Bytes from outside: pictures may be shown in place, all else is a download; no sniffing, no scripts."""
    bare = kind.partition(";")[0].strip().lower()
    shown = bare in SHOWN_IN_PLACE or bare in PLAYED
    response = HttpResponse(content, content_type=bare if shown else "application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(not shown, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def part_of(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The one range of bytes that a player asks for (RFC 9110 §14.2), else the whole."""
    response.headers["Accept-Ranges"] = "bytes"
    asked = RANGE.fullmatch(request.headers.get("Range", "").strip())
    size = len(response.content)
    if asked is None or asked.groups() == ("", ""):
        return response
    first, last = asked.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if start >= size or end <= start:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response.content = response.content[start:end]
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
def file(request: HttpRequest, number: str, file_id: int, name: str) -> HttpResponse:
    """One file of one ticket."""
    del name  # the name stands in the address for people; ours is the one that counts
    found = selectors.attachment_of(selectors.access_ticket(number), file_id)
    return part_of(request, serve(blobs.read(found.blob), found.name, found.type))
