"""Live events for the console. Events carry codes and ticket numbers only, never a customer's words."""

import asyncio
import json
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from okibi.accounts.session_store import SessionStore
from okibi.console.given import whole_number
from okibi.console.live import news_since, somebody_types
from okibi.journal.live import HEADERS, Hub, Receive, Scope, Send, headers_of, in_thread, pump, until_gone, write
from okibi.tickets.requester_services import TYPING_CHANNEL

CATCH_UP = 500  # events replayed to a returning reader

hub = Hub(news_since, {TYPING_CHANNEL: somebody_types})


def _may_listen(cookie: str) -> bool:
    """Whether the session behind this cookie belongs to active staff."""
    try:
        morsel = SimpleCookie(cookie).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return False
    if morsel is None:
        return False
    request = HttpRequest()
    request.session = SessionStore(morsel.value)
    return get_user(request).is_active  # also compares the session's hash with the password's


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI side of ``/console/events``."""
    headers = headers_of(scope)
    if not await in_thread(_may_listen, headers.get("cookie", "")):
        await send({"type": "http.response.start", "status": 401, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    queue = hub.join()
    gone = asyncio.create_task(until_gone(receive))
    try:
        await hub.listening()
        await _missed(headers.get("last-event-id") or _asked(scope), send)
        await pump(queue, gone, send, _frame_soon)
    finally:
        hub.leave(queue)
        gone.cancel()


def _asked(scope: Scope) -> str:
    """The id a page names in its address: an EventSource that is made anew can't set the header."""
    given: str = parse_qs(scope["query_string"].decode("latin-1")).get("last_event_id", [""])[0]
    return given


async def _missed(last_event_id: str, send: Send) -> None:
    await write(send, b"retry: 2000\n\n")
    seen = whole_number(last_event_id)
    if seen is not None:
        for event in await in_thread(news_since, seen, CATCH_UP):
            await write(send, _frame(event))


async def _frame_soon(event: dict[str, Any]) -> bytes:
    return _frame(event)


def _frame(event: dict[str, Any]) -> bytes:
    data = json.dumps({"number": event["number"], "by": event["by"]})
    known = f"id: {event['id']}\n" if "id" in event else ""  # a whisper has none: it can't be asked for again
    return "".join(f"{known}event: {name}\ndata: {data}\n\n" for name in event["names"]).encode()
