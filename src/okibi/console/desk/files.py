"""Files of a ticket. Everything uploaded is hostile: it is never run, never rendered as a page of ours."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from okibi.console.access import staff_required
from okibi.kernel import blobs
from okibi.tickets import selectors

SHOWN_IN_PLACE = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"}
SANDBOX = "default-src 'none'; sandbox"


def serve(content: bytes, name: str, kind: str) -> HttpResponse:
    """Bytes from outside: pictures may be shown in place, all else is a download; no sniffing, no scripts."""
    shown = kind in SHOWN_IN_PLACE
    response = HttpResponse(content, content_type=kind if shown else "application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(not shown, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, max-age=3600"
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
    del request, name  # the name stands in the address for people; ours is the one that counts
    found = selectors.attachment_of(selectors.access_ticket(number), file_id)
    return serve(blobs.read(found.blob), found.name, found.type)
