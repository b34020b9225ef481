"""HTTP for gateways that are spoken to by it: one request, one connection, the moment of the hand-over known exactly.

A request that was not begun certainly did nothing; of one that was begun and not answered nobody knows.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import h11

from okibi.sms.gateways.port import Hand

LARGEST = 512 * 1024  # bytes of an answer
PIECE = 65_536  # bytes read at a time
CONNECT = 10.0  # seconds


class AwayError(Exception):
    """No connection: nothing was sent."""


class TakenBackError(Exception):
    """``hand`` said no: nothing was sent."""


class LostError(Exception):
    """The request was begun, and no whole answer came."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """``body`` may be anything."""

    status: int
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace").strip()


async def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    seconds: float = 20.0,
    hand: Hand | None = None,
) -> HttpAnswer:
    """``hand`` is awaited when the connection stands and before its first byte.

    Raises AwayError, TakenBackError, LostError; ValueError for a URL or a header that is none.
    """
    parts = urlsplit(url)
    secure = ssl.create_default_context() if parts.scheme == "https" else None
    port = parts.port or (443 if secure else 80)
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    head = {"Host": parts.netloc.rpartition("@")[2], "Connection": "close", "Content-Length": str(len(body))}
    said = h11.Connection(h11.CLIENT)
    written = _written(said, method, target, head | dict(headers or {}), body)
    try:
        async with asyncio.timeout(CONNECT):
            reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=secure)
    except (OSError, TimeoutError) as error:
        raise AwayError(f"{type(error).__name__}: {error}"[:200]) from error
    try:
        if hand is not None and not await hand():
            raise TakenBackError
        async with asyncio.timeout(seconds):
            writer.write(written)
            await writer.drain()
            return await _answer(said, reader)
    except (OSError, TimeoutError, h11.RemoteProtocolError) as error:
        raise LostError(f"{type(error).__name__}: {error}"[:200]) from error
    finally:
        writer.close()
        with contextlib.suppress(OSError, ssl.SSLError):
            await writer.wait_closed()


def _written(said: h11.Connection, method: str, target: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """The whole request. Raises ValueError."""
    try:
        request = h11.Request(method=method, target=target, headers=list(headers.items()))
        events = [request, *([h11.Data(data=body)] if body else []), h11.EndOfMessage()]
        return b"".join(said.send(event) or b"" for event in events)
    except (h11.LocalProtocolError, UnicodeEncodeError) as error:
        raise ValueError(f"no request can be made of {method} {target[:60]!r}: {error}"[:200]) from error


async def _answer(said: h11.Connection, reader: asyncio.StreamReader) -> HttpAnswer:
    """Raises h11.RemoteProtocolError, LostError, OSError."""
    status, body = 0, b""
    while True:
        event = said.next_event()
        if event is h11.NEED_DATA:
            said.receive_data(await reader.read(PIECE))
        elif isinstance(event, h11.Response):  # before it may stand "100 Continue"
            status = event.status_code
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > LARGEST:
                raise LostError(f"an answer of over {LARGEST} bytes")
        elif isinstance(event, h11.EndOfMessage):
            return HttpAnswer(status, body)
        elif not isinstance(event, h11.InformationalResponse):
            raise LostError("the connection was closed without an answer")
