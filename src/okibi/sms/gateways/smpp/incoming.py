"""What a message centre delivers: SMS, segments of them, receipts; each told to the room before it is acknowledged."""

import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import uuid4

import smpp34
import structlog

from okibi.policy.phone_numbers import may_be_one
from okibi.sms.gateways.port import Hub, Piece
from okibi.sms.gateways.smpp import letters, pdu, receipts
from okibi.sms.gateways.smpp.pdu import Packet
from okibi.sms.gateways.smpp.receipts import Receipt

log = structlog.get_logger(__name__)

JUST = 60.0  # seconds before a cut: what came then may not have been acknowledged in time
AGAIN = 600.0  # and seconds after it, within which the same is the same
LATE = 5.0  # seconds without an answer, after which a centre may repeat (SMPP 3.4 §7.2, response_timer)
KEPT = 10_000
INTERNATIONAL = 1


@dataclass
class Whole:
    """An SMS that left as several: its segments' ids, and what became of them."""

    number: str
    open: bool = True  # more segments are to be named
    reference: str = ""
    left: set[str] = field(default_factory=set)
    failed: int | None = None
    early: list[tuple[Receipt, str]] = field(default_factory=list)  # receipts that overtook the answers they are about


class Incoming:
    """Of one line."""

    def __init__(self, line: str, hub: Hub, *, alphabet: str, ids: str) -> None:
        self.line, self.hub, self.alphabet, self.ids = line, hub, alphabet, ids
        self._lately: OrderedDict[str, tuple[str, float]] = OrderedDict()  # digest → its id, when it was stored
        self._doubtful: dict[str, tuple[str, float]] = {}  # those of the session that was cut
        self._slow: dict[str, tuple[str, float]] = {}  # those that wait for their answer or got it late: id, since when
        self._wholes: OrderedDict[str, Whole] = OrderedDict()  # id of a segment → its SMS
        self._leaving: list[Whole] = []

    # ------------------------------------------------------------------ packets

    async def take(self, packet: Packet) -> int:
        """The status of the answer. Raises what the hub raises."""
        try:
            found = smpp34.decode(packet.raw)
        except smpp34.SmppError as error:
            log.warning("smpp_unreadable", line=self.line, error=str(error), head=packet.raw[:64].hex())
            return pdu.NEVER
        if not isinstance(found, smpp34.DeliverSm):
            return pdu.NEVER
        tlvs = {each.tag: each.value for each in found.tlvs}
        data, place = letters.opened(found.short_message, found.esm_class, tlvs)
        text = letters.text_of(data, found.data_coding, self.alphabet)
        sender = written(found.source_addr, found.source_addr_ton)
        receipt = receipts.read(found.esm_class, tlvs, text)
        if receipt is not None:
            await self._receipt(receipt, sender)
            return pdu.OK
        digest = hashlib.blake2b(packet.body, digest_size=16).hexdigest()
        name, begun = self._name(digest), time.monotonic()
        self._slow.setdefault(digest, (name, begun))
        try:
            if place is None:
                await self.hub.received(self.line, name, sender, text, "")
            else:
                await self.hub.received_piece(self.line, name, sender, Piece(place.mark, place.number, place.of, text))
        finally:
            self._answered(digest, begun)
        self._lately[digest] = (name, time.monotonic())
        if len(self._lately) > KEPT:
            self._lately.popitem(last=False)
        return pdu.OK

    def cut(self) -> None:
        """The session ended: what came shortly before may come again, and is no second SMS."""
        moment = time.monotonic()
        self._doubtful = {key: (name, moment) for key, (name, at) in self._lately.items() if moment - at < JUST}
        self._lately.clear()

    def _name(self, digest: str) -> str:
        """Its id: a packet has none that lasts, so each is a new one but for repeats: after a cut, and of one whose
        answer the centre has waited for so long that it asks once more.
        """
        moment = time.monotonic()
        name, at = self._doubtful.pop(digest, ("", 0.0))
        if name and moment - at < AGAIN:
            return name
        name, begun = self._slow.get(digest, ("", moment))
        return name if name and LATE <= moment - begun < AGAIN else uuid4().hex

    def _answered(self, digest: str, begun: float) -> None:
        """What was answered in time is not asked for again; what was late stays known until nobody repeats it."""
        moment = time.monotonic()
        if moment - begun < LATE and self._slow.get(digest, ("", 0.0))[1] == begun:
            del self._slow[digest]
        for old in [key for key, (_, at) in self._slow.items() if moment - at >= AGAIN]:
            del self._slow[old]

    # ------------------------------------------------------------------ receipts

    def begin(self, number: str) -> Whole:
        """An SMS of several segments begins to leave; :meth:`end` it."""
        whole = Whole(number)
        self._leaving.append(whole)
        return whole

    def left(self, whole: Whole, reference: str, *, last: bool) -> None:
        """A segment was taken under this id."""
        whole.left.add(reference)
        self._wholes[reference] = whole
        if last:
            whole.reference, whole.open = reference, False
        if len(self._wholes) > KEPT:
            self._wholes.popitem(last=False)

    async def end(self, whole: Whole) -> None:
        """All of it left, or no more of it will: receipts that came meanwhile are read now."""
        self._leaving.remove(whole)
        for receipt, number in whole.early:
            await self._receipt(receipt, number)
        await self.settle(whole)

    async def _receipt(self, receipt: Receipt, number: str) -> None:
        reference, also = receipts.notations(receipt.reference, self.ids)
        key = self._known(reference, also, number)
        if key is None:
            leaving = next((each for each in self._leaving if may_be_one(each.number, number)), None)
            if leaving is not None:
                leaving.early.append((receipt, number))
            else:
                await self._tell(reference, number, receipt.state, also)
            return
        whole = self._wholes[key]
        if receipt.state == 0:
            whole.left.discard(key)
        elif receipt.state >= 64:
            whole.failed = receipt.state
        await self.settle(whole)

    async def settle(self, whole: Whole) -> None:
        """Tell what became of an SMS of several segments: delivered is all of them, failed is any."""
        if whole.open or not whole.reference or (whole.failed is None and whole.left):
            return
        reference, whole.reference = whole.reference, ""  # told once
        await self._tell(reference, whole.number, whole.failed or 0, ())
        for key in [key for key, each in self._wholes.items() if each is whole]:
            del self._wholes[key]

    def _known(self, reference: str, also: tuple[str, ...], number: str) -> str | None:
        """The id of a segment that a receipt is about; another notation counts only where the number is right."""
        if reference in self._wholes:
            return reference
        found = (key for key in also if key in self._wholes and may_be_one(self._wholes[key].number, number))
        return next(found, None)

    async def _tell(self, reference: str, number: str, state: int, also: tuple[str, ...]) -> None:
        await self.hub.reported(self.line, uuid4().hex, reference, number, state, also)


def written(address: str, ton: int) -> str:
    """A sender: an international number has its plus, others are as they came."""
    return f"+{address}" if ton == INTERNATIONAL and address.isdigit() else address
