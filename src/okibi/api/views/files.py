"""Files of a conversation. Everything uploaded is hostile: it is never run, never rendered as a page of ours."""

from django.http import HttpRequest, HttpResponseBase
from ninja import Router

from okibi.api.auth import DEVICE, visitor
from okibi.api.given import Id
from okibi.api.problems import ProblemError
from okibi.flows import ipv_conversation as conversation
from okibi.kernel import file_answers

router = Router(tags=["requests"], auth=DEVICE)
OCTETS = "application/octet-stream"
SHOWN_IN_PLACE = {"image/png", "image/jpeg", "image/gif", "image/webp"}


@router.get("/files/{file_id}", response={200: None, 206: None}, operation_id="getFile")
def file(request: HttpRequest, file_id: Id) -> HttpResponseBase:
    """An attachment, whole or in part (``Range``). Its ``ETag`` is the SHA-256 of its bytes."""
    found = conversation.file_of(visitor(request), file_id)
    shown = found.type in SHOWN_IN_PLACE
    given = file_answers.answer(
        request,
        found.blob,
        found.name,
        found.type if shown else OCTETS,
        "private, max-age=3600",
        shown=shown,
        headers={"Content-Security-Policy": "default-src 'none'; sandbox"},
    )
    if given.status_code == 416:
        raise ProblemError("range_not_satisfiable", headers={"Content-Range": given.headers["Content-Range"]})
    if given.status_code == 404:
        raise ProblemError("not_found")
    return given
