"""One port for everything: live events run on async code, all other requests on Django's WSGI handler in threads.

Django's own ASGI handler with sync views was measured 3 to 12 times slower, hence the dispatcher.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.utils.module_loading import import_string

from okibi.config.wsgi import application as pages

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

EVENTS_PATH = "/console/events"


_pages: Any = WSGIMiddleware(cast("Any", pages), workers=settings.ENV.number("OKIBI_WEB_THREADS"))
_live: Any = import_string(settings.OKIBI_EVENTS_APPLICATION)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Send each request to the side that serves it."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == EVENTS_PATH:
        await _live(scope, receive, send)
    elif scope["type"] == "http":
        await _pages(scope, _coroutines(receive), _coroutines(send))


def _coroutines(call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """The server gives awaitables that are not coroutines, and a2wsgi's threads can schedule coroutines only."""

    async def wrapped(*args: Any) -> Any:
        return await call(*args)

    return wrapped


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
