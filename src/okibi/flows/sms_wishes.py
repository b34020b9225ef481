"""What people say about SMS: on their own requests, by a number of their card; and STOP and START, which count for all.

A wish about one's requests is no consent to adverts, and lifts no STOP: only the number's owner does, by START.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from okibi.customers import services as cards
from okibi.customers.models import Person, PhoneNumber
from okibi.customers.services.wishes import SOURCES
from okibi.flows.sms_notices import is_offered, tell
from okibi.journal.services import SYSTEM, Actor
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError
from okibi.kernel.sentence import Sentence
from okibi.policy.phone_numbers import PhoneNumberError, parse_phone
from okibi.policy.scheme_values import SmsEvent
from okibi.policy.sms_notices import SmsWish, wants
from okibi.policy.sms_words import Wish
from okibi.schemes.services import in_force
from okibi.sms import message_selectors
from okibi.sms import services as sms
from okibi.sms.errors import SmsNumberError
from okibi.tickets.models import Ticket

STOPPED = Sentence(
    ru="С этого номера пришло «СТОП»: SMS туда не уходят. Снова получать их — SMS со словом СТАРТ с этого же номера.",
    en="This number answered STOP: it gets no SMS. To get them again, send START from it.",
)


class StoppedError(ConflictError):
    """The number's owner wants no SMS, and only they can change that."""

    code = "sms.stopped"

    def __init__(self) -> None:
        super().__init__(STOPPED)


@dataclass(frozen=True, slots=True)
class NumberWish:
    """What a card shows beside a number. ``is_stopped``: its newest word was STOP; ``how``: where the wish was said."""

    is_on: bool
    is_stopped: bool
    said_at: datetime | None
    how: Sentence | None


@transaction.atomic
def said(
    e164: str, wanted: Wish, *, source: str, words: str = "", key: str = "", actor: Actor = SYSTEM,
    at: datetime | None = None,
) -> object:  # fmt: skip
    """STOP or START of a number: the whole SMS room obeys, and the wishes on cards follow."""
    kept = sms.wish(e164, wanted, source=source, words=words, key=key, actor=actor, at=at)
    (cards.stopped if wanted is Wish.OUT else cards.started)(e164, actor=actor, at=at)
    return kept


@transaction.atomic
def wish(phone_id: int, *, on: bool, source: str, actor: Actor) -> PhoneNumber:
    """Whether a number of a card is told of its person's requests. Raises NotFoundError, StoppedError."""
    phone = cards.wish_sms(phone_id, on=on, source=source, actor=actor)
    if on and not sms.may_be_sent(phone.e164):
        raise StoppedError
    return phone


def why_not(e164: str) -> Sentence | None:
    """Why no SMS can go to a number; None where it can."""
    try:
        sms.numbered(e164)
    except SmsNumberError as error:
        return error.sentence
    return None if sms.may_be_sent(e164) else STOPPED


def told_by_telephone(ticket: Ticket, e164: str, actor: Actor, *, wanted: bool) -> int:
    """Number and term of a request that was just written down go to the card's numbers, as wished, and to the caller's
    where they ask for it: that is kept on their card. Gives to how many numbers.
    """
    if wanted and ticket.requester_id is not None:
        for row in PhoneNumber.objects.filter(person_id=ticket.requester_id, e164=e164, extension=""):
            wish(row.pk, on=True, source="phone", actor=actor)
    return tell(ticket, SmsEvent.RECEIPT, ticket.placed_at, number=e164 if wanted else "")


def of_card(person: Person) -> dict[int, NumberWish]:
    """The wishes by the numbers' ids, of those that take SMS; none where nobody is told anything. One query."""
    rule = in_force(now()).scheme.sms_notices
    rows = [row for row in person.phones.all() if takes_sms(row)] if rule.events else []
    if not rows or not is_offered(in_force(now()).scheme):
        return {}
    newest = message_selectors.wish_now([row.e164 for row in rows])
    return {
        row.pk: NumberWish(
            is_on=wants(rule, SmsWish(row.sms_wish), is_proved=row.verified_at is not None),
            is_stopped=newest.get(row.e164) == Wish.OUT.value,
            said_at=row.sms_wish_at,
            how=SOURCES.get(row.sms_wish_by),
        )
        for row in rows
    }


def takes_sms(row: PhoneNumber) -> bool:
    """Whether it is a mobile number of its own."""
    try:
        return not row.extension and parse_phone(row.e164).takes_sms
    except PhoneNumberError:
        return False
