"""A person's own telephone numbers in the portal: told of their requests by SMS or not, and confirmed by a code.

Whoever reads the code on the telephone has the number, and whoever types it here has the card. Until then an SMS says
the number and the term of a request, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from okibi.channels import outbox
from okibi.channels.port import Party
from okibi.customers import services as cards
from okibi.customers.errors import NotFoundError
from okibi.customers.models import Person, PhoneNumber
from okibi.flows import sms_wishes
from okibi.flows.organisation_admin import actor_of
from okibi.flows.own_card import own
from okibi.flows.sms_wishes import NumberWish, StoppedError
from okibi.flows.visitor import Visitor
from okibi.kernel import short_codes
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError
from okibi.kernel.rates import Rate, count
from okibi.kernel.sentence import Sentence
from okibi.sms.services import may_be_sent

PURPOSE = "okibi.portal.number"
SENDING = Rate(
    "portal-number-code", 3, 86_400
)  # codes to one number, whoever asks: each costs, and may reach a stranger
ASKING = Rate("portal-number-codes", 5, 86_400)  # codes that one card asks for
GUESSING = Rate("portal-number-guess", 5, 3600)  # tries of one card for one number
CODE = Sentence(
    ru="{code} — код подтверждения номера в кабинете поддержки",
    en="{code} is the code to confirm this number in the support portal. Tell it to nobody.",
)
TOO_MANY = Sentence(ru="Слишком много попыток. Попробуйте позже.", en="There were too many tries. Please try later.")
WRONG = Sentence(
    ru="Код не подходит. Возьмите последний код из SMS.", en="The code is wrong. Take it from the latest SMS."
)


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """A number of the card. ``sms``: None where it takes no SMS, or nobody is told by SMS here."""

    id: int
    e164: str
    extension: str
    verified: bool
    sms: NumberWish | None


def own_numbers(visitor: Visitor) -> Sequence[OwnNumber]:
    """The numbers of the visitor's card, oldest first. Raises NotAllowedError where nobody is proved."""
    person = own(visitor)
    wishes = sms_wishes.of_card(person)
    return [
        OwnNumber(row.pk, row.e164, row.extension, row.verified_at is not None, wishes.get(row.pk))
        for row in person.phones.all()
    ]


@transaction.atomic
def wish_sms(visitor: Visitor, phone_id: int, *, on: bool, source: str = "portal") -> None:
    """Whether an own number is told of one's requests; said there (``source``). Raises NotFoundError, StoppedError."""
    row = _own(visitor, phone_id)
    sms_wishes.wish(row.pk, on=on, source=source, actor=actor_of(visitor))


@transaction.atomic
def send_code(visitor: Visitor, phone_id: int) -> None:
    """Send six digits to an own number; asked again within the stretch they are the same.

    Raises NotFoundError (not of this card, verified, no mobile), StoppedError, ConflictError (too many).
    """
    row, person = _unverified(visitor, phone_id), own(visitor)
    if not may_be_sent(row.e164):
        raise StoppedError
    if not count(ASKING, str(person.pk)).allowed or not count(SENDING, row.e164).allowed:
        raise ConflictError(TOO_MANY)
    key = f"number-code:{row.pk}:{now().timestamp():.6f}"
    outbox.put(
        kind="sms",
        key=key,
        to=Party(row.e164),
        subject="",
        text=CODE.in_language(person.language).format(code=short_codes.code(PURPOSE, _told(row, person))),
        headers={"own": key},
        automatic=False,  # they wait for it: quiet hours do not hold it
        about=("person", person.pk),
    )


def confirm(visitor: Visitor, phone_id: int, said: str) -> None:
    """The code came back: the number is theirs. Raises NotFoundError, InputError (wrong), ConflictError (too many)."""
    count_guess(visitor, phone_id)
    accept(visitor, phone_id, said)


def count_guess(visitor: Visitor, phone_id: int) -> None:
    """One more code is tried; one for a number that is confirmed already is no guess. Call it outside of any
    transaction that a wrong code undoes: the count has to stay. Raises NotFoundError, ConflictError (too many).
    """
    row = _own(visitor, phone_id)
    if row.verified_at is None and not count(GUESSING, f"{own(visitor).pk}:{row.pk}").allowed:
        raise ConflictError(TOO_MANY)


def accept(visitor: Visitor, phone_id: int, said: str) -> None:
    """Confirm the number by a code whose try was counted. Raises NotFoundError, InputError (wrong)."""
    row, person = _unverified(visitor, phone_id), own(visitor)
    if not short_codes.fits(PURPOSE, _told(row, person), said):
        raise InputError(WRONG)
    cards.verify_phone(row.pk, actor=actor_of(visitor))


def _own(visitor: Visitor, phone_id: int) -> PhoneNumber:
    found = [row for row in own(visitor).phones.all() if row.pk == phone_id and sms_wishes.takes_sms(row)]
    if not found or not sms_wishes.of_card(own(visitor)):
        raise NotFoundError
    return found[0]


def _unverified(visitor: Visitor, phone_id: int) -> PhoneNumber:
    row = _own(visitor, phone_id)
    if row.verified_at is not None:
        raise NotFoundError
    return row


def _told(row: PhoneNumber, person: Person) -> str:
    """What a code is about: another number or another card has another one."""
    return f"{row.pk}:{row.e164}:{person.pk}"
