"""What happens at the desk, as it happens."""

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping

from okibi_sdk.core.session import AGAIN, Session, retry_after
from okibi_sdk.core.sse import EventReader, Told
from okibi_sdk.core.wire import Answer, Call, Emit, Flow, Lost, Next, Open, Wait
from okibi_sdk.models import Event
from okibi_sdk.problems import problem_of

REMEMBERED = 5000  # ids of events, against telling one twice
SILENCE = 75.0  # seconds without a byte (the server sends a comment more often) are a broken line


def events(session: Session, *, after: str = "", lost: Callable[[str], None] | None = None) -> Flow[None]:
    """Endless. Connects again by itself, from the last event on, so that nothing is missed; ``after``: that event's id.

    A broken line is not an error here: ``lost`` is told the reason, and it's tried again for ever.

    Raises:
        NotSignedInError: the device was cut off; other problems that don't pass by waiting.

    """
    reader = EventReader(after)
    seen: OrderedDict[str, None] = OrderedDict()
    failed = 0
    while True:
        call = _listen(session, reader.last_id)
        outcome: Answer | Lost = yield Open(call)
        wait: float | None = None
        reason = ""
        if isinstance(outcome, Lost):
            reason = outcome.reason
        elif outcome.status == 200:
            failed = 0
            reader = EventReader(reader.last_id)
            reason = yield from _listened(outcome, reader, seen)
            wait = reader.retry
        else:
            wait = retry_after(outcome, session.now())
            if outcome.status not in AGAIN:
                raise problem_of(outcome, session.language, wait)
            reason = f"HTTP {outcome.status}"
        failed += 1
        if lost:
            lost(reason)
        yield Wait(session.patience.delay(failed, session.chance()) if wait is None else wait)


def _listen(session: Session, last_id: str) -> Call:
    headers = {"accept": "text/event-stream", "cache-control": "no-store"}
    if last_id:
        headers["last-event-id"] = last_id
    call = session.call("GET", "/events", headers=headers)
    return Call(call.method, call.path, call.query, call.headers, timeout=SILENCE)


def _listened(answer: Answer, reader: EventReader, seen: OrderedDict[str, None]) -> Flow[str]:
    """Emits what wasn't emitted yet: after a break the server tells the last seconds again. Returns why it ended."""
    while True:
        piece: bytes | Lost | None = yield Next(answer.stream)
        if not isinstance(piece, bytes):
            return piece.reason if isinstance(piece, Lost) else "end"
        for told in reader.feed(piece):
            if told.id in seen:
                continue
            if told.id:
                seen[told.id] = None
                if len(seen) > REMEMBERED:
                    seen.popitem(last=False)
            yield Emit(_event(told))


def _event(told: Told) -> Event:
    try:
        data = json.loads(told.data)
    except ValueError:
        data = {}
    data = data if isinstance(data, Mapping) else {}
    return Event(told.event, told.id, str(data.get("number") or ""), data)
