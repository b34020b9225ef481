"""One push of MegaFon's virtual exchange in neutral words. Pure.

``cmd=event`` tells of every telephone that rings, ``cmd=history`` of the whole call at its end. By the vendor's
description of its interface ``TRANSFERRED`` is «входящий звонок переведён на другого сотрудника» and ``second_callid``
«уникальный id переведённого звонка»: what goes on under that id is the same talk with the client.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from okibi.channels.port import UnreadableError
from okibi.channels.telephone.reading import compact, first, key, number, seconds
from okibi.channels.telephone.values import CallEvent, Direction, What

TYPES = {
    "INCOMING": What.RINGING,
    "OUTGOING": What.RINGING,
    "ACCEPTED": What.ANSWERED,
    "COMPLETED": What.ENDED,
    "CANCELLED": What.ENDED,
    "TRANSFERRED": What.TRANSFERRED,
}

Json = Mapping[str, Any]


def push(fields: Json) -> CallEvent:
    """Raises UnreadableError for what is no command of the exchange."""
    command = first(fields.get("cmd"))
    if command == "event":
        return event(fields)
    if command == "history":
        return history(fields)
    if not command:
        raise UnreadableError("no command of the exchange")
    return CallEvent(What.NOTICE, word=command[:60])


def event(fields: Json) -> CallEvent:
    kind = first(fields.get("type")).upper()
    call = key(fields.get("callid"))
    if not kind or not call:
        raise UnreadableError("no event of a call")
    user, inside = first(fields.get("user")), first(fields.get("ext"))
    out = kind == "OUTGOING" or first(fields.get("direction")).lower() == "out"
    return CallEvent(
        TYPES.get(kind, What.NOTICE),
        call_key=call,
        leg_key=f"{call}:{user or inside}"[:200],
        direction=Direction.OUT if out else Direction.IN,
        our_number=(first(fields.get("diversion")) or first(fields.get("telnum")))[:60],
        extension=inside[:60],
        user=(user or first(fields.get("groupRealName")))[:120],
        goes_on_as=key(fields.get("second_callid")) if kind == "TRANSFERRED" else "",
        final=kind == "COMPLETED",
        word=kind[:60],
        **number(fields.get("phone")),
    )


def history(fields: Json) -> CallEvent:
    """``status``: Success says that somebody spoke for ``duration`` seconds; ``link`` is the recording."""
    call, status = key(fields.get("callid")), first(fields.get("status"))
    if not call or not status:
        raise UnreadableError("no history of a call")
    answered = status.lower() == "success"
    start, talk, wait = compact(fields.get("start")), seconds(fields.get("duration")), seconds(fields.get("wait"))
    link = first(fields.get("link"))
    spoke = start + timedelta(seconds=wait or 0) if start else None
    return CallEvent(
        What.SUMMARY,
        call_key=call,
        leg_key=call,
        direction=Direction.OUT if first(fields.get("type")).lower() == "out" else Direction.IN,
        our_number=(first(fields.get("diversion")) or first(fields.get("telnum")))[:60],
        extension=first(fields.get("ext"))[:60],
        user=first(fields.get("user"))[:120],
        cause=status[:60],
        started_at=start,
        answered_at=spoke if answered else None,
        ended_at=spoke + timedelta(seconds=talk or 0) if spoke else None,
        talk_seconds=talk or 0,
        answered=answered,
        final=True,
        recording=link[:2000] if link.startswith(("https://", "http://")) else "",
        **number(fields.get("phone")),
    )
