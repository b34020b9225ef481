"""A user card changes: who joins an organisation comes under its licences."""

from django.db import transaction

from okibi.customers import services
from okibi.customers.models import Person
from okibi.flows.coverage import rejudge_for
from okibi.journal.services import Actor


@transaction.atomic
def change_card(
    person_id: int,
    *,
    name: str,
    actor: Actor,
    organisation_id: int | None = None,
    position: str = "",
    language: str = "ru",
    note: str = "",
) -> Person:
    """Give the card these fields; the person's uncovered requests are judged anew. Raises as the service does."""
    person = services.change_person(
        person_id,
        name=name,
        actor=actor,
        organisation_id=organisation_id,
        position=position,
        language=language,
        note=note,
    )
    rejudge_for(None, person.pk)
    return person


def join_organisation(person: Person, organisation_id: int, actor: Actor) -> Person:
    """The person belongs to this organisation from now on; all else of the card stays."""
    return change_card(
        person.pk,
        name=person.name,
        organisation_id=organisation_id,
        position=person.position,
        language=person.language,
        note=person.note,
        actor=actor,
    )
