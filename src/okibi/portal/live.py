"""The ASGI side of ``/portal/events``: what happens to the requests on the page of whoever signed in.

The browser proves itself by the cookie of the portal, which goes with a stream as with a page; so the stream comes
back by itself with its ``Last-Event-ID``, and no word that opens it stands in an address.
"""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from okibi.flows.portal_requests import news
from okibi.flows.request_events import Reader, is_full, reader_of, stream
from okibi.flows.visitor import visitor_of
from okibi.journal.live import Receive, Scope, Send, headers_of, in_thread
from okibi.kernel.errors import NotAllowedError
from okibi.portal.gate import COOKIE


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers GET with the stream: 401 for who is not signed in, 429 for too many pages of one browser."""
    headers = headers_of(scope)
    if scope["method"] != "GET":
        await _refuse(send, 405, [(b"allow", b"GET")])
        return
    reader = await in_thread(_reader, headers.get("cookie", ""))
    if reader is None:
        await _refuse(send, 401)
    elif is_full(reader.visitor.device):
        await _refuse(send, 429, [(b"retry-after", b"30")])
    else:
        last = headers.get("last-event-id") or _asked(scope)
        await stream(reader, last, receive, send, [(b"x-robots-tag", b"noindex")])


def _reader(cookie: str) -> Reader | None:
    try:
        morsel = SimpleCookie(cookie).get(COOKIE)
        return reader_of(visitor_of(morsel.value), news, organisation=True) if morsel else None
    except (CookieError, NotAllowedError):
        return None


def _asked(scope: Scope) -> str:
    """The id that a page names in its address: an EventSource that is made anew can't set the header."""
    given: str = parse_qs(scope["query_string"].decode("latin-1")).get("last_event_id", [""])[0]
    return given


async def _refuse(send: Send, status: int, more: list[tuple[bytes, bytes]] | None = None) -> None:
    standing = [(b"content-length", b"0"), (b"cache-control", b"no-store"), *(more or ())]
    await send({"type": "http.response.start", "status": status, "headers": standing})
    await send({"type": "http.response.body", "body": b""})
