"""One push of Mango Office in neutral words (VPBX API 1.9). Pure.

``entry_id`` is one client call, ``call_id`` a leg of it; ``seq`` counts the events of a leg. ``timestamp`` and ``seq``
come as numbers or as their digits.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from okibi.channels.port import UnreadableError
from okibi.channels.telephone.reading import first, inner, key, number, unix, whole
from okibi.channels.telephone.values import CallEvent, Direction, What

STATES = {"Appeared": What.RINGING, "Connected": What.ANSWERED, "Disconnected": What.ENDED}
MACHINES = {"ivr", "queue"}
CAUSES = {"1100": "normal", "1110": "ended by the caller", "1120": "ended by the other side"}
OUTGOING = "2"
WAYS = {"call", "summary", "recording"}

Json = Mapping[str, Any]


def document_of(fields: Json) -> Json:
    """The object within the field ``json``. Raises UnreadableError."""
    try:
        document = json.loads(first(fields.get("json")))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"no json of Mango Office: {error}"[:300]) from error
    if not isinstance(document, dict):
        raise UnreadableError("no json of Mango Office")
    return document


def push(fields: Json, path: str) -> CallEvent:
    """``path``: what stands after the account, "events/call". Raises UnreadableError."""
    document = document_of(fields)
    word = path.strip("/").rpartition("/")[2]
    if word == "summary" or (word not in WAYS and "entry_result" in document):
        return summary(document)
    if word == "recording" or (word not in WAYS and "recording_id" in document):
        return recording(document)
    if word == "call" or "call_state" in document:
        return leg(document)
    return CallEvent(What.NOTICE, word=word[:60] or "push")


def leg(document: Json) -> CallEvent:
    """An event of one leg."""
    state = first(document.get("call_state"))
    if not state or not key(document.get("call_id")):
        raise UnreadableError("no event of a call")
    caller, called = inner(document, "from"), inner(document, "to")
    outgoing = bool(first(caller.get("extension")))
    outside, ours = (called, caller) if outgoing else (caller, called)
    inside = first(ours.get("extension")) or first(called.get("acd_group"))
    line = first(called.get("line_number")) or first(caller.get("line_number"))
    code = first(document.get("disconnect_reason"))
    return CallEvent(
        STATES.get(state, What.NOTICE),
        call_key=key(document.get("entry_id")) or key(document.get("call_id")),
        leg_key=key(document.get("call_id")),
        seq=whole(document.get("seq")),
        direction=Direction.OUT if outgoing else Direction.IN,
        our_number=line[:60],
        extension=inside[:60],
        cause=CAUSES.get(code, code)[:60],
        at=unix(document.get("timestamp")),
        by_machine=first(document.get("location")) in MACHINES,
        transferred_from=key(caller.get("taken_from_call_id")),
        word=state[:60],
        **number(outside.get("number")),
    )


def summary(document: Json) -> CallEvent:
    """The whole call at its end: ``talk_time`` 0 says that nobody took it."""
    entry = key(document.get("entry_id"))
    if not entry:
        raise UnreadableError("no summary of a call")
    outgoing = first(document.get("call_direction")) == OUTGOING
    caller, called = inner(document, "from"), inner(document, "to")
    outside, ours = (called, caller) if outgoing else (caller, called)
    talk, end = unix(document.get("talk_time")), unix(document.get("end_time"))
    spoke = (end - talk) if talk and end else timedelta()
    code = first(document.get("disconnect_reason"))
    return CallEvent(
        What.SUMMARY,
        call_key=entry,
        leg_key=entry,
        direction=Direction.OUT if outgoing else Direction.IN,
        our_number=(first(document.get("line_number")) or first(called.get("line_number")))[:60],
        extension=first(ours.get("extension"))[:60],
        cause=CAUSES.get(code, code)[:60],
        started_at=unix(document.get("create_time")),
        answered_at=talk,
        ended_at=end,
        talk_seconds=max(int(spoke.total_seconds()), 0),
        answered=talk is not None,
        final=True,
        **number(outside.get("number")),
    )


def recording(document: Json) -> CallEvent:
    """A recording: the id by which Mango gives it."""
    return CallEvent(
        What.RECORDING,
        call_key=key(document.get("entry_id")),
        leg_key=key(document.get("call_id")),
        at=unix(document.get("timestamp")),
        recording=first(document.get("recording_id"))[:200],
    )
