"""Reading ties between messengers and user cards."""

from collections.abc import Sequence

from okibi.customers.messenger_models import MessengerIdentity
from okibi.customers.models import Person


def messenger_identity(network: str, *, user_id: str = "", e164: str = "") -> MessengerIdentity | None:
    """By the user id, else by the number; with its person."""
    rows = MessengerIdentity.objects.select_related("person__organisation").filter(network=network)
    found = rows.filter(user_id=user_id).first() if user_id else None
    return found or (rows.filter(e164=e164).first() if e164 else None)


def identity_by_id(identity_id: int) -> MessengerIdentity | None:
    """With its person, None where there is none."""
    return MessengerIdentity.objects.select_related("person__organisation").filter(pk=identity_id).first()


def messengers_of(person_id: int) -> Sequence[MessengerIdentity]:
    """Every account of a card, verified ones first."""
    rows = MessengerIdentity.objects.filter(person=person_id)
    return sorted(rows, key=lambda row: (row.verified_at is None, row.pk))


def verified_person(identity: MessengerIdentity | None) -> Person | None:
    """The person whose data this account may see: only by a verified tie."""
    return identity.person if identity is not None and identity.verified_at is not None else None
