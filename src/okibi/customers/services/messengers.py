"""Ties between accounts of messengers and user cards. Only a verified tie unlocks data."""

from datetime import datetime

from django.db import IntegrityError, transaction

from okibi.customers.errors import MergedCardError, NotFoundError
from okibi.customers.messenger_models import MessengerIdentity
from okibi.customers.models import Person, PhoneNumber
from okibi.journal.services import SYSTEM, Actor, record
from okibi.kernel.clock import now


@transaction.atomic
def meet(
    network: str, *, user_id: str = "", e164: str = "", name: str = "", at: datetime | None = None
) -> MessengerIdentity:
    """The identity of somebody who wrote: found by user id or number, made where there is none.

    A number that came with another user id before is that of a new account (numbers are given out again): the old one
    keeps its user id and loses number and verification. A new identity whose number stands in exactly one card is tied
    to it; verified only where that card's number is. Raises ValueError without either key.
    """
    if not user_id and not e164:
        raise ValueError("neither a user id nor a number")
    found = _by_user(network, user_id) or _by_number(network, user_id, e164)
    if found is None:
        found = _made(network, user_id, e164, name, at or now())
    else:
        _learn(found, user_id, e164, name)
    if found.person_id is None and found.e164:
        _guess(found, at or now())
    return found


def _by_user(network: str, user_id: str) -> MessengerIdentity | None:
    rows = MessengerIdentity.objects.select_for_update(of=("self",)).select_related("person__organisation")
    return rows.filter(network=network, user_id=user_id).first() if user_id else None


def _by_number(network: str, user_id: str, e164: str) -> MessengerIdentity | None:
    if not e164:
        return None
    rows = MessengerIdentity.objects.select_for_update(of=("self",)).select_related("person__organisation")
    found = rows.filter(network=network, e164=e164).first()
    if found is not None and user_id and found.user_id and found.user_id != user_id:
        _lose_number(found)
        return None
    return found


def _made(network: str, user_id: str, e164: str, name: str, at: datetime) -> MessengerIdentity:
    row = MessengerIdentity(network=network, user_id=user_id[:120], e164=e164, name=name[:200], first_seen_at=at)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # another worker met the same person at this moment
        return _by_user(network, user_id) or MessengerIdentity.objects.get(network=network, e164=e164)
    return row


def _learn(found: MessengerIdentity, user_id: str, e164: str, name: str) -> None:
    """What this message says beside: a user id, a number, a name."""
    changed: list[str] = []
    if user_id and not found.user_id:
        found.user_id = user_id[:120]
        changed.append("user_id")
    if e164 and not found.e164:
        other = MessengerIdentity.objects.select_for_update().filter(network=found.network, e164=e164).first()
        if other is not None:
            _take_over(found, other)
        found.e164 = e164
        changed.append("e164")
    if name and name[:200] != found.name:
        found.name = name[:200]
        changed.append("name")
    if changed:
        found.save(update_fields=changed)


def _take_over(found: MessengerIdentity, other: MessengerIdentity) -> None:
    """Two rows were one account all the time: first known by its number, then by its user id."""
    if other.user_id:
        _lose_number(other)
        return
    person_id, verified = other.person_id, other.verified_at
    other.delete()
    if found.person_id is None:
        found.person_id, found.verified_at = person_id, verified
        found.save(update_fields=["person", "verified_at"])


def _lose_number(row: MessengerIdentity) -> None:
    row.e164, row.verified_at = "", None
    row.save(update_fields=["e164", "verified_at"])


def _guess(found: MessengerIdentity, at: datetime) -> None:
    phones = PhoneNumber.objects.filter(e164=found.e164, extension="", person__merged_into=None)
    people = {phone.person_id: phone.verified_at for phone in phones}
    if len(people) != 1:  # a reception desk's number is nobody's own
        return
    person_id, verified = next(iter(people.items()))
    found.person_id, found.verified_at = person_id, at if verified is not None else None
    found.save(update_fields=["person", "verified_at"])
    record(
        "messenger.tied", ("person", person_id), SYSTEM, {"who": str(found), "verified": verified is not None}, at=at
    )


@transaction.atomic
def tie(identity_id: int, person_id: int, *, actor: Actor, verified: bool = False) -> MessengerIdentity:
    """Say whose an account is; ``verified``: somebody made sure. Raises NotFoundError, MergedCardError."""
    row, person = _locked(identity_id), Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFoundError
    if person.merged_into_id is not None:
        raise MergedCardError(person.name, person.merged_into_id)
    row.person, row.verified_at = person, now() if verified else None
    row.save(update_fields=["person", "verified_at"])
    record("messenger.tied", ("person", person_id), actor, {"who": str(row), "verified": verified})
    return row


@transaction.atomic
def verify_messenger(identity_id: int, *, actor: Actor, at: datetime | None = None) -> MessengerIdentity:
    """Somebody made sure that the account is its card's. Keeps the first mark. Raises NotFoundError."""
    row = _locked(identity_id)
    if row.person_id is None:
        raise NotFoundError
    if row.verified_at is None:
        row.verified_at = at or now()
        row.save(update_fields=["verified_at"])
        record("messenger.verified", ("person", row.person_id), actor, {"who": str(row)})
    return row


@transaction.atomic
def untie(identity_id: int, *, actor: Actor) -> MessengerIdentity:
    """The account is not that person's. Raises NotFoundError."""
    row = _locked(identity_id)
    if row.person_id is not None:
        record("messenger.untied", ("person", row.person_id), actor, {"who": str(row)})
        row.person, row.verified_at = None, None
        row.save(update_fields=["person", "verified_at"])
    return row


@transaction.atomic
def change_number(identity_id: int, e164: str) -> MessengerIdentity:
    """The same account has another number: it stays whose it was, and must be verified anew. Raises NotFoundError."""
    row = _locked(identity_id)
    if row.e164 != e164:
        other = MessengerIdentity.objects.select_for_update().filter(network=row.network, e164=e164).first()
        if other is not None and other.pk != row.pk:
            if other.user_id:
                _lose_number(other)
            else:
                other.delete()
        row.e164, row.verified_at = e164, None
        row.save(update_fields=["e164", "verified_at"])
    return row


def _locked(identity_id: int) -> MessengerIdentity:
    row = MessengerIdentity.objects.select_for_update().filter(pk=identity_id).first()
    if row is None:
        raise NotFoundError
    return row
