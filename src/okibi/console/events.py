"""Live events for the console: the journal as server-sent events, woken by PostgreSQL's NOTIFY.

The event id is the journal entry's id, so a browser that lost its connection asks for what it missed by its last one.
Ids may commit out of order: every reading looks back over a window and leaves out what was already told. Events carry
codes and ticket numbers only, never a customer's words.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

import psycopg
import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections, connection
from django.http import HttpRequest

from okibi.console.live import news_since
from okibi.journal.selectors import latest_id
from okibi.journal.services import NOTIFY_CHANNEL

log = structlog.get_logger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

WINDOW = 200  # journal ids to look back over for late commits
HEARTBEAT = 15.0  # seconds; also how often the journal is read without a wake-up
QUEUE = 500  # events a slow reader may lag before it is sent away to reconnect
REMEMBERED = 1000  # ids already told
CATCH_UP = 500  # events replayed to a returning reader


class Hub:
    """One listener per process; every open page has a queue."""

    def __init__(self) -> None:
        self.readers: set[asyncio.Queue[dict[str, Any] | None]] = set()
        self.told: OrderedDict[int, None] = OrderedDict()
        self.task: asyncio.Task[None] | None = None

    def join(self) -> asyncio.Queue[dict[str, Any] | None]:
        queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(QUEUE)
        self.readers.add(queue)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._run())
        return queue

    def leave(self, queue: asyncio.Queue[dict[str, Any] | None]) -> None:
        self.readers.discard(queue)
        if not self.readers and self.task:
            self.task.cancel()
            self.task = None

    async def _run(self) -> None:
        last = await _in_thread(latest_id)
        for event in await _in_thread(news_since, max(0, last - WINDOW), WINDOW * 3):
            self.told[event["id"]] = None  # what was there before the first reader came is no news
        while True:
            try:
                await self._listen(last)
            except (psycopg.Error, OSError) as error:
                log.warning("events_listener_lost", error=type(error).__name__)
                await asyncio.sleep(1)
            last = max([last, *self.told])

    async def _listen(self, last: int) -> None:
        parameters = {key: value for key, value in _connection_parameters().items() if value is not None}
        async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as link:
            await link.execute(f"LISTEN {NOTIFY_CHANNEL}")
            while True:
                last = await self._tell(last)
                async for _ in link.notifies(timeout=HEARTBEAT, stop_after=1):
                    pass

    async def _tell(self, last: int) -> int:
        for event in await _in_thread(news_since, max(0, last - WINDOW), WINDOW * 3):
            if event["id"] in self.told:
                continue
            self.told[event["id"]] = None
            last = max(last, event["id"])
            for queue in tuple(self.readers):
                _offer(queue, event)
        while len(self.told) > REMEMBERED:
            self.told.popitem(last=False)
        return last


def _offer(queue: asyncio.Queue[dict[str, Any] | None], event: dict[str, Any]) -> None:
    try:
        queue.put_nowait(event)
    except asyncio.QueueFull:  # too slow: end its stream, it comes back with its Last-Event-ID
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(None)


def _connection_parameters() -> dict[str, Any]:
    given = connection.get_connection_params()
    return {key: given.get(key) for key in ("dbname", "host", "port", "user", "password")}


def _in_thread(function: Callable[..., Any], *args: Any) -> Awaitable[Any]:
    def run() -> Any:
        close_old_connections()
        return function(*args)

    return sync_to_async(run, thread_sensitive=False)()


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


hub = Hub()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI side of ``/console/events``."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if not await _in_thread(_may_listen, headers.get("cookie", "")):
        await send({"type": "http.response.start", "status": 401, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    queue = hub.join()
    gone = asyncio.create_task(_until_gone(receive))
    try:
        await _missed(headers.get("last-event-id") or _asked(scope), send)
        await _stream(queue, gone, send)
    finally:
        hub.leave(queue)
        gone.cancel()


_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _asked(scope: Scope) -> str:
    """The id a page names in its address: an EventSource that is made anew can't set the header."""
    given: str = parse_qs(scope["query_string"].decode("latin-1")).get("last_event_id", [""])[0]
    return given


async def _missed(last_event_id: str, send: Send) -> None:
    await _write(send, b"retry: 2000\n\n")
    if last_event_id.isdigit():
        for event in await _in_thread(news_since, int(last_event_id), CATCH_UP):
            await _write(send, _frame(event))


async def _stream(queue: asyncio.Queue[dict[str, Any] | None], gone: "asyncio.Task[None]", send: Send) -> None:
    while not gone.done():
        getter = asyncio.create_task(queue.get())
        done, _ = await asyncio.wait({getter, gone}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
        if getter not in done:
            getter.cancel()
            if gone in done:
                return
            await _write(send, b": still here\n\n")
            continue
        event = getter.result()
        if event is None:
            await send({"type": "http.response.body", "body": b""})
            return
        await _write(send, _frame(event))


def _frame(event: dict[str, Any]) -> bytes:
    data = json.dumps({"number": event["number"], "by": event["by"]})
    return "".join(f"id: {event['id']}\nevent: {name}\ndata: {data}\n\n" for name in event["names"]).encode()


async def _write(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})
