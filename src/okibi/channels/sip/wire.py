"""SIP datagrams in and out: what comes is looked at by us before the library acts on it, what goes out goes back only.

Answers go where the request came from (RFC 3261 section 18.2.2); a packet whose Via asks for another place is dropped,
so that nobody can aim our answers at a third party.
"""

import asyncio
import ipaddress
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from aiosipua.headers import Via
from aiosipua.message import SipMessage, SipRequest, SipResponse
from aiosipua.transport import SipTransport
from aiosipua.utils import generate_tag

LONGEST = 16 * 1024  # bytes of a datagram; real INVITEs have about one thousand
COPIED = ("From", "Call-ID", "CSeq")

for name in ("aiosipua", "aiortp"):  # they write a line, some with a traceback, for every packet of junk
    logging.getLogger(name).setLevel(logging.ERROR)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, take: Callable[[bytes, tuple[str, int]], None]) -> None:
        self._take = take

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._take(data, (addr[0], addr[1]))


@dataclass
class Wire(SipTransport):
    """The library's transport over UDP. ``hears`` says whether a packet from an address is looked at at all."""

    hears: Callable[[str], bool] = field(default=lambda _host: True)
    _udp: asyncio.DatagramTransport | None = field(default=None, init=False, repr=False)

    async def start(self) -> None:
        """Listen. Raises OSError where another program does."""
        loop = asyncio.get_running_loop()
        self._udp, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self._take), local_addr=self.local_addr)

    async def stop(self) -> None:
        if self._udp is not None:
            self._udp.close()
            self._udp = None

    def send(self, message: SipRequest | SipResponse, addr: tuple[str, int]) -> None:
        """Hand a message to the network; what can't be sent is lost, as any datagram may be."""
        try:
            ipaddress.ip_address(addr[0])
            if self._udp is not None:
                self._udp.sendto(bytes(message), addr)
        except (ValueError, OverflowError, OSError):
            return

    def refuse(self, request: SipRequest, status: int, reason: str, retry_after: int = 0) -> None:
        """Answer a request that makes no dialog, and keep nothing of it."""
        answer = SipResponse(status_code=status, reason_phrase=reason)
        for via in request.headers.get("via"):
            answer.headers.append("Via", via)
        for header in COPIED:
            answer.headers.set_single(header, request.headers.get_first(header) or "")
        to = request.headers.get_first("to") or ""
        answer.headers.set_single("To", to if ";tag=" in to else f"{to};tag={generate_tag()}")
        if retry_after:
            answer.headers.set_single("Retry-After", str(retry_after))
        self.send_reply(answer)

    def _take(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) > LONGEST or not data.strip() or not self.hears(addr[0]):  # blank ones keep a NAT's way open
            return
        try:
            via = _top_via(SipMessage.parse(data))
        except Exception:  # noqa: BLE001  junk has no end of forms; none of it may reach further
            return
        if via is not None and (via.received is None or via.received == addr[0]):
            self._dispatch(data, addr)


def _top_via(message: SipRequest | SipResponse) -> Via | None:
    vias = message.via
    return vias[0] if vias else None
