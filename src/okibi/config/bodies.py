"""A request's body is gathered before a thread is taken for it: a slow line costs a little memory and holds up nobody.

Django reads bodies inside its threads, which are few. Sixty clients that promise a form and never send it would
otherwise stop the whole site.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from tempfile import SpooledTemporaryFile
from typing import IO, Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

IN_MEMORY = 256 * 1024  # bytes of one body; more goes into a file without a name
PIECE = 64 * 1024
SILENCE = 30.0  # seconds without a byte: the line is broken
PATIENCE = 900.0  # seconds for a whole body


class SlowBodyError(Exception):
    """The client went away, or has not sent what it promised in time."""


async def gathered(scope: Message, receive: Receive, largest: int) -> Receive:
    """The same request with its body at hand. Raises SlowBodyError.

    A body of more than ``largest`` bytes (as announced) is not read: whoever reads it finds the line closed, and a page
    that looks at the length before may say so politely.
    """
    length = _announced(scope)
    if length == 0:
        return receive
    if length > largest:
        return _closed
    spool: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  the replay closes it
    try:
        async with asyncio.timeout(PATIENCE):
            await _fill(spool, receive, length)
    except BaseException as error:
        spool.close()
        if isinstance(error, TimeoutError):
            raise SlowBodyError from error
        raise
    spool.seek(0)
    return _replay(spool)


def _announced(scope: Message) -> int:
    """Content-Length; 0 where there is none (Django takes such a body for an empty one) or no number."""
    for name, value in scope.get("headers", ()):
        if bytes(name).lower() == b"content-length":
            return int(value) if bytes(value).isdigit() and len(value) < 19 else 0
    return 0


async def _fill(spool: IO[bytes], receive: Receive, length: int) -> None:
    more, taken = True, 0
    while more and taken < length:
        async with asyncio.timeout(SILENCE):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise SlowBodyError
        piece = message.get("body", b"")
        taken += len(piece)
        spool.write(piece)
        more = message.get("more_body", False)


def _replay(spool: IO[bytes]) -> Receive:
    async def receive() -> Message:
        piece = b"" if spool.closed else spool.read(PIECE)
        more = len(piece) == PIECE
        if not more:
            spool.close()
        return {"type": "http.request", "body": piece, "more_body": more}

    return receive


async def _closed() -> Message:
    return {"type": "http.disconnect"}
