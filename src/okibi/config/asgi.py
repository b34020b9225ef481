"""One port for everything: live events run on async code, all other requests on Django's WSGI handler in threads.

Django's own ASGI handler with sync views was measured 3 to 12 times slower, hence the dispatcher. Uploads have threads
of their own, so that slow lines hold no page up; their bodies are read piece by piece, never gathered in memory.
A page's thread begins when its form is here (``okibi.config.bodies``).
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

from okibi.config.bodies import Lanes, SlowBodyError, closing, gathered, refuse, unhurried
from okibi.config.bridge import Threads, pulled
from okibi.config.wsgi import application as pages

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

UPLOADS_PATHS = ("/api/v1/uploads/", "/portal/uploads/", "/request/uploads/")
UPLOAD_THREADS = 24  # of one process; idle ones cost nothing
LARGEST_FORM = max(settings.OKIBI_MAX_UPLOAD, 50 * 1024 * 1024) + 2 * 1024 * 1024  # bytes: files and the words beside

_pages = Threads(cast("Any", pages), settings.ENV.number("OKIBI_WEB_THREADS"))
_uploads = Threads(cast("Any", pages), UPLOAD_THREADS)
_lanes = Lanes()
_live: dict[str, Any] = {}  # what answers a stream of events, by its address, once somebody has asked for it


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Send each request to the side that serves it."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] in settings.OKIBI_LIVE_APPLICATIONS:
        live: Any = _live.get(scope["path"]) or await asyncio.to_thread(_loaded, scope["path"])
        await live(scope, receive, send)
    elif scope["type"] == "http" and f"{scope['path']}/".startswith(UPLOADS_PATHS):
        await _upload(scope, receive, send)
    elif scope["type"] == "http":
        await _page(scope, receive, send)


def _loaded(path: str) -> Any:
    """What answers there; its code is no part of a start."""
    return _live.setdefault(path, import_string(settings.OKIBI_LIVE_APPLICATIONS[path]))


async def _page(scope: Scope, receive: Receive, send: Send) -> None:
    try:
        body = await gathered(scope, receive, LARGEST_FORM)
    except SlowBodyError:
        await refuse(send, 408)
        return
    await _pages.answer(scope, body, closing(send))


async def _upload(scope: Scope, receive: Receive, send: Send) -> None:
    with _lanes.lane(scope) as is_free:
        if is_free:
            await _uploads.answer(scope, pulled(unhurried(receive)), closing(send))
        else:
            await refuse(send, 429, (b"retry-after", b"5"))


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
