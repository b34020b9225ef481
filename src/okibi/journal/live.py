"""The journal as server-sent events, woken by PostgreSQL's NOTIFY: what the doors' streams share.

The event id is the journal entry's id, so a reader that lost its connection asks for what it missed by its last one.
Ids may commit out of order: every reading looks back over a window and leaves out what was already told.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import psycopg
import structlog
from asgiref.sync import sync_to_async
from django.db import close_old_connections, connection

from okibi.journal.selectors import latest_id
from okibi.journal.services import NOTIFY_CHANNEL

log = structlog.get_logger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Event = dict[str, Any]
News = Callable[[int, int], list[Event]]
Queue = asyncio.Queue[Event | None]

WINDOW = 200  # journal ids to look back over for late commits
HEARTBEAT = 15.0  # seconds; also how often the journal is read without a wake-up
QUEUE = 500  # events a slow reader may lag before it is sent away to reconnect
REMEMBERED = 1000  # ids already told
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Hub:
    """One listener per process; every open stream has a queue.

    ``news(after id, limit)`` gives events with an ``id``, oldest first. ``whispers``: channels of NOTIFY whose JSON
    payload is told at once and never again (the event has no ``id`` then), each with what makes an event of it.
    """

    def __init__(self, news: News, whispers: Mapping[str, Callable[[Event], Event | None]] | None = None) -> None:
        self.news = news
        self.whispers = dict(whispers or {})
        self.readers: set[Queue] = set()
        self.told: OrderedDict[int, None] = OrderedDict()
        self.task: asyncio.Task[None] | None = None
        self.begun: asyncio.Future[None] | None = None  # done when it is settled what was there before

    def join(self) -> Queue:
        """A queue on which everything new arrives; None on it means: end, and let the reader come back."""
        queue: Queue = asyncio.Queue(QUEUE)
        self.readers.add(queue)
        if self.task is None or self.task.done():
            self.begun = asyncio.get_running_loop().create_future()
            self.task = asyncio.create_task(self._run(self.begun))
        return queue

    async def listening(self) -> None:
        """Wait until it is settled what was there before: whoever reads the journal after this misses nothing.

        Read before it, an entry could come too late for the reader and too early for the queue.
        """
        if self.task is not None and self.begun is not None:
            await asyncio.wait({self.begun, self.task}, return_when=asyncio.FIRST_COMPLETED)

    def leave(self, queue: Queue) -> None:
        """The reader is gone; the last one turns the light off."""
        self.readers.discard(queue)
        if not self.readers and self.task:
            self.task.cancel()
            self.task = None

    async def _run(self, begun: "asyncio.Future[None]") -> None:
        last = await in_thread(latest_id)
        for event in await in_thread(self.news, max(0, last - WINDOW), WINDOW * 3):
            self.told[event["id"]] = None  # what was there before the first reader came is no news
        begun.set_result(None)
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
            for channel in (NOTIFY_CHANNEL, *self.whispers):
                await link.execute(f'LISTEN "{channel}"')
            while True:
                last = await self._tell(last)
                async for heard in link.notifies(timeout=HEARTBEAT, stop_after=1):
                    await self._whisper(heard)

    async def _whisper(self, heard: psycopg.Notify) -> None:
        make = self.whispers.get(heard.channel)
        if make is None:
            return
        try:
            payload = json.loads(heard.payload)
        except ValueError:
            return
        event = await in_thread(make, payload) if isinstance(payload, dict) else None
        if event is not None:
            self._offer_all(event)

    async def _tell(self, last: int) -> int:
        for event in await in_thread(self.news, max(0, last - WINDOW), WINDOW * 3):
            if event["id"] in self.told:
                continue
            self.told[event["id"]] = None
            last = max(last, event["id"])
            self._offer_all(event)
        while len(self.told) > REMEMBERED:
            self.told.popitem(last=False)
        return last

    def _offer_all(self, event: Event) -> None:
        for queue in tuple(self.readers):
            _offer(queue, event)


def _offer(queue: Queue, event: Event) -> None:
    try:
        queue.put_nowait(event)
    except asyncio.QueueFull:  # too slow: end its stream, it comes back with its Last-Event-ID
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(None)


def _connection_parameters() -> dict[str, Any]:
    given = connection.get_connection_params()
    return {key: given.get(key) for key in ("dbname", "host", "port", "user", "password")}


def in_thread(function: Callable[..., Any], *args: Any) -> Awaitable[Any]:
    """Something of Django's, away from the event loop."""

    def run() -> Any:
        close_old_connections()
        return function(*args)

    return sync_to_async(run, thread_sensitive=False)()


# ---------------------------------------------------------------- one stream


def headers_of(scope: Scope) -> dict[str, str]:
    """The request's headers by lower-case name."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


async def write(send: Send, body: bytes) -> None:
    """A piece of a stream that goes on."""
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def until_gone(receive: Receive) -> None:
    """Returns when the reader closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def pump(
    queue: Queue,
    gone: "asyncio.Task[None]",
    send: Send,
    frame: Callable[[Event], Awaitable[bytes]],
    may_go_on: Callable[[], Awaitable[bool]] | None = None,
) -> None:
    """Write what arrives until the reader goes, lags, or ``may_go_on`` (asked at every heartbeat) says no."""
    while not gone.done():
        getter = asyncio.create_task(queue.get())
        done, _ = await asyncio.wait({getter, gone}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
        if getter not in done:
            getter.cancel()
            if gone in done:
                return
            if may_go_on is not None and not await may_go_on():
                break
            await write(send, b": still here\n\n")
            continue
        event = getter.result()
        if event is None:
            break
        body = await frame(event)
        if body:
            await write(send, body)
    await send({"type": "http.response.body", "body": b""})
