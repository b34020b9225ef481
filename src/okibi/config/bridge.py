"""Django's pages behind the asynchronous server: one hand-over to a thread, one back.

The bridge of the trade (a2wsgi) asked the event loop for the body, for the head of the answer, for every piece of it
and for its end, and each time a thread slept until the loop had run: four changes of thread and back for the shortest
answer. Here a thread begins with the body in its hand and ends with the whole answer; only what is longer than
``WHOLE`` goes out piece by piece. The figures stand in bench/README.md.
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import IO, Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

WHOLE = 256 * 1024  # bytes; a longer answer never stands in memory at once
PIECE = 64 * 1024


class Threads:
    """A WSGI application in so many threads of its own."""

    def __init__(self, application: Application, workers: int) -> None:
        self.application = application
        self.pool = ThreadPoolExecutor(workers, thread_name_prefix="page")

    async def answer(self, scope: Message, body: IO[bytes], send: Send) -> None:
        """Answer one HTTP request. ``body`` is read in the thread, and closed there."""
        loop = asyncio.get_running_loop()
        environ = environ_of(scope, body)
        whole = await loop.run_in_executor(self.pool, copy_context().run, self._work, environ, _Line(loop, send))
        for message in whole:
            await send(message)

    def _work(self, environ: dict[str, Any], line: "_Line") -> list[Message]:
        """What is left to be sent when the thread is done."""
        begun: list[Message] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            del exc_info
            begun[:] = [{"type": "http.response.start", "status": int(status[:3]), "headers": _coded(headers)}]

        try:
            pieces = self.application(environ, start_response)
            try:
                return _sent(begun, iter(pieces), line)
            finally:
                getattr(pieces, "close", _nothing)()
        finally:
            environ["wsgi.input"].close()


class _Line:
    """Sends from a thread, and waits until the server has taken it: who reads slowly is written to slowly."""

    def __init__(self, loop: asyncio.AbstractEventLoop, send: Send) -> None:
        self.loop = loop
        self.send = send

    def say(self, message: Message) -> None:
        asyncio.run_coroutine_threadsafe(self._said(message), self.loop).result()

    async def _said(self, message: Message) -> None:  # the server's own awaitable is no coroutine
        await self.send(message)


def _sent(begun: list[Message], pieces: Iterator[bytes], line: _Line) -> list[Message]:
    """Everything, or the end of it after the thread has sent what came before."""
    held, size, largest = bytearray(), 0, WHOLE
    for piece in pieces:
        held += piece
        if len(held) > largest:
            if not size:
                line.say(begun[0])
            size += len(held)
            line.say({"type": "http.response.body", "body": bytes(held), "more_body": True})
            held, largest = bytearray(), PIECE
    end: Message = {"type": "http.response.body", "body": bytes(held)}
    return [end] if size else [*begun, end]


def _coded(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers]


def _nothing() -> None:
    pass


# ---------------------------------------------------------------- what is asked


def environ_of(scope: Message, body: IO[bytes]) -> dict[str, Any]:
    """A WSGI environment (PEP 3333) of an ASGI scope.

    A header whose name has an underscore is left out: ``X_Forwarded_For`` would pass for the proxy's own header.
    """
    server, client = scope.get("server") or ("localhost", 80), scope.get("client")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if client is not None:
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = client[0], str(client[1])
    for name, value in scope["headers"]:
        key = _key(bytes(name)) if len(name) <= LONGEST_NAME else ""
        if key:
            text = bytes(value).decode("latin-1")
            environ[key] = f"{environ[key]},{text}" if key in environ else text
    return environ


LONGEST_NAME = 64  # of a header that we ask for


def _key(name: bytes) -> str:
    return _KNOWN.get(name) or _made(name)


def _made(name: bytes) -> str:
    if b"_" in name:
        return ""
    key = name.decode("latin-1").upper().replace("-", "_")
    key = key if key in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{key}"
    if len(_KNOWN) < MOST_NAMES:
        _KNOWN[name] = key
    return key


MOST_NAMES = 500  # that a client may make us remember
_KNOWN: dict[bytes, str] = {}


class Pulled(io.RawIOBase):
    """A body that a thread reads from the event loop, as it comes. Its end is also what a broken line looks like."""

    def __init__(self, loop: asyncio.AbstractEventLoop, receive: Receive) -> None:
        self.loop = loop
        self.receive = receive
        self.rest = memoryview(b"")
        self.more = True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self.rest and self.more:
            message = asyncio.run_coroutine_threadsafe(self._received(), self.loop).result()
            self.rest = memoryview(message.get("body", b""))
            self.more = message.get("more_body", False)
        taken = min(len(self.rest), len(buffer))
        buffer[:taken] = self.rest[:taken]
        self.rest = self.rest[taken:]
        return taken

    async def _received(self) -> Message:
        return await self.receive()


def pulled(receive: Receive) -> IO[bytes]:
    """The body as a file for a thread. Call it where the event loop runs."""
    return io.BufferedReader(Pulled(asyncio.get_running_loop(), receive), PIECE)
