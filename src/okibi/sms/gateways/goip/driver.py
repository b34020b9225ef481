"""The "SMS server" that GoIP devices register at: one UDP port for all lines of an account."""

import asyncio
import hmac
import secrets
from collections.abc import Coroutine, Mapping
from ipaddress import ip_address
from typing import Any

import structlog

from okibi.sms.gateways.goip import packets
from okibi.sms.gateways.goip.line import Address, GoipLine, fate_of
from okibi.sms.gateways.goip.packets import Answer, Event
from okibi.sms.gateways.port import Fate, Hand, Hub, LineNews, Order, UssdError
from okibi.sms.options import GatewayOptions

log = structlog.get_logger(__name__)

UNANSWERED = frozenset({"GSM", "AT"})  # the device expects no word back
KNOWN = {"signal", "gsm_status", "num", "imei", "imsi", "iccid", "pro", "id", "pass", "password"}


class GoipGateway(asyncio.DatagramProtocol):
    """One account: its socket and its lines."""

    def __init__(self, options: GatewayOptions, hub: Hub) -> None:
        self.options, self.hub = options, hub
        tick, repeat = float(options.options["tick"]), options.options["repeat_send"] == "yes"
        self.lines = {line.name: GoipLine(line, self._write, tick, repeat=repeat) for line in options.lines}
        self._transport: asyncio.DatagramTransport | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # ------------------------------------------------------------------ the port

    async def start(self) -> None:
        host, _, port = self.options.options["listen"].rpartition(":")
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, int(port)))

    async def stop(self) -> None:
        if self._transport is not None:
            self._transport.close()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=3)

    def is_ready(self, line: str) -> bool:
        return self.lines[line].is_ready()

    async def send(self, line: str, order: Order, hand: Hand) -> Fate:
        return await self.lines[line].send(order, hand)

    async def ussd(self, line: str, code: str) -> str:
        known = self.lines[line]
        if not known.is_alive():
            raise UssdError("the line is silent")
        return await known.ussd(secrets.randbelow(2**30) + 2**30, code)

    # ------------------------------------------------------------------ datagrams

    def _write(self, data: bytes, address: Address) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(data, address)

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """Whatever comes; nothing may end the inlet, and nobody else's address is answered."""
        try:
            if not self._may_speak(addr[0]):
                log.warning("goip_stranger", peer=addr[0], gateway=self.options.name)
                return
            packet = packets.read(data)
            if isinstance(packet, Event):
                self._event(packet, (addr[0], addr[1]))
            elif isinstance(packet, Answer):
                self._answer(packet, (addr[0], addr[1]))
        except Exception as error:  # noqa: BLE001  a packet may be anything
            log.warning("goip_packet_dropped", peer=addr[0], error=f"{type(error).__name__}: {error}"[:200])

    def error_received(self, exc: Exception) -> None:
        log.info("goip_unreachable", error=str(exc))

    def _may_speak(self, host: str) -> bool:
        return not self.options.sources or any(ip_address(host) in network for network in self.options.sources)

    def _event(self, event: Event, address: Address) -> None:
        if event.verb in UNANSWERED:
            return
        line = self.lines.get(event.line)
        if line is None or not hmac.compare_digest(event.password.encode(), line.options.password.encode()):
            log.warning("goip_refused", peer=address[0], line=event.line[:64], verb=event.verb)
            refusal = packets.registered(event.id, 404) if event.verb == "req" else packets.refused(event)
            self._write(refusal, address)
            return
        if event.verb == "req":
            self._keepalive(line, event, address)
        else:
            self._later(self._kept(line, event, address))

    def _keepalive(self, line: GoipLine, event: Event, address: Address) -> None:
        fields = event.fields
        has_network = fields.get("gsm_status", "LOGIN").upper() == "LOGIN"
        line.hear(address, has_network=has_network, disabled=fields.get("disable_status") == "1")
        self._write(packets.registered(event.id, 200), address)
        self._later(self._told(line, news_of(fields, has_network=has_network)))

    async def _told(self, line: GoipLine, news: LineNews) -> None:
        await self.hub.alive(line.options.name, news)

    async def _kept(self, line: GoipLine, event: Event, address: Address) -> None:
        """Store first, acknowledge after: what the device is told we have, we have."""
        name, fields = line.options.name, event.fields
        if event.verb == "RECEIVE":
            sender = fields.get("srcnum", "")
            await self.hub.received(name, event.id, sender, fields.get("msg", ""), fields.get("smscnum", ""))
        elif event.verb == "DELIVER":
            state = whole(fields.get("state", "0"))
            await self.hub.reported(
                name, event.id, fields.get("sms_no", ""), fields.get("num", ""), 255 if state is None else state
            )
            line.reported(fields.get("num", ""))
        else:
            told = {key: value for key, value in fields.items() if key not in {"id", "password", "pass"}}
            await self.hub.happened(name, event.verb, event.id, told)
        self._write(packets.acknowledged(event), address)

    def _answer(self, answer: Answer, address: Address) -> None:
        """A word in a session; one that nobody waits for any more may still settle an SMS."""
        there = [line for line in self.lines.values() if line.address == address]  # after a reboot it may be two
        if any(line.answer(answer) for line in there):
            return
        order = whole(answer.words[0]) if answer.words else None
        fate = fate_of(answer, order) if order is not None else None
        if order is not None and fate is not None:
            for line in there:
                self._later(self._settled(line, order, fate))

    async def _settled(self, line: GoipLine, order: int, fate: Fate) -> None:
        await self.hub.settled(line.options.name, order, fate)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """A database that is away: the device is not answered, and tells again."""
        try:
            await work
        except Exception as error:  # noqa: BLE001
            log.warning("goip_not_stored", gateway=self.options.name, error=f"{type(error).__name__}: {error}"[:200])


def whole(text: str) -> int | None:
    """A whole number of a size that any counter has; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def news_of(fields: Mapping[str, str], *, has_network: bool) -> LineNews:
    """What a keepalive says of its line; keys that nobody knows are kept too."""
    signal = whole(fields.get("signal", ""))
    level = signal if signal is not None and signal <= 31 else None
    return LineNews(
        has_network=has_network,
        signal=level,
        operator=fields.get("pro") or None,
        number=fields.get("num") or None,
        imei=fields.get("imei") or None,
        imsi=fields.get("imsi") or None,
        iccid=fields.get("iccid") or None,
        model="GoIP",
        facts={key: value[:200] for key, value in fields.items() if key not in KNOWN},
    )


GATEWAY = GoipGateway
