"""A person confirms in the portal that a messenger's account is theirs: a code goes into it and comes back by the page.

An account that was tied by its number unlocks nothing until somebody makes sure of it. Whoever reads the code in the
messenger has the account, and whoever types it here has the card.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from okibi.channels import outbox
from okibi.channels.messenger import conversations
from okibi.channels.messenger.kinds import is_messenger
from okibi.channels.port import Party
from okibi.channels.registry import channel
from okibi.customers.errors import NotFoundError
from okibi.customers.messenger_models import MessengerIdentity
from okibi.customers.models import Person
from okibi.customers.selectors import messengers_of
from okibi.flows.messenger_people import make_sure
from okibi.flows.organisation_admin import actor_of
from okibi.flows.own_card import own
from okibi.flows.visitor import Visitor
from okibi.kernel import short_codes
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError
from okibi.kernel.rates import Rate, count
from okibi.kernel.sentence import Sentence

PURPOSE = "okibi.portal.messenger"
SENDING = Rate("portal-messenger-code", 3, 3600)  # codes to one account
GUESSING = Rate("portal-messenger-guess", 5, 3600)  # tries of one card for one account
OTHER = Sentence(ru="Другой мессенджер", en="Another messenger")
CODE = Sentence(
    ru="{code} — код, чтобы подтвердить этот мессенджер в личном кабинете поддержки. Никому его не сообщайте. "
    "Если вы его не просили, ничего делать не нужно.",
    en="{code} is the code to confirm this messenger in the support portal. Tell it to nobody. "
    "If you did not ask for it, there is nothing to do.",
)
CLOSED = Sentence(
    ru="Сначала напишите нам что-нибудь из этого мессенджера: после этого туда можно отправить код.",
    en="First write us something from this messenger: after that a code can be sent there.",
)
TOO_MANY = Sentence(
    ru="За час было слишком много попыток. Попробуйте позже.", en="There were too many tries in an hour. Try later."
)
WRONG = Sentence(
    ru="Код не подходит. Возьмите последний код из сообщения.", en="The code is wrong. Take it from the latest message."
)


@dataclass(frozen=True, slots=True)
class OwnMessenger:
    """An account that is tied to the card. ``number``: E.164, "" where the messenger tells none."""

    id: int
    title: Sentence
    number: str
    verified: bool
    can_write: bool  # a code can be sent now


def own_messengers(visitor: Visitor) -> Sequence[OwnMessenger]:
    """The accounts of the visitor's card, verified ones first. Raises NotAllowedError where nobody is proved."""
    return [
        OwnMessenger(row.pk, _title(row), row.e164, row.verified_at is not None, _place(row) is not None)
        for row in messengers_of(own(visitor).pk)
    ]


@transaction.atomic
def send_code(visitor: Visitor, identity_id: int) -> None:
    """Send six digits into the messenger; asked again within the stretch they are the same.

    Raises NotFoundError (not of this card, or verified), ConflictError (nobody may write there now; too many).
    """
    row, person = _unverified(visitor, identity_id), own(visitor)
    place = _place(row)
    if place is None:
        raise ConflictError(CLOSED)
    if not count(SENDING, str(row.pk)).allowed:
        raise ConflictError(TOO_MANY)
    kind, account, address = place
    key = f"messenger-code:{row.pk}:{now().timestamp():.6f}"
    text = CODE.in_language(person.language).format(code=short_codes.code(PURPOSE, _told(row, person)))
    headers = {"account": account, "own": key}
    about = ("person", person.pk)
    outbox.put(
        kind=kind, key=key, to=Party(address), subject="", text=text, headers=headers, automatic=True, about=about
    )


def confirm(visitor: Visitor, identity_id: int, said: str) -> None:
    """The code came back: the account is theirs. Raises NotFoundError, InputError (wrong), ConflictError (too many)."""
    row, person = _unverified(visitor, identity_id), own(visitor)
    if not count(GUESSING, f"{person.pk}:{row.pk}").allowed:
        raise ConflictError(TOO_MANY)
    if not short_codes.fits(PURPOSE, _told(row, person), said):
        raise InputError(WRONG)
    make_sure(row.pk, actor_of(visitor))


def _unverified(visitor: Visitor, identity_id: int) -> MessengerIdentity:
    rows = [row for row in messengers_of(own(visitor).pk) if row.pk == identity_id and row.verified_at is None]
    if not rows:
        raise NotFoundError
    return rows[0]


def _place(row: MessengerIdentity) -> tuple[str, str, str] | None:
    """(kind, account, address) of the latest conversation in which one may write now."""
    found = conversations.open_with(row.network, [row.e164, row.user_id], now())
    return next((each for each in found if channel(each[0]).can_send()), None)


def _title(row: MessengerIdentity) -> Sentence:
    return channel(row.network).title if is_messenger(row.network) else OTHER


def _told(row: MessengerIdentity, person: Person) -> str:
    """What a code is about: another number or another card has another one."""
    return f"{row.pk}:{person.pk}"
