"""One line of a message centre: its session or pair of them, kept open, and the SMS that leave by it."""

import asyncio
import contextlib
import secrets
import time
from datetime import timedelta

import smpp34
import structlog

from okibi.sms.gateways.numbers import notation
from okibi.sms.gateways.port import Fate, Hand, Hub, LineNews, Order, Refused, Sent, Trouble, Unknown
from okibi.sms.gateways.smpp import letters, pdu, receipts, statuses
from okibi.sms.gateways.smpp.incoming import Incoming, Whole
from okibi.sms.gateways.smpp.letters import Part
from okibi.sms.gateways.smpp.pdu import Packet
from okibi.sms.gateways.smpp.session import BindError, EndedError, Session
from okibi.sms.options import GatewayOptions, LineOptions

log = structlog.get_logger(__name__)

CONNECT_AGAIN = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)  # seconds
NO_SESSION, BUSY = timedelta(seconds=10), timedelta(seconds=1)
PART_TRIES = 4  # of a segment whose others left already
INTERNATIONAL, NATIONAL, ALPHANUMERIC, UNKNOWN_TON, ISDN = "1", "2", "5", "0", "1"


class SmppLine:
    """``is_ready``: bound, and both the window and the rate have room."""

    def __init__(self, gateway: GatewayOptions, line: LineOptions, hub: Hub) -> None:
        self.gateway, self.options, self.hub = gateway, line, hub
        said = gateway.options
        self.window, self.per_second = int(said["window"]), int(said["per_second"])
        self.enquire, self.patience = float(said["enquire_seconds"]), float(said["answer_seconds"])
        self.incoming = Incoming(line.name, hub, alphabet=said["alphabet"], ids=said["receipt_ids"])
        self.sessions: dict[str, Session] = {}
        self.in_hand = 0
        self.again = CONNECT_AGAIN
        self.throttled = 0  # answers in a row that said "too fast"
        self._mark = secrets.randbelow(0x10000)  # a new process must not begin where the last one did
        self._free_at = 0.0
        self._error = ""
        self._task: asyncio.Task[None] | None = None
        self._late: set[asyncio.Task[None]] = set()

    # ------------------------------------------------------------------ its sessions

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._live())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        for session in self.sessions.values():
            await session.leave()

    def is_ready(self) -> bool:
        room = self.in_hand < self.window and time.monotonic() >= self._free_at
        return room and self._is_bound()

    def _is_bound(self) -> bool:
        return bool(self.sessions) and not any(each.ended.is_set() for each in self.sessions.values())

    async def _live(self) -> None:
        """Connected always: after a cut again, later and later while that fails."""
        failed = 0
        while True:
            try:
                await self._bind()
            except (OSError, TimeoutError, BindError, UnicodeEncodeError) as error:
                await self._troubled(error)
                await asyncio.sleep(self.again[min(failed, len(self.again) - 1)])
                failed += 1
                continue
            failed, self._error = 0, ""
            log.info("smpp_bound", gateway=self.gateway.name, line=self.options.name)
            await self._watched()
            self.incoming.cut()
            log.warning("smpp_session_ended", gateway=self.gateway.name, line=self.options.name)
            await asyncio.sleep(self.again[0])

    async def _bind(self) -> None:
        said, made = self.gateway.options, {}
        names = (self.options.name, self.options.password, said["system_type"])
        try:
            for how in ("transceiver",) if said["bind"] == "transceiver" else ("receiver", "transmitter"):
                made[how] = session = Session(self.incoming.take)
                await session.open(said["address"], how, names, tls=said["tls"] == "yes")
        except BaseException:
            for session in made.values():
                session.close()
            raise
        self.sessions = made

    async def _watched(self) -> None:
        """Until a session ends; each is asked whether it lives."""
        while self._is_bound():
            await self._tell_alive()
            ended = [asyncio.ensure_future(each.ended.wait()) for each in self.sessions.values()]
            done, rest = await asyncio.wait(ended, timeout=self.enquire, return_when=asyncio.FIRST_COMPLETED)
            for each in rest:
                each.cancel()
            if done:
                break
            for session in self.sessions.values():
                await session.enquire(min(self.patience, 10.0))
        for session in self.sessions.values():
            session.close()

    async def _tell_alive(self) -> None:
        name = next((each.name for each in self.sessions.values() if each.name), "")
        try:
            await self.hub.alive(self.options.name, LineNews(has_network=True, model=f"SMPP {name}".strip()[:60]))
        except Exception as error:  # noqa: BLE001  the database is away: the session is not
            log.warning("smpp_not_told", line=self.options.name, error=f"{type(error).__name__}: {error}"[:200])

    async def _troubled(self, error: Exception) -> None:
        """Why there is no session: in the log each time, in the line's events once."""
        said = str(error) or type(error).__name__
        log.warning("smpp_not_bound", gateway=self.gateway.name, line=self.options.name, error=said[:200])
        if said != self._error:
            self._error = said
            with contextlib.suppress(Exception):
                await self.hub.happened(self.options.name, "BIND", "", {"error": said[:200]})

    # ------------------------------------------------------------------ one SMS

    async def send(self, order: Order, hand: Hand) -> Fate:
        """At most ``window`` at a time; the segments of one SMS one after the other."""
        self.in_hand += 1
        self._free_at = max(self._free_at, time.monotonic() + self.options.pace)
        try:
            try:
                packets = self._packets(order)
            except ValueError as error:
                return Refused(str(error)[:200], permanent=True)
            if not self._is_bound():
                return Trouble("no session with the message centre", NO_SESSION)
            if not await hand():
                return Trouble("taken back", BUSY, is_failure=False)
            return await self._submitted(order, packets)
        finally:
            self.in_hand -= 1

    def _packets(self, order: Order) -> list[Part]:
        if "\x00" in order.text:
            raise ValueError("a NUL in the text")
        self._mark = (self._mark + 1) % 0x10000
        said = self.gateway.options
        return list(letters.parts(order.text, alphabet=said["alphabet"], long=said["long"], mark=self._mark))

    async def _submitted(self, order: Order, parts: list[Part]) -> Fate:
        if len(parts) == 1:
            return await self._one(order, parts[0], begun=False, last=True)
        whole = self.incoming.begin(order.number)
        try:
            return await self._all(order, parts, whole)
        finally:
            await self.incoming.end(whole)

    async def _all(self, order: Order, parts: list[Part], whole: Whole) -> Fate:
        fate: Fate = Refused("no text", permanent=True)
        for number, part in enumerate(parts, start=1):
            last = number == len(parts)
            fate = await self._one(order, part, begun=number > 1, last=last)
            if not isinstance(fate, Sent):
                return fate if number == 1 else _torn(fate, number, len(parts))
            if fate.reference:
                self.incoming.left(whole, fate.reference, last=last)
        return fate

    async def _one(self, order: Order, part: Part, *, begun: bool, last: bool) -> Fate:
        """A segment. Where others of the SMS left already, "too fast" is waited out here."""
        fate = await self._put(order, part, last=last)
        for _ in range(PART_TRIES - 1 if begun else 0):
            if not isinstance(fate, Trouble):
                break
            await asyncio.sleep(min(fate.rest.total_seconds(), 15.0))
            fate = await self._put(order, part, last=last)
        return fate

    async def _put(self, order: Order, part: Part, *, last: bool) -> Fate:
        await self._turn()
        session = self.sessions.get("transceiver") or self.sessions["transmitter"]
        number = session.next()

        def late(got: Packet) -> None:
            if last:  # of the others nobody could tell whether all of them left
                task = asyncio.get_running_loop().create_task(self._settled(order.id, self._fate(got)))
                self._late.add(task)
                task.add_done_callback(self._late.discard)

        try:
            got = await session.ask(self._submit(order, part, number).encode(), number, self.patience, late)
        except EndedError as error:
            said = "the session ended before the answer"
            return Unknown(said) if error.written else Trouble("no session with the message centre", NO_SESSION)
        except TimeoutError:
            return Unknown("no answer to submit_sm")
        return self._fate(got)

    async def _turn(self) -> None:
        """Keep to the rate, in segments."""
        if not self.per_second:
            return
        moment = time.monotonic()
        begin = max(moment, self._free_at)
        self._free_at = begin + 1 / self.per_second
        await asyncio.sleep(begin - moment)

    def _fate(self, got: Packet) -> Fate:
        if got.status == pdu.OK and got.command == pdu.SUBMIT_SM | pdu.RESPONSE:
            self.throttled = 0
            name = pdu.message_id(got)
            return Sent(receipts.canonical(name) if name else "")
        if got.status == pdu.OK and got.command != pdu.GENERIC_NACK:
            return Unknown("an answer of another kind")
        fate = statuses.fate_of(got.status, self.throttled)
        self.throttled = self.throttled + 1 if isinstance(fate, Trouble) else 0
        return fate

    async def _settled(self, order: int, fate: Fate) -> None:
        with contextlib.suppress(Exception):  # it stays uncertain; its receipt may settle it
            await self.hub.settled(self.options.name, order, fate)

    def _submit(self, order: Order, part: Part, number: int) -> smpp34.SubmitSm:
        said = self.gateway.options
        source, source_ton, source_npi = addressed(said["source"] or self.options.number)
        dest, dest_ton, dest_npi = addressed(notation(order.number, self.options.notation))
        if self.options.notation == "7":  # digits as the operator wants them, and still international
            dest_ton, dest_npi = INTERNATIONAL, ISDN
        return smpp34.SubmitSm(
            source,
            dest,
            part.data,
            source_addr_ton=chosen(said["source_ton"], source_ton),
            source_addr_npi=chosen(said["source_npi"], source_npi),
            dest_addr_ton=chosen(said["dest_ton"], dest_ton),
            dest_addr_npi=chosen(said["dest_npi"], dest_npi),
            esm_class=part.esm_class,
            data_coding=part.coding,
            registered_delivery=1 if said["receipts"] == "yes" else 0,
            tlvs=letters.as_tlvs(part.tlvs),
            sequence_number=number,
        )


def _torn(fate: Fate, number: int, count: int) -> Unknown:
    """Some segments left and this one did not: what was sent is not taken back, and never sent again by itself."""
    why = "" if isinstance(fate, Sent) else fate.error
    return Unknown(f"segment {number} of {count}: {why}"[:200])


def chosen(said: str, suits: str) -> int:
    return int(suits if said == "auto" else said)


def addressed(address: str) -> tuple[str, str, str]:
    """An address as it is sent, its TON and its NPI (SMPP 3.4 §5.2.5, §5.2.6)."""
    if address.startswith("+"):
        return address[1:], INTERNATIONAL, ISDN
    if address and not address.isdigit():
        return address, ALPHANUMERIC, UNKNOWN_TON
    if len(address) == 11 and address.startswith("8"):
        return address, NATIONAL, ISDN
    return address, UNKNOWN_TON, ISDN if len(address) > 6 else UNKNOWN_TON
