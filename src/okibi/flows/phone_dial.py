"""Click to dial: the exchange rings the specialist, then the number. The call itself comes as its events."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import structlog

from okibi.accounts.models import Staff
from okibi.channels.registry import channel
from okibi.channels.telephone.accounts import Exchange
from okibi.channels.telephone.adapter import ExchangeChannel
from okibi.channels.telephone.kinds import EXCHANGES
from okibi.channels.telephone.numbers import e164_of
from okibi.kernel.errors import ConflictError, InputError
from okibi.kernel.sentence import Sentence

log = structlog.get_logger(__name__)
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


def dial(number: str, staff: Staff) -> Seat:
    """Ring the specialist, then the number. Raises CantDialError, InputError, ExchangeError."""
    seat = seat_of(staff)
    if seat is None:
        raise CantDialError(NO_SEAT)
    e164 = e164_of(number)
    if not e164:
        raise InputError(NO_NUMBER)
    seat.adapter.dial(seat.exchange, seat.name, e164)
    log.info("dial_ordered", channel=seat.exchange.kind, account=seat.exchange.name, staff=staff.pk)
    return seat


def _seats(email: str) -> Iterator[Seat]:
    for kind in EXCHANGES:
        adapter = cast("ExchangeChannel", channel(kind))
        for exchange in adapter.accounts():
            name = exchange.seat_of(email)
            if name and adapter.can_dial(exchange):
                yield Seat(adapter, exchange, name)
