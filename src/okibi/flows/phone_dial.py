"""Click to dial: the exchange rings the specialist, then the number. The call itself comes as its events.

An exchange may take a dialling and say only later that it could not: whoever dialled is told (``call.dial_refused``).
"""

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import structlog

from okibi.accounts.models import Staff
from okibi.accounts.selectors import active_staff
from okibi.calls import selectors as calls
from okibi.calls.errors import NoSuchCallError
from okibi.channels.registry import channel
from okibi.channels.telephone.accounts import Exchange
from okibi.channels.telephone.adapter import ExchangeChannel
from okibi.channels.telephone.kinds import EXCHANGES
from okibi.channels.telephone.numbers import e164_of
from okibi.channels.telephone.values import CallEvent
from okibi.journal.models import Entry
from okibi.journal.selectors import latest_entries
from okibi.journal.services import record
from okibi.kernel.errors import ConflictError, InputError
from okibi.kernel.sentence import Sentence
from okibi.policy.phone_numbers import display

log = structlog.get_logger(__name__)
TOLD_FOR = timedelta(minutes=3)  # a refusal stands on the page of whoever dialled
_ORDER = re.compile(r"(?P<task>[1-9]\d{0,17})-(?P<staff>\d{1,18})-[0-9a-f]{16}", re.ASCII)
NO_SEAT = Sentence(
    ru="За вами не записан телефон АТС, которая умеет набирать: наберите номер сами.",
    en="No telephone of an exchange that can dial is yours: dial the number by hand.",
)
NO_NUMBER = Sentence(ru="Этот номер через АТС не набрать.", en="This number can't be dialled by the exchange.")


class CantDialError(ConflictError):
    """No exchange can dial for this specialist."""

    code = "telephone_cant_dial"


@dataclass(frozen=True, slots=True)
class Seat:
    """A specialist's telephone at an exchange that can be asked to dial."""

    adapter: ExchangeChannel
    exchange: Exchange
    name: str


def seat_of(staff: Staff) -> Seat | None:
    """The first telephone that is theirs; None where they have none, or no exchange can dial. Takes no query."""
    return next(_seats(staff.email), None)


def dial(number: str, staff: Staff, task_id: int = 0) -> Seat:
    """Ring the specialist, then the number; ``task_id``: whose call it is. Raises CantDialError, InputError,
    ExchangeError.
    """
    seat = seat_of(staff)
    if seat is None:
        raise CantDialError(NO_SEAT)
    e164 = e164_of(number)
    if not e164:
        raise InputError(NO_NUMBER)
    seat.adapter.dial(seat.exchange, seat.name, e164, f"{task_id}-{staff.pk}-{uuid.uuid4().hex[:16]}")
    log.info("dial_ordered", channel=seat.exchange.kind, account=seat.exchange.name, staff=staff.pk)
    return seat


def refused(event: CallEvent) -> bool:
    """An exchange could not carry a dialling out: on record at the request, and on the page of whoever dialled.

    False where it was no dialling of a task's. The push is proved, so its id of ours is believed.
    """
    found = _ORDER.fullmatch(event.word)
    staff = next((each for each in active_staff() if found and each.pk == int(found["staff"])), None)
    try:
        task = calls.task(int(found["task"])) if found and staff else None
    except NoSuchCallError:
        task = None
    if task is None or staff is None or event.why is None:
        return False
    data = {
        "number": display(task.number), "why": {"ru": event.why.ru, "en": event.why.en}, "staff": staff.pk,
        "task": task.pk,
    }  # fmt: skip
    record("call.dial_refused", ("ticket", task.ticket_id), data=data)
    log.info("dial_refused", channel=event.exchange, account=event.account, staff=staff.pk, cause=event.cause)
    return True


def refused_lately(staff: Staff, moment: datetime) -> Sequence[Entry]:
    """What exchanges refused this specialist in the last minutes, oldest first; of one task the newest refusal."""
    found = latest_entries("call.dial_refused", moment - TOLD_FOR)
    return list({entry.data.get("task"): entry for entry in found if entry.data.get("staff") == staff.pk}.values())


def _seats(email: str) -> Iterator[Seat]:
    for kind in EXCHANGES:
        adapter = cast("ExchangeChannel", channel(kind))
        for exchange in adapter.accounts():
            name = exchange.seat_of(email)
            if name and adapter.can_dial(exchange):
                yield Seat(adapter, exchange, name)
