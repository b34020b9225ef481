"""What update clients ask for most, ``timestamp.json``, answered without a thread of the pages."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from django.db import close_old_connections

from okibi.feeds.answers import SHORT
from okibi.kernel.clock import now
from okibi.releases import selectors

KEPT = 1.0  # seconds that a process gives out what it has read
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Held:
    """The newest timestamp as this process read it; b"" where there is none."""

    body: bytes
    etag: bytes
    read_at: float


class Timestamp:
    """Reads the newest timestamp at most once a second, whoever asks; one question at a time."""

    def __init__(self) -> None:
        self._held: Held | None = None
        self._reading: asyncio.Lock | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if scope["method"] not in ("GET", "HEAD"):
            await _say(send, 405, b"", (b"allow", b"GET, HEAD"))
            return
        held = await self._fresh()
        if not held.body:
            await _say(send, 404, b"", (b"cache-control", b"no-store"))
            return
        told = [(b"etag", held.etag), (b"cache-control", SHORT.encode())]
        if held.etag in dict(scope["headers"]).get(b"if-none-match", b""):
            await _say(send, 304, b"", *told)
            return
        told += [(b"content-type", b"application/json"), (b"content-length", str(len(held.body)).encode())]
        await _say(send, 200, held.body if scope["method"] == "GET" else b"", *told)

    async def _fresh(self) -> Held:
        held = self._held
        if held is not None and 0 <= now().timestamp() - held.read_at < KEPT:
            return held
        self._reading = self._reading or asyncio.Lock()
        async with self._reading:
            if self._held is held:
                self._held = await asyncio.to_thread(_read)
        found: Held = self._held or Held(b"", b"", 0)
        return found


def _read() -> Held:
    close_old_connections()
    moment, found = now().timestamp(), selectors.trusted("timestamp", None)
    body = bytes(found.body) if found else b""
    return Held(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'.encode(), moment)


async def _say(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    told = [(b"x-content-type-options", b"nosniff"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})


timestamp = Timestamp()
