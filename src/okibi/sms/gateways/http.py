"""HTTP for gateways that are spoken to by it: one request, one connection, the moment of the hand-over known exactly.

A request that was not begun certainly did nothing; of one that was begun and not answered nobody knows.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from okibi.sms.gateways.port import Hand

LARGEST = 512 * 1024  # bytes of an answer
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

    Raises AwayError, TakenBackError, LostError; ValueError for a URL that is none.
    """
    parts = urlsplit(url)
    secure = ssl.create_default_context() if parts.scheme == "https" else None
    port = parts.port or (443 if secure else 80)
    try:
        async with asyncio.timeout(CONNECT):
            reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=secure)
    except (OSError, TimeoutError) as error:
        raise AwayError(f"{type(error).__name__}: {error}"[:200]) from error
    try:
        if hand is not None and not await hand():
            raise TakenBackError
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        head = {"Host": parts.netloc.rpartition("@")[2], "Connection": "close", "Content-Length": str(len(body))}
        lines = [
            f"{method} {target} HTTP/1.1",
            *(f"{key}: {value}" for key, value in (head | dict(headers or {})).items()),
        ]
        async with asyncio.timeout(seconds):
            writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
            await writer.drain()
            return await _answer(reader)
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as error:
        raise LostError(f"{type(error).__name__}: {error}"[:200]) from error
    finally:
        writer.close()
        with contextlib.suppress(OSError, ssl.SSLError):
            await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> HttpAnswer:
    """Raises ValueError, IncompleteReadError, LimitOverrunError, OSError."""
    while True:
        raw = await reader.readuntil(b"\r\n\r\n")
        first, *rest = raw.decode("latin-1").split("\r\n")
        status = int(first.split(" ", 2)[1])
        if status >= 200:  # before it may stand "100 Continue"
            break
    headers = {name.strip().lower(): value.strip() for name, _, value in (each.partition(":") for each in rest)}
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return HttpAnswer(status, await _chunks(reader))
    if "content-length" in headers:
        return HttpAnswer(status, await reader.readexactly(_bounded(int(headers["content-length"]))))
    body = b""
    while more := await reader.read(65536):
        body += more
        _bounded(len(body))
    return HttpAnswer(status, body)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        body += await reader.readexactly(_bounded(size))
        _bounded(len(body))
        await reader.readexactly(2)
    return body


def _bounded(size: int) -> int:
    if not 0 <= size <= LARGEST:
        raise ValueError(f"an answer of {size} bytes")
    return size
