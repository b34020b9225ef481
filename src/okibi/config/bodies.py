"""A request's body is gathered before a thread is taken for it: a slow line costs a little memory and holds up nobody.

Django reads bodies inside its threads, which are few. Sixty clients that promise a form and never send it would
otherwise stop the whole site.
"""

import asyncio
import hashlib
import io
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

IN_MEMORY = 256 * 1024  # bytes of one body; more goes into a file without a name
SILENCE = 30.0  # seconds without a byte: the line is broken
PATIENCE = 900.0  # seconds for a whole body
UPLOADS_AT_ONCE = 4  # of one token or cookie, in one process: the others' threads stay free
UPLOAD_PATIENCE = 3600.0  # seconds for one request of an upload; what came before is kept
SLOWEST = 512  # bytes per second, on average, once the first half minute is over


class SlowBodyError(Exception):
    """The client went away, or has not sent what it promised in time."""


async def gathered(scope: Message, receive: Receive, largest: int) -> IO[bytes]:
    """The request's whole body, at its beginning. Raises SlowBodyError.

    A body of more than ``largest`` bytes (as announced) is not read: whoever reads it finds it empty, and a page that
    looks at the length before may say so politely.
    """
    length = _announced(scope)
    if length == 0 or length > largest:
        return io.BytesIO()
    body: IO[bytes] = io.BytesIO() if length <= IN_MEMORY else TemporaryFile()  # noqa: SIM115  its reader closes it
    try:
        await _fill(body, receive, length)
    except BaseException as error:
        body.close()
        if isinstance(error, TimeoutError):
            raise SlowBodyError from error
        raise
    body.seek(0)
    return body


class Lanes:
    """Who uploads at this moment. One holder of a token gets so many lanes and no more."""

    def __init__(self) -> None:
        self.taken: Counter[bytes] = Counter()

    @contextmanager
    def lane(self, scope: Message) -> Iterator[bool]:
        """For the length of one request; False where its holder has all of theirs in use."""
        holder = _holder(scope)
        if self.taken[holder] >= UPLOADS_AT_ONCE:
            yield False
            return
        self.taken[holder] += 1
        try:
            yield True
        finally:
            self.taken[holder] -= 1
            if not self.taken[holder]:
                del self.taken[holder]


def _holder(scope: Message) -> bytes:
    """Whoever shows this token or these cookies; without any, whoever comes from this address."""
    given = [bytes(value) for name, value in scope.get("headers", ()) if bytes(name) in (b"authorization", b"cookie")]
    shown = b"\0".join(given) or str((scope.get("client") or ("",))[0]).encode()
    return hashlib.sha256(shown).digest()


def unhurried(receive: Receive, clock: Callable[[], float] = time.monotonic) -> Receive:
    """A body that is read piece by piece in a thread: a client that is silent, or drips, must not hold it for hours.

    The thread is told that the client went away; an upload keeps what came before.
    """
    began, came = clock(), 0

    async def wrapped() -> Message:
        nonlocal came
        lasted = clock() - began
        if lasted > UPLOAD_PATIENCE or came < (lasted - SILENCE) * SLOWEST:
            return {"type": "http.disconnect"}
        try:
            async with asyncio.timeout(SILENCE):
                message = await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        came += len(message.get("body", b""))
        return message

    return wrapped


def closing(send: Send) -> Send:
    """After 413 the rest of the body is not read: the line is of no use any more, and its client is told so."""

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 413:
            message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
        await send(message)

    return wrapped


async def refuse(send: Send, status: int, *headers: tuple[bytes, bytes]) -> None:
    """An answer without words, before any page was asked."""
    known = [(b"content-length", b"0"), (b"connection", b"close"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": known})
    await send({"type": "http.response.body", "body": b""})


def _announced(scope: Message) -> int:
    """Content-Length; 0 where there is none (Django takes such a body for an empty one) or no number."""
    for name, value in scope.get("headers", ()):
        if bytes(name).lower() == b"content-length":
            return int(value) if bytes(value).isdigit() and len(value) < 19 else 0
    return 0


async def _fill(body: IO[bytes], receive: Receive, length: int) -> None:
    loop = asyncio.get_running_loop()
    last = loop.time() + PATIENCE
    more, taken = True, 0
    async with asyncio.timeout(None) as limit:
        while more and taken < length:
            limit.reschedule(min(loop.time() + SILENCE, last))
            message = await receive()
            if message["type"] == "http.disconnect":
                raise SlowBodyError
            piece = message.get("body", b"")
            taken += len(piece)
            body.write(piece)
            more = message.get("more_body", False)
