"""What stays of a user card whose person asked for erasure: an empty card that the figures still count."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from okibi.customers.messenger_models import MessengerIdentity
from okibi.customers.models import EmailAddress, Person, PhoneNumber
from okibi.kernel.sentence import Sentence

ERASED = Sentence(ru="Обезличенная карточка № {number}", en="Anonymised card No. {number}")


@dataclass(frozen=True, slots=True)
class Emptied:
    """How many rows went."""

    addresses: int
    numbers: int


def erased_name(person_id: int, language: str) -> str:
    """What an emptied card is called."""
    return ERASED.in_language(language).format(number=person_id)


@transaction.atomic
def empty_cards(person_ids: Collection[int]) -> Emptied:
    """Take name, position, remark, addresses, numbers and messengers out of the cards; they stay in their organisation.

    The journal entry is the caller's: what was done is one act over several rooms.
    """
    addresses, _ = EmailAddress.objects.filter(person_id__in=person_ids).delete()
    numbers, _ = PhoneNumber.objects.filter(person_id__in=person_ids).delete()
    MessengerIdentity.objects.filter(person_id__in=person_ids).delete()
    for person in Person.objects.select_for_update().filter(pk__in=person_ids):
        person.name = erased_name(person.pk, person.language)
        person.position = person.note = ""
        person.organisation_admin = False
        person.save(update_fields=["name", "position", "note", "organisation_admin"])
    return Emptied(addresses, numbers)
