"""One notification of Zadarma in neutral words. Pure. Shapes and signed fields: zadarma/user-api-v1, ``lib/Webhook``.

``pbx_call_id`` is one client call; ``call_start`` is the moment on the account's wall clock when it began, the same in
every notification.
"""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from okibi.channels.port import UnreadableError
from okibi.channels.telephone.reading import first, key, number, seconds, wall
from okibi.channels.telephone.values import CallEvent, Direction, What

EVENTS = {
    "NOTIFY_START": What.RINGING,
    "NOTIFY_INTERNAL": What.RINGING,
    "NOTIFY_ANSWER": What.ANSWERED,
    "NOTIFY_END": What.SUMMARY,
    "NOTIFY_OUT_START": What.RINGING,
    "NOTIFY_OUT_END": What.SUMMARY,
    "NOTIFY_RECORD": What.RECORDING,
}
BY_RESULT = {"SMS", "SPEECH_RECOGNITION"}  # no calls: their signature is over what they bring
MACHINE = {"NOTIFY_START"}  # the exchange itself has the call, no telephone rings yet


def signed_fields(fields: Mapping[str, Any]) -> list[str]:
    """The texts over which the signature may be counted: one, for an answer two (its field is named either way)."""
    event = first(fields.get("event"))
    said = {name: first(fields.get(name)) for name in ("caller_id", "called_did", "destination", "internal")}
    start = first(fields.get("call_start"))
    if event.startswith("NOTIFY_OUT_"):
        return [said["internal"] + said["destination"] + start]
    if event == "NOTIFY_RECORD":
        return [first(fields.get("pbx_call_id")) + first(fields.get("call_id_with_rec"))]
    if event in BY_RESULT:
        return [first(fields.get("result"))]
    if event == "NOTIFY_ANSWER":
        return [said["caller_id"] + said["destination"] + start, said["caller_id"] + said["called_did"] + start]
    return [said["caller_id"] + said["called_did"] + start]


def push(fields: Mapping[str, Any], zone: ZoneInfo) -> CallEvent:
    """Raises UnreadableError for what is no notification of a call."""
    name = first(fields.get("event"))
    if not name:
        raise UnreadableError("no notification of Zadarma")
    call, inside = key(fields.get("pbx_call_id")), first(fields.get("internal"))
    what = EVENTS.get(name, What.NOTICE)
    outgoing = name.startswith("NOTIFY_OUT_")
    answered = first(fields.get("disposition")) == "answered" and (outgoing or bool(inside))
    talk = seconds(fields.get("duration")) or 0
    return CallEvent(
        what,
        call_key=call,
        leg_key=f"{call}:{inside}"[:200] if inside and call else call,
        direction=Direction.OUT if outgoing else Direction.IN,
        our_number=(first(fields.get("called_did")) or (first(fields.get("caller_id")) if outgoing else ""))[:60],
        extension=inside[:60],
        cause=first(fields.get("disposition"))[:60],
        started_at=wall(fields.get("call_start"), zone),
        talk_seconds=(talk if answered else 0) if what is What.SUMMARY else None,
        answered=answered if what is What.SUMMARY else None,
        final=what is What.SUMMARY,
        by_machine=name in MACHINE,
        recording="" if first(fields.get("is_recorded")) == "0" else first(fields.get("call_id_with_rec"))[:200],
        word=name[:60],
        **number(fields.get("destination" if outgoing else "caller_id")),
    )
