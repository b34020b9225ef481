"""One call from the greeting to the goodbye: what is said to the caller, what is heard, when it is over."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor

import structlog
from aiosipua.incoming_call import IncomingCall

from okibi.channels.sip import sound
from okibi.channels.sip.document import LEAST_SPOKEN, Ended
from okibi.channels.sip.line import Line, NoVoiceError, Terms, Unbroken, agree
from okibi.channels.sip.options import SipOptions
from okibi.channels.sip.recording import Recorder
from okibi.channels.sip.wire import Wire

log = structlog.get_logger(__name__)

TICK = 0.1  # seconds
BEFORE_SPEAKING = 0.3  # seconds that a telephone needs to open its ear
SYNC_EVERY = 10  # ticks
BYE_AGAIN = (0.5, 1.0, 2.0, 4.0)  # seconds until the next BYE where nobody answers it (RFC 3261 section 17.1.2)


class Answering:
    """A call that was admitted. ``over`` is set by whoever learns that the caller is gone."""

    def __init__(
        self,
        sip: IncomingCall,
        wire: Wire,
        options: SipOptions,
        recorder: Recorder,
        terms: Terms,
        line: Line,
        disk: Executor,
    ) -> None:
        self.sip = sip
        self.wire = wire
        self.options = options
        self.recorder = recorder
        self.terms = terms
        self.line = line
        self.disk = disk
        self.over = asyncio.Event()
        self.bye_answered = asyncio.Event()
        self.stopped = False
        self._heard_at = 0.0
        self._full = False

    async def run(self, greeting: bytes, goodbye: Callable[[bool], bytes]) -> Ended:
        """Answer, greet, record, say goodbye; why it was over. The sound is on disk."""
        self.sip.accept(self.terms.answer)
        if await self._within(BEFORE_SPEAKING) and await self._play(greeting):
            why = await self._listen()
            heard = self.recorder.last_spoken >= LEAST_SPOKEN
            if why in {Ended.SILENCE, Ended.LENGTH}:
                await self._play(goodbye(heard))
        else:
            why = Ended.STOPPED if self.stopped else Ended.CALLER
        await self.hang_up()
        return why

    def stop(self) -> None:
        """The product goes: what was said so far is kept."""
        self.stopped = True
        self.over.set()

    def renew(self) -> None:
        """The caller's side offers anew (a hold, another port): the same codec, or it is refused."""
        offer = self.sip.sdp_offer
        local = (self.terms.answer.connection.address if self.terms.answer.connection else "", _port(self.terms))
        if offer is None:
            self.sip.accept(self.terms.answer)
            return
        try:
            self.terms = agree(
                offer, self.sip.source_addr[0], trusted=self.terms.trusted, local=local, codec=self.terms.codec
            )
        except NoVoiceError:
            self.wire.refuse(self.sip.invite, 488, "Not Acceptable Here")  # what was agreed on before goes on
            return
        self.line.heard_from = self.terms.heard_from
        self.line.update_remote(self.terms.remote)
        self.sip.accept(self.terms.answer)

    async def hang_up(self) -> None:
        """Say BYE until somebody answers it; nothing where the caller said it."""
        bye = None if self.over.is_set() and not self.stopped else self.sip.hangup()
        if bye is None:
            return
        for pause in BYE_AGAIN:
            try:
                await asyncio.wait_for(self.bye_answered.wait(), 0.2 if self.stopped else pause)
            except TimeoutError:
                self.wire.send(bye, self.sip.source_addr)
            else:
                return

    async def _play(self, pcm: bytes) -> bool:
        """Speak; False where the caller was gone before the end."""
        for frame in sound.frames(pcm):
            self.line.send_audio_auto(sound.encode(frame, self.terms.codec))
        return await self._first(self.line.drain())

    async def _listen(self) -> Ended:
        """Record until the caller hangs up, says nothing for a while, or has said as much as may be."""
        loop = asyncio.get_running_loop()
        began = self._heard_at = loop.time()
        self.line.on_audio = Unbroken(self._write).put
        ticks = 0
        while await self._within(TICK):
            ticks += 1
            if ticks % SYNC_EVERY == 0:
                await loop.run_in_executor(self.disk, self.recorder.sync)
            recorded, now = self.recorder.seconds, loop.time()
            if self._full or recorded >= self.options.longest or now - began >= self.options.longest + 30:
                break
            quiet = recorded - self.recorder.last_spoken
            if quiet >= self.options.silence or now - self._heard_at >= self.options.silence:
                self.line.on_audio = None
                return Ended.SILENCE
        self.line.on_audio = None
        if self.over.is_set():
            return Ended.STOPPED if self.stopped else Ended.CALLER
        return Ended.LENGTH

    def _write(self, pcm: bytes) -> None:
        self._heard_at = asyncio.get_running_loop().time()
        if self._full:
            return
        try:
            self.recorder.write(pcm)
        except (
            OSError
        ) as error:  # the disk is full: what is there is kept, and the caller is not left talking to nobody
            log.error("voice_not_written", error=str(error))  # noqa: TRY400  one line says it
            self._full = True

    async def _within(self, seconds: float) -> bool:
        """Wait; False where the call was over before."""
        try:
            await asyncio.wait_for(self.over.wait(), seconds)
        except TimeoutError:
            return True
        return False

    async def _first(self, done: Awaitable[None]) -> bool:
        tasks = [asyncio.ensure_future(done), asyncio.ensure_future(self.over.wait())]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        return not self.over.is_set()


def _port(terms: Terms) -> int:
    return terms.answer.audio.port if terms.answer.audio else 0
