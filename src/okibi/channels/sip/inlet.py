"""The voice mail for the life of one process: calls come in, what was said goes into the inbox.

A call that ended is stored at once; what can't be stored now (the database is away) or was cut off by a kill is on disk
and is stored as soon as that works. The inbox knows a call by its Call-ID, so that nothing is stored twice.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime
from typing import TypeVar

import structlog
from aiortp.port_allocator import PortAllocator
from aiosipua.incoming_call import IncomingCall
from aiosipua.message import SipRequest, SipResponse
from aiosipua.transport import MessageCallback
from aiosipua.uas import SipUAS
from django.db import DatabaseError, InterfaceError, close_old_connections, connections, transaction

from okibi.channels import inbox
from okibi.channels.sip import sound
from okibi.channels.sip.answering import Answering
from okibi.channels.sip.callers import called_of, caller_of
from okibi.channels.sip.document import Call, Ended, Recording, is_empty, key_of, pack
from okibi.channels.sip.gate import Gate
from okibi.channels.sip.line import NoVoiceError, agree, open_line
from okibi.channels.sip.options import SipOptions
from okibi.channels.sip.phrases import Phrases
from okibi.channels.sip.recording import AlreadyKeptError, Kept, Recorder, left_over
from okibi.channels.sip.speech import Occasion
from okibi.channels.sip.wire import Wire
from okibi.kernel import blobs, signs
from okibi.kernel.clock import now

log = structlog.get_logger(__name__)

TICK = 0.2  # seconds
STORE_EVERY = 5.0  # seconds between two looks for what is still to be stored
SIGN_EVERY = 10.0  # seconds
LISTEN_AGAIN = 5.0  # seconds until a taken address is tried again
ASK_AT_MOST = 3.0  # seconds for the question whether the desk works
KNOWN = frozenset({"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "UPDATE"})
T = TypeVar("T")


class VoiceInlet:
    """Answers calls on one address. ``occasion`` says whether the desk works at a moment; it may ask the database.

    ``again``: seconds until a taken address is tried again.
    """

    def __init__(
        self, options: SipOptions, occasion: Callable[[datetime], Occasion], again: float = LISTEN_AGAIN
    ) -> None:
        self.options = options
        self.occasion = occasion
        self.again = again
        self.phrases = Phrases(options.greetings)
        self.gate = Gate(options)
        self.ports = PortAllocator((options.ports[0], options.ports[1]))
        self.wire = Wire((options.host, options.port), hears=self.gate.hears)
        self.uas = SipUAS(self.wire, user_agent="OKIBI", advertised_addr=(options.advertised, options.port))
        self.uas.on_invite = self._invited
        self.uas.on_reinvite = lambda sip: self._renew(sip.call_id)
        self.uas.on_bye = lambda sip, _request: self._over(sip.call_id)
        self.uas.on_cancel = lambda request, _addr: self._over(request.call_id or "")
        self.uas.on_ack_timeout = lambda sip: self._over(sip.call_id)
        self.running: dict[str, Answering | None] = {}  # by Call-ID; None until it is answered
        self.tasks: set[asyncio.Task[None]] = set()
        self.work = ThreadPoolExecutor(max_workers=1, thread_name_prefix="okibi-sip")  # its one database connection
        self.disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="okibi-sip-disk")

    @property
    def name(self) -> str:
        """Of its signs of life."""
        return self.options.url

    async def serve(self, stop: threading.Event) -> None:
        """Take calls until ``stop`` is set; then calls that run are cut off, and what was said is stored."""
        try:
            if not await self._listen(stop):
                return
            log.info("voice_inlet_listens", place=self.options.url)
            loop = asyncio.get_running_loop()
            sign_at = store_at = loop.time()
            while not stop.is_set():
                if loop.time() >= sign_at:
                    sign_at = loop.time() + SIGN_EVERY
                    await self._in_thread(self._sign, "")
                if loop.time() >= store_at:
                    store_at = loop.time() + STORE_EVERY
                    await self._in_thread(self.store_left_over)
                await asyncio.sleep(TICK)
            for answering in filter(None, self.running.values()):
                answering.stop()
            if self.tasks:
                await asyncio.wait(self.tasks, timeout=3)
            await self.uas.stop()
        finally:
            await self._in_thread(self._let_go)
            self.work.shutdown(wait=True)
            self.disk.shutdown(wait=True)

    async def _listen(self, stop: threading.Event) -> bool:
        """Take the address, again and again where another program has it: the ways of mail must not fall with it."""
        while not stop.is_set():
            try:
                await self.uas.start()
            except OSError as error:
                log.error("voice_inlet_can_not_listen", place=self.options.url, error=str(error))  # noqa: TRY400
                await self._in_thread(self._sign, f"{self.options.url}: {error}")
                await asyncio.sleep(self.again)
            else:
                self._look_first(self.wire.on_message)
                return True
        return False

    def _look_first(self, pass_on: MessageCallback | None) -> None:
        assert pass_on is not None
        self.wire.on_message = lambda message, addr: self._looked_at(message, addr, pass_on)

    # ------------------------------------------------------------------ before the library acts

    def _looked_at(self, message: SipRequest | SipResponse, addr: tuple[str, int], pass_on: MessageCallback) -> None:
        try:
            if isinstance(message, SipResponse):
                self._bye_answered(message)
            elif self._wanted(message, addr):
                pass_on(message, addr)
        except Exception as error:  # noqa: BLE001  a packet may be anything, and none may end the inlet
            log.warning("sip_packet_dropped", peer=addr[0], error=f"{type(error).__name__}: {error}"[:200])

    def _wanted(self, request: SipRequest, addr: tuple[str, int]) -> bool:
        """Whether the library should act on it; what we refuse ourselves leaves no trace in its memory."""
        if not all(request.headers.get(name) for name in ("via", "from", "to", "call-id", "cseq")):
            return False
        if request.method not in KNOWN:
            self.wire.refuse(request, 405, "Method Not Allowed")
            return False
        if request.method != "INVITE":
            return True
        call_id = request.call_id or ""
        again = request.to_addr is not None and bool(request.to_addr.tag)
        if call_id in self.running or again:
            return again and self.running.get(call_id) is not None  # else a copy of what is being answered
        return self._admitted(request, addr, call_id)

    def _admitted(self, request: SipRequest, addr: tuple[str, int], call_id: str) -> bool:
        trusted = self.gate.is_trunk(addr[0])
        refusal = self.gate.admit(addr[0], caller_of(request, trusted=trusted)[0], call_id, len(self.running))
        if refusal is not None:
            self.wire.refuse(request, refusal.status, refusal.reason, refusal.retry_after)
            return False
        if request.content_type != "application/sdp" or not request.body:
            self.wire.refuse(request, 488, "Not Acceptable Here")
            return False
        return True

    def _bye_answered(self, message: SipResponse) -> None:
        answering = self.running.get(message.call_id or "")
        if answering is not None and message.cseq is not None and message.cseq.method == "BYE":
            answering.bye_answered.set()

    # ------------------------------------------------------------------ what the library tells

    def _invited(self, sip: IncomingCall) -> None:
        self.running[sip.call_id] = None
        task = asyncio.get_running_loop().create_task(self._take(sip))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _renew(self, call_id: str) -> None:
        answering = self.running.get(call_id)
        if answering is not None:
            answering.renew()

    def _over(self, call_id: str) -> None:
        answering = self.running.get(call_id)
        if answering is not None:
            answering.over.set()
        else:
            self.running.pop(call_id, None)  # cancelled before it was answered

    # ------------------------------------------------------------------ one call

    async def _take(self, sip: IncomingCall) -> None:
        """From the INVITE to the inbox."""
        kept: Kept | None = None
        try:
            kept = await self._answered(sip)
        except Exception:
            log.exception("voice_call_failed", peer=sip.source_addr[0])
            sip.hangup()
        finally:
            self.running.pop(sip.call_id, None)
            self.uas._calls.pop(sip.call_id, None)  # noqa: SLF001  aiosipua 0.7 forgets a call at the other side's BYE only
            self.gate.over(sip.call_id)
        if kept is not None:
            await self._in_thread(self.store, kept)

    async def _answered(self, sip: IncomingCall) -> Kept | None:
        occasion = await self._occasion()
        if sip.call_id not in self.running:
            return None
        if occasion is not None and occasion.open and not self.options.overflow:
            self.wire.refuse(sip.invite, 480, "Temporarily Unavailable")
            return None
        trusted = self.gate.is_trunk(sip.source_addr[0])
        port, _ = await self.ports.allocate()
        try:
            assert sip.sdp_offer is not None
            terms = agree(sip.sdp_offer, sip.source_addr[0], trusted=trusted, local=(self.options.advertised, port))
            line = await open_line(terms, self.options.host, port)
            try:
                recorder = Recorder(self.options.folder, self._call(sip, occasion, trusted=trusted))
                answering = Answering(sip, self.wire, self.options, recorder, terms, line, self.disk)
                return await self._talk(sip, answering, occasion)
            finally:
                await line.close()
        except NoVoiceError:
            self.wire.refuse(sip.invite, 488, "Not Acceptable Here")
        except AlreadyKeptError:
            self.wire.refuse(sip.invite, 482, "Loop Detected")
        finally:
            await self.ports.release(port)
        return None

    async def _talk(self, sip: IncomingCall, answering: Answering, occasion: Occasion | None) -> Kept:
        self.running[sip.call_id] = answering
        languages = self.options.languages
        greeting = await asyncio.get_running_loop().run_in_executor(
            self.disk, self.phrases.greeting, occasion, languages
        )
        why = Ended.INTERRUPTED
        try:
            why = await answering.run(greeting, lambda heard: self.phrases.goodbye(languages, heard=heard))
        finally:
            kept = answering.recorder.finish(why, now())
        log.info("voice_call_ended", why=why.value, seconds=round(answering.recorder.seconds, 1))
        return kept

    def _call(self, sip: IncomingCall, occasion: Occasion | None, *, trusted: bool) -> Call:
        caller, name = caller_of(sip.invite, trusted=trusted)
        return Call(
            call_id=sip.call_id,
            caller=caller,
            name=name,
            called=called_of(sip.invite),
            peer=sip.source_addr[0],
            verified=trusted,
            open=bool(occasion and occasion.open),
            began=now().isoformat(),
        )

    async def _occasion(self) -> Occasion | None:
        """None where the database does not answer in time: the greeting then names no hour."""
        try:
            return await asyncio.wait_for(self._in_thread(self._ask), ASK_AT_MOST)
        except TimeoutError:
            return None

    # ------------------------------------------------------------------ in the thread with the database

    async def _in_thread(self, work: Callable[..., T], *arguments: object) -> T:
        """In the one thread that has a database connection, at the moment that this task lives in."""
        return await asyncio.get_running_loop().run_in_executor(self.work, copy_context().run, work, *arguments)

    def _ask(self) -> Occasion | None:
        close_old_connections()
        try:
            return self.occasion(now())
        except Exception as error:  # noqa: BLE001  whatever it is, the caller is answered
            log.warning("voice_hours_unknown", error=f"{type(error).__name__}: {error}"[:200])
            connections["default"].close()
            return None

    def store_left_over(self) -> None:
        """Store every call that is over and not stored yet."""
        for kept in left_over(self.options.folder, self.running):
            if not self.store(kept):
                return

    def store(self, kept: Kept) -> bool:
        """Put a call into the inbox and remove its files; False where that can't be done now."""
        close_old_connections()
        try:
            new = put(kept)
        except (DatabaseError, InterfaceError, OSError) as error:
            log.warning("voice_not_stored", error=f"{type(error).__name__}: {error}"[:200])
            connections["default"].close()
            return False
        kept.forget()
        log.info("voice_stored", new=new, why=kept.call.why)
        return True

    def _sign(self, problem: str) -> None:
        with contextlib.suppress(DatabaseError, InterfaceError):
            close_old_connections()
            signs.give(self.name, problem)

    def _let_go(self) -> None:
        with contextlib.suppress(DatabaseError, InterfaceError):
            self.store_left_over()
            signs.withdraw(self.name)
        connections["default"].close()


def put(kept: Kept) -> bool:
    """Store a call that is over; whether it was new. Raises Django's database errors, OSError."""
    pcm = kept.pcm()
    if kept.call.why == Ended.SILENCE:
        pcm = sound.without_tail(pcm)
    seconds, spoken = round(sound.seconds(pcm), 2), round(sound.spoken_seconds(pcm), 2)
    with transaction.atomic():
        wav = "" if is_empty(seconds, spoken) else blobs.put(sound.write_wav(pcm)).sha256
        raw = pack(kept.call, Recording(wav, seconds, spoken))
        _, new = inbox.receive("sip", key_of(kept.call.call_id), raw, "sip", {"peer": kept.call.peer})
    return new


def run(stop: threading.Event, options: SipOptions, occasion: Callable[[datetime], Occasion]) -> None:
    """Serve calls until ``stop`` is set."""

    async def serve() -> None:
        await VoiceInlet(options, occasion).serve(stop)

    asyncio.run(serve())
