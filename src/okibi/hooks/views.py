"""One view for every service that pushes. Nobody signs in here: what counts is the proof that each push bears."""

from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from okibi.channels.hook import CallerTeller, HookTaker
from okibi.channels.messenger import file_links
from okibi.channels.registry import ADAPTERS, channel
from okibi.flows.phone_contact import contact
from okibi.kernel import blobs
from okibi.kernel.errors import NotAllowedError
from okibi.kernel.hook import HookRequest

LARGEST = 4 * 1024 * 1024  # bytes of one push; Meta's largest has 3 MB


@csrf_exempt
@require_http_methods(["GET", "POST"])
def hook(request: HttpRequest, kind: str, account: str, rest: str = "") -> HttpResponse:
    """A push or a handshake. 200 only once everything in it is on disk; anything else makes the service try again."""
    taker = channel(kind) if kind in ADAPTERS else None
    if not isinstance(taker, HookTaker):
        return HttpResponse(status=404)
    body = request.read(LARGEST + 1) if request.method == "POST" else b""
    if len(body) > LARGEST:
        return HttpResponse(status=413)
    answer = taker.take_hook(
        account,
        HookRequest(
            method=request.method or "GET",
            query={key: value for key, value in request.GET.items() if isinstance(value, str)},
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
            content_type=request.content_type or "",
            path=rest,
        ),
    )
    if answer.question is not None and isinstance(taker, CallerTeller):
        known = contact(answer.question.e164)
        answer = taker.tell_caller(account, known.name, known.responsible)
    return HttpResponse(
        answer.body, status=answer.status, content_type=answer.content_type, headers=dict(answer.headers)
    )


@require_GET
def file(request: HttpRequest, signed: str) -> HttpResponseBase:  # noqa: ARG001
    """A file of an answer, for a service that fetches by itself what it is to send."""
    try:
        blob, type_, name = file_links.opened(signed)
        content = blobs.stream(blob)
    except (NotAllowedError, FileNotFoundError):
        return HttpResponse(status=404)
    return FileResponse(
        content,
        content_type=type_ or "application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "Content-Length": str(blob.size),
        },
    )
