"""Calls of the demo: one that became a request, one nobody took, one to a customer, one at night."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from okibi.accounts.models import Staff
from okibi.calls.models import Call
from okibi.channels import inbox
from okibi.channels.models import Inbound
from okibi.flows import phone_request, reply
from okibi.flows.demo.hours import in_hours
from okibi.flows.intake import take
from okibi.flows.phone_request import Heard
from okibi.kernel.clock import at
from okibi.policy.ticket_states import Event
from okibi.schemes.services import in_force

EXCHANGE, OURS = "cti", "79000000001"
TALK, RINGING = timedelta(minutes=4), timedelta(seconds=25)
BORIS, DROZDOVA, MELNIK, STRANGER = "79000000018", "79000000022", "79000000033", "79000000077"
HEARD = Heard(
    number=f"+{DROZDOVA}",
    text="После установки 4.2.0 при входе появляется ошибка «нет связи с сервером». Windows 7 SP1, .NET 4.6.",
    subject="Ошибка «нет связи с сервером» при входе",
    product="desktop",
    version="4.2.0",
)
ANSWER = "В брандмауэре закрылся порт 5432. Администратор может открыть его правилом «ОКИБИ Сервер»."


def calls(begin: datetime, staff: Staff) -> list[tuple[datetime, Callable[[], None]]]:
    """What happened by telephone, each with its moment. ``begin``: now; ``staff`` spoke."""
    evening = begin.astimezone(in_force(begin).scheme.zone).replace(hour=21, minute=15, second=0) - timedelta(days=1)
    became = in_hours(begin - timedelta(hours=28), timedelta(hours=1))
    to_them, nobody_took = (in_hours(begin - timedelta(hours=hours), TALK) for hours in (5, 1))
    return [
        (evening, partial(_call, "demo-night", STRANGER, evening, None)),
        (became, partial(_became_a_request, became, staff)),
        (to_them, partial(_call, "demo-out", MELNIK, to_them, TALK, outgoing=True)),
        (nobody_took, partial(_call, "demo-missed", BORIS, nobody_took, None)),
    ]


def _became_a_request(moment: datetime, staff: Staff) -> None:
    """A customer called, the request was written down meanwhile, and the answer is owed by a call."""
    _call("demo-request", DROZDOVA, moment, TALK)
    call = Call.objects.get(key="demo-request")
    with at(moment + TALK / 2):
        ticket = phone_request.place("demo", staff, replace(HEARD, call_id=call.pk, person_id=call.person_id))
    with at(moment + timedelta(minutes=50)):
        reply.reply(ticket.pk, staff, ANSWER, then=Event.SOLVE)


def _call(key: str, number: str, begun: datetime, talk: timedelta | None, *, outgoing: bool = False) -> None:
    """``talk``: how long they spoke, None where nobody took it."""
    ends = {"from": OURS, "to": number} if outgoing else {"from": number, "to": OURS}
    push = {"direction": "out" if outgoing else "in", **ends, "callId": key}
    _push({**push, "event": "newCall"}, begun)
    if talk is None:
        _push({**push, "event": "hangup", "cause": "cancel"}, begun + RINGING)
        return
    _push({**push, "event": "answer", "answeringNumber": "101"}, begun + RINGING / 2)
    _push({**push, "event": "hangup", "cause": "normalClearing"}, begun + RINGING / 2 + talk)


def _push(document: dict[str, str], moment: datetime) -> None:
    """One push of the exchange, and what it brought in itself: a request out of a call that nobody took."""
    with at(moment):
        row, _ = inbox.receive(
            EXCHANGE, f"{document['callId']}:{document['event']}", json.dumps(document).encode(), "demo", {}
        )
        inbox.process_one(take, row.pk)
        for brought in Inbound.objects.filter(pk__gt=row.pk, state=Inbound.State.RECEIVED):
            inbox.process_one(take, brought.pk)
