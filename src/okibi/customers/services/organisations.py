"""Creating and changing organisations."""

from django.db import transaction

from okibi.customers.errors import InnTakenError, NotFoundError
from okibi.customers.keys import clean_inn
from okibi.customers.models import Organisation
from okibi.customers.services.changes import apply_changes, needed
from okibi.journal.services import Actor, record
from okibi.kernel.sentence import Sentence

NAME = Sentence(ru="название", en="name")


@transaction.atomic
def create_organisation(*, name: str, actor: Actor, inn: str = "", note: str = "") -> Organisation:
    """A new organisation. Raises MissingError, BadInnError, InnTakenError."""
    organisation = Organisation(name=needed("name", name, NAME), inn=_free_inn(inn, None), note=note.strip())
    organisation.save()
    record(
        "organisation.created",
        ("organisation", organisation.pk),
        actor,
        {"name": organisation.name, "inn": organisation.inn},
    )
    return organisation


@transaction.atomic
def change_organisation(
    organisation_id: int, *, name: str, actor: Actor, inn: str = "", note: str = ""
) -> Organisation:
    """Give an organisation these fields; what is equal is left alone. Raises as :func:`create_organisation`."""
    organisation = Organisation.objects.select_for_update().filter(pk=organisation_id).first()
    if organisation is None:
        raise NotFoundError
    changed = apply_changes(
        organisation,
        {"name": needed("name", name, NAME), "inn": _free_inn(inn, organisation_id), "note": note.strip()},
    )
    if changed:
        record("organisation.changed", ("organisation", organisation.pk), actor, {"changes": changed})
    return organisation


def _free_inn(inn: str, own_id: int | None) -> str:
    inn = clean_inn(inn)
    other = Organisation.objects.filter(inn=inn).first() if inn else None
    if other is not None and other.pk != own_id:
        raise InnTakenError(inn, other.pk, other.name)
    return inn
