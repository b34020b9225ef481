"""One SMPP session over TCP: packets in and out, answers matched by their sequence numbers. Knows no SMS."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from okibi.sms.gateways.smpp import pdu, statuses
from okibi.sms.gateways.smpp.pdu import Packet

log = structlog.get_logger(__name__)

CONNECT = 10.0  # seconds, for the connection and again for the bind
MOST_AT_ONCE = 50  # packets of theirs that we work on
MOST_WAITING = 1000  # and those that wait for it: more are asked for again later
MOST_UNREAD = 4 * 1024 * 1024  # bytes of ours that the other side does not take: then it is gone
Take = Callable[[Packet], Awaitable[int]]
Late = Callable[[Packet], None]


class EndedError(Exception):
    """The session ended. ``written``: whether our packet may have got out before."""

    def __init__(self, *, written: bool) -> None:
        super().__init__("the session ended")
        self.written = written


class BindError(Exception):
    """The message centre does not let us in."""


class Session:
    """``take``: gets each ``deliver_sm``, gives the status of its answer once all of it is durable."""

    def __init__(self, take: Take) -> None:
        self.name = ""  # how the message centre calls itself
        self.ended = asyncio.Event()
        self._take = take
        self._writer: asyncio.StreamWriter | None = None
        self._sequence = 0
        self._waiting: dict[int, asyncio.Future[Packet]] = {}
        self._late: dict[int, Late] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(MOST_AT_ONCE)

    async def open(self, address: str, how: str, names: tuple[str, str, str], *, tls: bool) -> None:
        """Connect and bind; ``names``: system_id, password, system_type. Raises OSError, TimeoutError, BindError."""
        host, _, port = address.rpartition(":")
        secure = ssl.create_default_context() if tls else None
        async with asyncio.timeout(CONNECT):
            reader, self._writer = await asyncio.open_connection(host, int(port), ssl=secure)
        self._later(self._read(reader))
        try:
            number = self.next()
            got = await self.ask(pdu.bind(how, number, *names), number, CONNECT)
        except (EndedError, TimeoutError) as error:
            self.close()
            raise BindError("no answer to the bind") from error
        if got.status != pdu.OK:
            self.close()
            raise BindError(statuses.said(got.status))
        if got.command != pdu.BINDS[how] | pdu.RESPONSE:
            self.close()
            raise BindError("no answer to the bind")
        self.name = pdu.message_id(got)

    def next(self) -> int:
        self._sequence = self._sequence % 0x7FFFFFFF + 1
        return self._sequence

    async def ask(self, packet: bytes, sequence: int, seconds: float, late: Late | None = None) -> Packet:
        """The answer to a packet. ``late``: gets one that comes after the time. Raises EndedError, TimeoutError."""
        if self.ended.is_set() or self._writer is None:
            raise EndedError(written=False)
        future: asyncio.Future[Packet] = asyncio.get_running_loop().create_future()
        self._waiting[sequence] = future
        try:
            self._writer.write(packet)
            async with asyncio.timeout(seconds):
                return await future
        except TimeoutError:
            if late is not None:
                self._late[sequence] = late
            raise
        finally:
            self._waiting.pop(sequence, None)

    async def enquire(self, seconds: float) -> bool:
        """Whether the other side answers; a session that does not is closed."""
        number = self.next()
        try:
            await self.ask(pdu.packet(pdu.ENQUIRE_LINK, number), number, seconds)
        except (EndedError, TimeoutError):
            self.close()
            return False
        return True

    async def leave(self) -> None:
        """Unbind and close."""
        if not self.ended.is_set():
            number = self.next()
            with contextlib.suppress(EndedError, TimeoutError):
                await self.ask(pdu.packet(pdu.UNBIND, number), number, 1.0)
        self.close()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=1)

    def close(self) -> None:
        """Whoever waits for an answer hears that there will be none."""
        if not self.ended.is_set():
            self.ended.set()
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(EndedError(written=True))
        if self._writer is not None:
            self._writer.close()

    # ------------------------------------------------------------------ what comes

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                head = await reader.readexactly(4)
                size = int.from_bytes(head, "big")
                if not pdu.HEADER.size <= size <= pdu.LONGEST:
                    log.warning("smpp_length", size=size)
                    break
                self._came(pdu.read(head + await reader.readexactly(size - 4)))
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.close()

    def _came(self, packet: Packet) -> None:
        if packet.is_answer:
            future, late = self._waiting.get(packet.sequence), self._late.pop(packet.sequence, None)
            if future is not None and not future.done():
                future.set_result(packet)
            elif late is not None:
                late(packet)
        elif packet.command == pdu.DELIVER_SM and len(self._tasks) > MOST_WAITING:
            self._put(pdu.answer(packet, pdu.NOT_NOW))
        elif packet.command == pdu.DELIVER_SM:
            self._later(self._delivered(packet))
        elif packet.command == pdu.ENQUIRE_LINK:
            self._put(pdu.answer(packet))
        elif packet.command == pdu.UNBIND:
            self._put(pdu.answer(packet))
            self.close()
        elif packet.command != pdu.ALERT:
            self._put(pdu.packet(pdu.GENERIC_NACK, packet.sequence, pdu.UNKNOWN_COMMAND))

    async def _delivered(self, packet: Packet) -> None:
        """Store first, acknowledge after: what could not be stored comes again."""
        async with self._room:
            try:
                status = await self._take(packet)
            except Exception as error:  # noqa: BLE001  the database is away, or a packet is like no other
                log.warning("smpp_not_stored", error=f"{type(error).__name__}: {error}"[:200])
                status = pdu.NOT_NOW
            self._put(pdu.answer(packet, status))

    def _put(self, packet: bytes) -> None:
        if self._writer is None or self._writer.is_closing():
            return
        self._writer.write(packet)
        if self._writer.transport.get_write_buffer_size() > MOST_UNREAD:
            log.warning("smpp_takes_no_answers", name=self.name)
            self.close()

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
