"""The ASGI side of ``/api/v1/events``: what happens to the requests that a visitor may see, as it happens.

The hub reads the journal once for all streams of a process and knows of each entry whom it may concern; whether it
does, and what it is called, :func:`okibi.flows.ipv_conversation.news` says for that visitor.
"""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

from okibi.api import tickets
from okibi.api.problems import KINDS, MEDIA_TYPE, TYPE
from okibi.api.rendering import as_json, moment
from okibi.customers.selectors import card_ids
from okibi.environments.selectors import access_device
from okibi.flows.ipv_conversation import Event, news
from okibi.flows.visitor import Visitor, of_device, visitor_of
from okibi.journal.live import (
    HEADERS,
    WINDOW,
    Hub,
    Receive,
    Scope,
    Send,
    headers_of,
    in_thread,
    pump,
    until_gone,
    write,
)
from okibi.journal.selectors import since
from okibi.kernel.errors import NotAllowedError
from okibi.tickets.audience import Audience, audiences

TYPING = "okibi_typing"  # channel of NOTIFY: {ticket, side}; nothing is stored
STREAMS = 10  # of one device in one process
CATCH_UP = 200  # events in one reading
LATE = timedelta(seconds=10)  # ids may commit out of order: so far before the last one it is looked again

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


hub = Hub(_news, {TYPING: _typed})


@dataclass
class Reader:
    """One open stream: whose it is, and what it was told already."""

    visitor: Visitor
    cards: frozenset[int]
    told: set[int] = field(default_factory=set)

    def concerns(self, audience: Audience) -> bool:
        """Whether it may concern this visitor; :func:`news` has the last word."""
        mine = self.visitor
        return (
            audience.device_id == mine.device_id
            or audience.person_id in self.cards
            or (audience.organisation_id is not None and audience.organisation_id == mine.organisation_id)
        )

    async def frame(self, event: dict[str, Any]) -> bytes:
        """The event as this visitor is told it; b"" for nothing."""
        audience: Audience | None = event.get("audience")
        if event.get("device") == self.visitor.device_id and not await self.may_go_on():
            raise _OverError
        if audience is None or not self.concerns(audience):
            return b""
        if event.get("typing"):
            return b"event: request.typing\ndata: " + as_json({"number": audience.number}) + b"\n\n"
        if event["id"] in self.told:
            return b""
        found = await in_thread(news, self.visitor, event["id"] - 1, 1)
        return frame_of(found[0]) if found and found[0].id == event["id"] else b""

    async def may_go_on(self) -> bool:
        """Whether the device is still in use."""
        try:
            await in_thread(access_device, self.visitor.device)
        except NotAllowedError:
            return False
        return True

    async def catch_up(self, last: int, send: Send) -> None:
        """What happened after an event, and what was written before it but committed after it was told."""
        known = await in_thread(since, last - 1, 1)
        looked_from = known[0].at - LATE if known and known[0].pk == last else None
        after = max(0, last - WINDOW) if looked_from else last
        while True:
            found: list[Event] = list(await in_thread(news, self.visitor, after, CATCH_UP))
            for event in found:
                late = looked_from is not None and event.id != last and event.at >= looked_from
                if event.id > last or late:
                    self.told.add(event.id)
                    await write(send, frame_of(event))
            if len(found) < CATCH_UP:
                return
            after = found[-1].id


class _OverError(Exception):
    """The device was cut off."""


def frame_of(event: Event) -> bytes:
    """One event of the stream: never a customer's words."""
    name = event.name if event.name.startswith("request.") else f"request.{event.name}"
    data = json.dumps({"number": event.number, "code": event.code, "at": moment(event.at)})
    return f"id: {event.id}\nevent: {name}\ndata: {data}\n\n".encode()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers GET with the stream; who may not listen hears why."""
    headers = headers_of(scope)
    asked = {name: values[0] for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()}
    if scope["method"] != "GET":
        await _refuse(send, headers, "method_not_allowed", [(b"allow", b"GET")])
        return
    reader = await in_thread(_reader, headers, asked)
    if reader is None:
        await _refuse(send, headers, "unauthorized", [(b"www-authenticate", b'Bearer realm="okibi"')])
        return
    device = reader.visitor.device
    if _open[device] >= STREAMS:
        await _refuse(send, headers, "too_many_requests", [(b"retry-after", b"30")])
        return
    _open[device] += 1
    queue = hub.join()
    gone = asyncio.create_task(until_gone(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, *_cors(headers)]})
        await write(send, b"retry: 2000\n\n")
        last = headers.get("last-event-id") or asked.get("last_event_id", "")
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


def _reader(headers: dict[str, str], asked: dict[str, str]) -> Reader | None:
    kind, _, token = headers.get("authorization", "").partition(" ")
    try:
        if token:
            visitor = visitor_of(token.strip()) if kind.lower() == "bearer" else None
        else:
            visitor = of_device(access_device(tickets.use(asked.get("ticket", ""))))
    except NotAllowedError:
        return None
    if visitor is None:
        return None
    cards = frozenset(card_ids(visitor.person_id)) if visitor.person_id else frozenset()
    return Reader(replace(visitor, row=None), cards)  # a stream lives for hours: the rows it was opened by need not


def _cors(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    origin = headers.get("origin", "")
    if not origin or origin not in settings.OKIBI_API_ORIGINS:
        return [(b"vary", b"Origin")]
    return [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin")]


async def _refuse(send: Send, headers: dict[str, str], code: str, more: list[tuple[bytes, bytes]]) -> None:
    kind = KINDS[code]
    language = "en" if headers.get("accept-language", "").lower().startswith("en") else "ru"
    said = kind.title.in_language(language)
    body = as_json({"type": f"{TYPE}{code}", "title": said, "status": kind.status, "detail": said, "code": code})
    length = str(len(body)).encode()
    standing = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", length), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": kind.status, "headers": [*standing, *more, *_cors(headers)]})
    await send({"type": "http.response.body", "body": body})
