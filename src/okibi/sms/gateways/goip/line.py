"""One line of a GoIP: where it speaks from, and the one conversation that it may have at a time."""

import asyncio
import secrets
import time
from collections.abc import Callable
from datetime import timedelta

from okibi.sms.gateways.goip import packets
from okibi.sms.gateways.goip.errors import error_of
from okibi.sms.gateways.goip.packets import Answer
from okibi.sms.gateways.numbers import notation
from okibi.sms.gateways.port import Fate, Hand, Order, Refused, Sent, Trouble, Unknown, UssdError
from okibi.sms.options import LineOptions

DEAD_AFTER = 92.0  # seconds without a keepalive (vendor)
TRIES = 4  # a packet and three more of it (vendor)
SESSION_TICKS = 18  # 90 s: then the device forgets the session (vendor)
USSD_TICKS = 24  # 120 s
USSD_AGAIN = 12  # 60 s: asked once more (goip-bridge)
BUSY, NO_NETWORK, WRONG_PASSWORD = timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=10)
FINAL = ("OK", "ERROR")
REPORTED = "REPORTED"  # no word of a device's: ours, of a report that was stored
REPORTED_TICKS, TAIL = 2, 7
NOT_BEGUN = ("SENDID", "GSM_LOGOUT", "PASSWORD")  # what a device says instead of taking a SEND
Address = tuple[str, int]


class GoipLine:
    """``write``: puts a datagram on the socket. ``tick``: seconds, 5 with real devices."""

    def __init__(
        self, options: LineOptions, write: Callable[[bytes, Address], None], tick: float, *, repeat: bool
    ) -> None:
        self.options = options
        self.tick = tick
        self.repeat = repeat
        self.address: Address | None = None
        self.heard_at = 0.0
        self.has_network = False
        self.disabled = False
        self.busy_until = 0.0
        self._write = write
        self._session = 0  # what we talk about; 0 is nothing
        self._in_hand = ""  # the number of the SMS that was handed over
        self._answers: asyncio.Queue[Answer] = asyncio.Queue()
        self._talk = asyncio.Lock()

    # ------------------------------------------------------------------ what it is

    def hear(self, address: Address, *, has_network: bool, disabled: bool) -> None:
        """A keepalive came: commands go back to exactly where it came from."""
        self.address, self.heard_at = address, time.monotonic()
        self.has_network, self.disabled = has_network, disabled

    def is_alive(self) -> bool:
        return self.address is not None and time.monotonic() - self.heard_at < DEAD_AFTER

    def is_ready(self) -> bool:
        """Alive, in its network, nothing in hand, and its pace allows."""
        ready = self.is_alive() and self.has_network and not self.disabled
        return ready and not self._talk.locked() and time.monotonic() >= self.busy_until

    def answer(self, answer: Answer) -> bool:
        """A word of the device; whether it belongs to what we talk about."""
        if not self._session or answer.id != str(self._session):
            return False
        self._answers.put_nowait(answer)
        return True

    def reported(self, number: str) -> None:
        """A delivery report was stored. Of the number in hand it says that the final answer may have been lost."""
        if self._in_hand and number[-TAIL:] == self._in_hand[-TAIL:]:
            self._answers.put_nowait(Answer(REPORTED, str(self._session)))

    # ------------------------------------------------------------------ one SMS

    async def send(self, order: Order, hand: Hand) -> Fate:
        """MSG, PASSWORD, SEND, and then only listening: the device sends anew at a SEND that comes twice."""
        async with self._talk:
            self.busy_until = time.monotonic() + self.options.pace
            self._begin(secrets.randbelow(2**30) + 1)  # another one each time: what an earlier attempt was told is over
            try:
                return await self._carried(order, hand)
            finally:
                self._session, self._in_hand = 0, ""

    async def _carried(self, order: Order, hand: Hand) -> Fate:
        deadline = time.monotonic() + SESSION_TICKS * self.tick
        try:
            text = packets.message(self._session, order.text)
            number = notation(order.number, self.options.notation)
            last = packets.send(self._session, order.id, number)
        except ValueError as error:
            return Refused(str(error), permanent=True)
        asked = await self._ask(text, {"PASSWORD", "SEND", "ERROR"})
        if asked is not None and asked.verb == "PASSWORD":
            secret = packets.password(self._session, self.options.password)
            asked = await self._ask(secret, {"SEND", "ERROR"})
        if asked is None:
            return Trouble("the line does not answer", BUSY)
        if asked.verb == "ERROR":
            return self._not_begun(asked.rest)
        if not await hand():
            self._put(packets.done(self._session))
            return Trouble("taken back", BUSY, is_failure=False)
        self._in_hand = order.number
        fate = await self._handed(last, order.id, deadline)
        if not isinstance(fate, Unknown):
            self._put(packets.done(self._session))
            await self._next(self.tick / 10, {"DONE"})
        return fate

    async def _handed(self, last: bytes, telid: int, deadline: float) -> Fate:
        """SEND again only where nothing at all came back; after WAIT nothing but listening."""
        waits, tries = False, 0
        while (left := deadline - time.monotonic()) > 0:
            if not waits and tries < (TRIES if self.repeat else 1):
                self._put(last)
                tries += 1
            got = await self._next(left if waits else min(left, self.tick), {"WAIT", REPORTED, *FINAL})
            if got is None:
                continue
            if got.verb == "WAIT":
                waits = True
            elif got.verb == REPORTED:  # a short while more: the room knows by the report what the answer would say
                waits, deadline = True, min(deadline, time.monotonic() + REPORTED_TICKS * self.tick)
            elif (fate := fate_of(got, telid)) is not None:
                return fate
            elif got.verb == "ERROR":  # of the session; it is an answer to this SEND only where there was no other
                certain = not waits and tries == 1 and any(word in got.rest for word in NOT_BEGUN)
                return self._not_begun(got.rest) if certain else Unknown(got.rest.strip()[:200] or "error")
        if not tries:
            return Trouble("the session ran out", timedelta(0), is_failure=False)
        return Unknown("no final answer" if waits else "no answer to SEND")

    def _not_begun(self, rest: str) -> Trouble:
        said = rest.strip()[:200] or "busy"
        if "GSM_LOGOUT" in said:
            self.has_network = False  # until its next keepalive says otherwise
            return Trouble("GSM_LOGOUT", NO_NETWORK)
        if "PASSWORD" in said:
            return Trouble("the device refuses the line's password", WRONG_PASSWORD)
        if "SENDID" in said:
            return Trouble("SENDID", timedelta(0), is_failure=False)  # it forgot the session: begin anew
        return Trouble(said, BUSY, is_failure=False)

    # ------------------------------------------------------------------ USSD

    async def ussd(self, session: int, code: str) -> str:
        """Raises UssdError."""
        async with self._talk:
            self._begin(session)
            try:
                return await self._asked_operator(session, code)
            finally:
                self._session = 0

    async def _asked_operator(self, session: int, code: str) -> str:
        try:
            asked = packets.ussd(session, self.options.password, code)
        except ValueError as error:
            raise UssdError(str(error)) from error
        got = None
        for ticks in (USSD_AGAIN, USSD_TICKS - USSD_AGAIN):
            self._put(asked)
            got = await self._next(ticks * self.tick, {"USSD", "USSDERROR", "USSDEXIT", "ERROR"})
            if got is not None:
                break
        if got is None or got.verb != "USSD":
            raise UssdError(got.rest[:200] or got.verb if got else "no answer")
        self._put(packets.ussd_exit(session, self.options.password))
        return got.rest

    # ------------------------------------------------------------------ words

    def _begin(self, session: int) -> None:
        self._session = session
        while not self._answers.empty():
            self._answers.get_nowait()

    def _put(self, data: bytes) -> None:
        if self.address is not None:
            self._write(data, self.address)

    async def _ask(self, data: bytes, wanted: set[str]) -> Answer | None:
        for _ in range(TRIES):
            self._put(data)
            got = await self._next(self.tick, wanted)
            if got is not None:
                return got
        return None

    async def _next(self, seconds: float, wanted: set[str]) -> Answer | None:
        """The next wanted word within so many seconds; others are passed over."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                got = await asyncio.wait_for(self._answers.get(), left)
            except TimeoutError:
                return None
            if got.verb in wanted:
                return got
        return None


def fate_of(got: Answer, telid: int) -> Fate | None:
    """What ``OK n telid [sms_no]`` and ``ERROR n telid errorstatus:c`` say; None for other words."""
    words = got.words
    if not words or words[0] != str(telid):
        return None
    if got.verb == "OK":
        return Sent(words[1] if len(words) > 1 else "")
    if got.verb == "ERROR":
        error, permanent = error_of(got.rest.partition(" ")[2])
        return Refused(error, permanent)
    return None
