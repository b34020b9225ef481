"""Files of a ticket. Everything uploaded is hostile: it is never run, never rendered as a page of ours."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from okibi.console.access import staff_required
from okibi.console.desk.opened import PLAYED, WATCHED
from okibi.kernel import file_answers
from okibi.tickets import selectors

if TYPE_CHECKING:
    from okibi.kernel.models import Blob

SHOWN_IN_PLACE = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"}
SANDBOX = "default-src 'none'; sandbox"
CACHING = "private, max-age=3600"


def serve(content: bytes, name: str, kind: str) -> HttpResponse:
    """Bytes from outside: pictures may be shown in place, all else is a download; no sniffing, no scripts."""
    shown, type_ = _shown(kind)
    return HttpResponse(
        content,
        content_type=type_,
        headers={
            "Content-Disposition": content_disposition_header(not shown, name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": SANDBOX,
            "Cache-Control": CACHING,
        },
    )


def hand_out(request: HttpRequest, blob: "Blob", name: str, kind: str) -> HttpResponseBase:
    """The same of a kept file of any size, in pieces and in the parts that a player asks for."""
    shown, type_ = _shown(kind)
    guard = {"Content-Security-Policy": SANDBOX}
    return file_answers.answer(request, blob, name, type_, CACHING, shown=shown, headers=guard)


def _shown(kind: str) -> tuple[bool, str]:
    bare = kind.partition(";")[0].strip().lower()
    shown = bare in SHOWN_IN_PLACE or bare in PLAYED or bare in WATCHED
    return shown, bare if shown else "application/octet-stream"


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
    return hand_out(request, found.blob, found.name, found.type)
