"""A licence or trial is created, extended or revoked: the requests that wait for cover learn it in the same breath."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from django.db import transaction

from okibi.customers import services
from okibi.customers.models import Licence, Trial
from okibi.customers.services import Holder
from okibi.flows.coverage import rejudge_for
from okibi.journal.services import Actor

H = TypeVar("H", Licence, Trial)


@transaction.atomic
def create_licence(
    *,
    holder: Holder,
    products: Sequence[str],
    valid_from: date,
    actor: Actor,
    valid_until: date | None = None,
    maintenance_until: date | None = None,
    modules: Sequence[str] = (),
    seats: int = 1,
    number: str = "",
    note: str = "",
) -> Licence:
    """A new licence, and the holder's uncovered requests judged anew. Raises as the service does."""
    licence = services.create_licence(
        holder=holder,
        products=products,
        valid_from=valid_from,
        actor=actor,
        valid_until=valid_until,
        maintenance_until=maintenance_until,
        modules=modules,
        seats=seats,
        number=number,
        note=note,
    )
    return _judged(licence)


@transaction.atomic
def change_licence(
    licence_id: int,
    *,
    products: Sequence[str],
    modules: Sequence[str],
    seats: int,
    maintenance_until: date | None,
    note: str,
    actor: Actor,
) -> Licence:
    """Another set of products may cover what waits. Raises as the service does."""
    licence = services.change_licence(
        licence_id,
        products=products,
        modules=modules,
        seats=seats,
        maintenance_until=maintenance_until,
        note=note,
        actor=actor,
    )
    return _judged(licence)


@transaction.atomic
def extend_licence(licence_id: int, *, until: date | None, actor: Actor) -> Licence:
    """The licence lasts until a later day (None: for ever)."""
    return _judged(services.extend_licence(licence_id, until=until, actor=actor))


@transaction.atomic
def revoke_licence(licence_id: int, *, reason: str, actor: Actor, on: date | None = None) -> Licence:
    """The licence ends from a day on; the reason is demanded."""
    return _judged(services.revoke_licence(licence_id, reason=reason, actor=actor, on=on))


@transaction.atomic
def create_trial(
    *,
    holder: Holder,
    product: str,
    valid_from: date,
    valid_until: date,
    actor: Actor,
    source: str = Trial.Source.SITE,
    number: str = "",
    note: str = "",
) -> Trial:
    """A new trial, and the holder's uncovered requests judged anew. Raises as the service does."""
    trial = services.create_trial(
        holder=holder,
        product=product,
        valid_from=valid_from,
        valid_until=valid_until,
        actor=actor,
        source=source,
        number=number,
        note=note,
    )
    return _judged(trial)


@transaction.atomic
def extend_trial(trial_id: int, *, until: date, actor: Actor) -> Trial:
    """The trial lasts until a later day."""
    return _judged(services.extend_trial(trial_id, until=until, actor=actor))


@transaction.atomic
def revoke_trial(trial_id: int, *, reason: str, actor: Actor, on: date | None = None) -> Trial:
    """The trial ends from a day on; the reason is demanded."""
    return _judged(services.revoke_trial(trial_id, reason=reason, actor=actor, on=on))


def _judged(row: H) -> H:
    rejudge_for(row.organisation_id, row.person_id)
    return row
