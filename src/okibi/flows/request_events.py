"""What happens to the requests that a visitor may see, as it happens: the stream that the customers' doors share.

The hub reads the journal once for all streams of a process and knows of each entry whom it may concern; whether it
does, and what it is called, the reader's ``news`` says. A door only finds out who listens (ASGI: a stream has no view).
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from okibi.customers.selectors import card_ids
from okibi.environments.selectors import access_device
from okibi.flows.ipv_conversation import Event
from okibi.flows.visitor import Visitor, of_device
from okibi.journal.live import HEADERS, WINDOW, Hub, Receive, Send, in_thread, pump, until_gone, write
from okibi.journal.selectors import since
from okibi.kernel.errors import NotAllowedError
from okibi.tickets.audience import Audience, audiences
from okibi.tickets.requester_services import TYPING_CHANNEL

STREAMS = 10  # of one device in one process
CATCH_UP = 200  # events in one reading
LATE = timedelta(seconds=10)  # ids may commit out of order: so far before the last one it is looked again

News = Callable[[Visitor, int, int], Sequence[Event]]
Headers = list[tuple[bytes, bytes]]
_open: Counter[str] = Counter()


def _news(entry_id: int, limit: int) -> list[dict[str, Any]]:
    """Entries after one, with whom they may concern; two queries."""
    entries = since(entry_id, limit)
    known = audiences({entry.subject_id for entry in entries if entry.subject_kind == "ticket"})
    return [
        {
            "id": entry.pk,
            "audience": known.get(entry.subject_id) if entry.subject_kind == "ticket" else None,
            "device": entry.subject_id if entry.subject_kind == "device" else None,
        }
        for entry in entries
    ]


def _typed(payload: dict[str, Any]) -> dict[str, Any] | None:
    """Somebody of the desk writes."""
    if payload.get("side") != "desk" or not isinstance(payload.get("ticket"), int):
        return None
    audience = audiences([payload["ticket"]]).get(payload["ticket"])
    return {"typing": True, "audience": audience} if audience else None


hub = Hub(_news, {TYPING_CHANNEL: _typed})


@dataclass
class Reader:
    """One open stream: whose it is, what is theirs to hear, and what it was told already.

    ``news``: the events after one of a visitor's. ``organisation``: what concerns the organisation that the visitor
    administers is asked for, too.
    """

    visitor: Visitor
    cards: frozenset[int]
    news: News
    organisation: bool = False
    told: set[int] = field(default_factory=set)

    def own(self, audience: Audience) -> bool:
        """Whether the visitor or their device placed it."""
        return audience.device_id == self.visitor.device_id or audience.person_id in self.cards

    async def concerns(self, audience: Audience) -> bool:
        """Whether the visitor may hear of it at this moment."""
        if self.own(audience):
            return True
        theirs = self.visitor.organisation_id
        if not self.organisation or theirs is None or audience.organisation_id != theirs:
            return False
        return await self.may_go_on() and self.visitor.is_admin and self.visitor.organisation_id == theirs

    async def frame(self, event: dict[str, Any]) -> bytes:
        """The event as this visitor is told it; b"" for nothing."""
        audience: Audience | None = event.get("audience")
        if event.get("device") == self.visitor.device_id and not await self.may_go_on():
            raise _OverError
        if audience is None or not await self.concerns(audience):
            return b""
        if event.get("typing"):
            return f"event: request.typing\ndata: {json.dumps({'number': audience.number})}\n\n".encode()
        if event["id"] in self.told:
            return b""
        found = await in_thread(self.news, self.visitor, event["id"] - 1, 1)
        return frame_of(found[0]) if found and found[0].id == event["id"] else b""

    async def may_go_on(self) -> bool:
        """Whether the device is still in use; what its person may see is looked at anew."""
        try:
            self.visitor = replace(await in_thread(_now_of, self.visitor.device), row=None)
        except NotAllowedError:
            return False
        return True

    async def catch_up(self, last: int, send: Send) -> None:
        """What happened after an event, and what was written before it but committed after it was told."""
        known = await in_thread(since, last - 1, 1)
        looked_from = known[0].at - LATE if known and known[0].pk == last else None
        after = max(0, last - WINDOW) if looked_from else last
        while True:
            found: list[Event] = list(await in_thread(self.news, self.visitor, after, CATCH_UP))
            for event in found:
                late = looked_from is not None and event.id != last and event.at >= looked_from
                if event.id > last or late:
                    self.told.add(event.id)
                    await write(send, frame_of(event))
            if len(found) < CATCH_UP:
                return
            after = found[-1].id


def _now_of(device: str) -> Visitor:
    return of_device(access_device(device))


class _OverError(Exception):
    """The device was cut off."""


def reader_of(visitor: Visitor, news: News, *, organisation: bool = False) -> Reader:
    """A reader for a visitor. A stream lives for hours: the rows it was opened by need not."""
    cards = frozenset(card_ids(visitor.person_id)) if visitor.person_id is not None else frozenset()
    return Reader(replace(visitor, row=None), cards, news, organisation)


def frame_of(event: Event) -> bytes:
    """One event of the stream: never a customer's words."""
    name = event.name if event.name.startswith("request.") else f"request.{event.name}"
    at = timezone.localtime(event.at).isoformat(timespec="milliseconds")
    data = json.dumps({"number": event.number, "code": event.code, "at": at})
    return f"id: {event.id}\nevent: {name}\ndata: {data}\n\n".encode()


def is_full(device: str) -> bool:
    """Whether a device has as many streams open as one may."""
    return _open[device] >= STREAMS


async def stream(reader: Reader, last: str, receive: Receive, send: Send, headers: Headers | None = None) -> None:
    """Answer with the stream until its reader goes or may hear no more; ``last``: the id of what they heard last."""
    device = reader.visitor.device
    _open[device] += 1
    queue = hub.join()
    gone = asyncio.create_task(until_gone(receive))
    try:
        await hub.listening()
        await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, *(headers or ())]})
        await write(send, b"retry: 2000\n\n")
        if last.isascii() and last.isdecimal() and len(last) < 19:
            await reader.catch_up(int(last), send)
        await pump(queue, gone, send, reader.frame, reader.may_go_on)
    except _OverError:
        await send({"type": "http.response.body", "body": b""})
    finally:
        hub.leave(queue)
        gone.cancel()
        _open[device] -= 1
        if not _open[device]:
            del _open[device]
