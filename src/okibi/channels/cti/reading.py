"""One CTI push in neutral words. Pure.

``{"event": "newCall", "direction": "in", "from": …, "to": …, "callId": …, "user": […], "queue": …}``, then ``answer``
and ``hangup`` (protocols: sipgate.io push API, Zammad's generic CTI). A transferred call has a new ``callId``.
"""

from collections.abc import Mapping
from typing import Any

from okibi.channels.port import UnreadableError
from okibi.channels.telephone.reading import first, key, names, number
from okibi.channels.telephone.values import CallEvent, Direction, What

EVENTS = {"newCall": What.RINGING, "answer": What.ANSWERED, "hangup": What.ENDED}
FORWARDED = "forwarded"


def push(fields: Mapping[str, Any]) -> CallEvent:
    """Raises UnreadableError for what is no event of a call."""
    name = first(fields.get("event"))
    if not name:
        raise UnreadableError("no event of a CTI push")
    what = EVENTS.get(name, What.NOTICE)
    direction = Direction.OUT if first(fields.get("direction")) == "out" else Direction.IN
    outside, ours = ("to", "from") if direction is Direction.OUT else ("from", "to")
    call = key(fields.get("callId"))
    cause = first(fields.get("cause"))[:60]
    user, answering = fields.get("user"), first(fields.get("answeringNumber"))
    return CallEvent(
        what,
        call_key=call,
        leg_key=call,
        direction=direction,
        our_number=first(fields.get(ours))[:60],
        extension=answering[:60],
        user=names(user) or names(fields.get("queue")),
        cause=cause,
        forwarded=cause == FORWARDED,
        final=what is What.ENDED and cause != FORWARDED,
        new_key_on_transfer=True,
        word=name[:60],
        **number(fields.get(outside)),
    )
