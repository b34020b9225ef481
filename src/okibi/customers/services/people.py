"""User cards: creating, changing, and the organisation a person belongs to."""

from collections.abc import Sequence

from django.db import transaction

from okibi.customers.errors import FieldError, MergedCardError, NotFoundError
from okibi.customers.models import Organisation, Person
from okibi.customers.services import contacts
from okibi.customers.services.changes import apply_changes, needed
from okibi.journal.services import Actor, record
from okibi.kernel.sentence import Sentence

NAME = Sentence(ru="имя", en="name")
NO_ORGANISATION = Sentence(ru="Человек не состоит в организации.", en="The person belongs to no organisation.")
ADMIN_ON = Sentence(ru="да", en="yes")
ADMIN_OFF = Sentence(ru="нет", en="no")
LANGUAGES = ("ru", "en")


@transaction.atomic
def create_person(
    *,
    name: str,
    actor: Actor,
    organisation_id: int | None = None,
    position: str = "",
    language: str = "ru",
    note: str = "",
    emails: Sequence[str] = (),
    phones: Sequence[str] = (),
    organisation_claimed: bool = False,
) -> Person:
    """A new user card with its addresses and numbers (each as written; «доб. 12» after a number is its extension).

    ``organisation_claimed``: only a licence number says that they belong to it, see :func:`vouch`.
    Raises MissingError, BadAddressError, AddressTakenError, BadPhoneError, NotFoundError (organisation).
    """
    _organisation_exists(organisation_id)
    person = Person(
        name=needed("name", name, NAME),
        organisation_id=organisation_id,
        organisation_claimed=organisation_claimed and organisation_id is not None,
        position=position.strip(),
        language=known_language(language),
        note=note.strip(),
    )
    person.save()
    record("person.created", ("person", person.pk), actor, {"name": person.name})
    for address in emails:
        contacts.add_email(person.pk, address, actor=actor)
    for number in phones:
        contacts.add_phone(person.pk, number, actor=actor)
    return person


@transaction.atomic
def change_person(
    person_id: int,
    *,
    name: str,
    actor: Actor,
    organisation_id: int | None = None,
    position: str = "",
    language: str = "ru",
    note: str = "",
) -> Person:
    """Give a card these fields; what is equal is left alone. Raises as :func:`create_person`, and MergedCardError.

    A person who joins an organisation may become covered: doors call ``flows.user_cards.change_card`` instead.
    """
    person = locked_person(person_id)
    _organisation_exists(organisation_id)
    moved = organisation_id != person.organisation_id  # whoever moves them vouches, and rights of the old place end
    changed = apply_changes(
        person,
        {
            "name": needed("name", name, NAME),
            "organisation_id": organisation_id,
            "organisation_claimed": person.organisation_claimed and not moved,
            "organisation_admin": person.organisation_admin and not moved,
            "position": position.strip(),
            "language": known_language(language),
            "note": note.strip(),
        },
    )
    if changed:
        record("person.changed", ("person", person.pk), actor, {"changes": changed})
    return person


@transaction.atomic
def vouch(person_id: int, *, actor: Actor) -> Person:
    """Somebody who may says that the person belongs to their organisation: from now on they see what is its own.

    Raises NotFoundError, MergedCardError.
    """
    person = locked_person(person_id)
    if person.organisation_claimed:
        person.organisation_claimed = False
        person.save(update_fields=["organisation_claimed"])
        record("person.vouched", ("person", person.pk), actor, {"organisation": person.organisation_id})
    return person


@transaction.atomic
def set_organisation_admin(person_id: int, *, on: bool, actor: Actor) -> Person:
    """Make a person an administrator of their organisation, or no longer one. Making one vouches for them too.

    Raises NotFoundError, MergedCardError, FieldError (no organisation).
    """
    person = locked_person(person_id)
    if on and person.organisation_id is None:
        raise FieldError("organisation", NO_ORGANISATION)
    if on:
        person = vouch(person_id, actor=actor)
    if person.organisation_admin != on:
        person.organisation_admin = on
        person.save(update_fields=["organisation_admin"])
        state = (ADMIN_ON if on else ADMIN_OFF).as_dict()
        record("person.admin", ("person", person.pk), actor, {"state": state, "on": on})
    return person


def locked_person(person_id: int) -> Person:
    """The card, locked until the transaction ends. Raises NotFoundError, MergedCardError."""
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None:
        raise NotFoundError
    if person.merged_into_id is not None:
        raise MergedCardError(person.name, person.merged_into_id)
    return person


def known_language(code: str) -> str:
    """``ru`` or ``en``; raises FieldError for another."""
    if code not in LANGUAGES:
        raise FieldError("language", Sentence(ru=f"Язык «{code}» неизвестен.", en=f"Unknown language “{code}”."))
    return code


def _organisation_exists(organisation_id: int | None) -> None:
    if organisation_id is not None and not Organisation.objects.filter(pk=organisation_id).exists():
        raise NotFoundError
