"""The ASGI side of ``/api/v1/events``: who listens, by a token or a word that is good once."""

from urllib.parse import parse_qs

from django.conf import settings

from okibi.api import tickets
from okibi.api.problems import KINDS, MEDIA_TYPE, TYPE, preferred
from okibi.api.rendering import as_json
from okibi.environments.selectors import access_device
from okibi.flows.ipv_conversation import news
from okibi.flows.request_events import Reader, is_full, reader_of, stream
from okibi.flows.visitor import of_device, visitor_of
from okibi.journal.live import Receive, Scope, Send, headers_of, in_thread
from okibi.kernel.errors import NotAllowedError


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers GET with the stream; who may not listen hears why."""
    headers = headers_of(scope)
    asked = {name: values[0] for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()}
    if scope["method"] == "OPTIONS":
        await send({"type": "http.response.start", "status": 204, "headers": _allowed(headers)})
        await send({"type": "http.response.body", "body": b""})
        return
    if scope["method"] != "GET":
        await _refuse(send, headers, "method_not_allowed", [(b"allow", b"GET, OPTIONS")])
        return
    reader = await in_thread(_reader, headers, asked)
    if reader is None:
        await _refuse(send, headers, "unauthorized", [(b"www-authenticate", b'Bearer realm="okibi"')])
        return
    if is_full(reader.visitor.device):
        await _refuse(send, headers, "too_many_requests", [(b"retry-after", b"30")])
        return
    last = headers.get("last-event-id") or asked.get("last_event_id", "")
    await stream(reader, last, receive, send, _cors(headers))


def _reader(headers: dict[str, str], asked: dict[str, str]) -> Reader | None:
    kind, _, token = headers.get("authorization", "").partition(" ")
    try:
        if token:
            visitor = visitor_of(token.strip()) if kind.lower() == "bearer" else None
        else:
            visitor = of_device(access_device(tickets.use(asked.get("ticket", ""))))
    except NotAllowedError:
        return None
    return reader_of(visitor, news) if visitor else None


def _cors(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    origin = headers.get("origin", "")
    if not origin or origin not in settings.OKIBI_API_ORIGINS:
        return [(b"vary", b"Origin")]
    return [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin")]


def _allowed(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """What a browser asks before a page of another site may bring a token or the last id."""
    found = [(b"allow", b"GET, OPTIONS"), *_cors(headers)]
    if len(found) > 2 and "access-control-request-method" in headers:
        found += [
            (b"access-control-allow-methods", b"GET"),
            (b"access-control-allow-headers", b"Authorization, Last-Event-ID, Accept-Language, Cache-Control"),
            (b"access-control-max-age", b"7200"),
        ]
    return found


async def _refuse(send: Send, headers: dict[str, str], code: str, more: list[tuple[bytes, bytes]]) -> None:
    kind = KINDS[code]
    language = preferred(headers.get("accept-language", ""))
    said = kind.title.in_language(language)
    body = as_json({"type": f"{TYPE}{code}", "title": said, "status": kind.status, "detail": said, "code": code})
    length = str(len(body)).encode()
    standing = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", length), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": kind.status, "headers": [*standing, *more, *_cors(headers)]})
    await send({"type": "http.response.body", "body": body})
