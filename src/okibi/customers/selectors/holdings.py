"""Reading licences and trials: lists with filters, one by number, and what a person may lean on."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar, overload

from django.db.models import Q, QuerySet

from okibi.customers.errors import NotFoundError
from okibi.customers.keys import name_key, squeeze
from okibi.customers.models import Holding, Licence, Person, Trial
from okibi.customers.selectors.keyset import page_of
from okibi.customers.selectors.people import kept
from okibi.kernel.pagination import Page
from okibi.kernel.statements import run
from okibi.policy import entitlement
from okibi.policy.entitlement import HolderKind, TrialSource

PAGE = 50
SOON = timedelta(days=30)

# Asked for every mail of a known person.
_LICENCES_OF = """
    SELECT number, organisation_id, products, modules, seats, valid_from, valid_until, revoked_on, maintenance_until
    FROM okibi_customers_licence WHERE organisation_id = %s OR person_id = %s ORDER BY valid_from DESC, id
"""
_TRIALS_OF = """
    SELECT number, product, source, valid_from, valid_until, revoked_on
    FROM okibi_customers_trial WHERE organisation_id = %s OR person_id = %s ORDER BY valid_from DESC, id
"""

H = TypeVar("H", Licence, Trial)


class Standing(StrEnum):
    """How a licence or trial stands on a day."""

    IN_FORCE = "in_force"
    ENDING = "ending"  # in force, ends within 30 days
    ENDED = "ended"
    REVOKED = "revoked"
    COMING = "coming"  # begins later


def standing_of(row: Holding, day: date) -> Standing:
    """The standing of a licence or trial on ``day``, a day of the scheme's zone."""
    until: date | None = row.valid_until  # type: ignore[attr-defined]  # both kinds have it, each its own
    if row.revoked_on is not None and row.revoked_on <= day:
        return Standing.REVOKED
    if row.valid_from > day:
        return Standing.COMING
    if until is not None and until < day:
        return Standing.ENDED
    return Standing.ENDING if until is not None and until <= day + SOON else Standing.IN_FORCE


def _standing(standing: Standing | None, day: date) -> Q:
    revoked = Q(revoked_on__isnull=False, revoked_on__lte=day)
    in_force = Q(valid_from__lte=day) & (Q(valid_until__isnull=True) | Q(valid_until__gte=day)) & ~revoked
    if standing is None:
        return Q()
    return {
        Standing.IN_FORCE: in_force,
        Standing.ENDING: in_force & Q(valid_until__isnull=False, valid_until__lte=day + SOON),
        Standing.ENDED: Q(valid_until__lt=day) & ~revoked,
        Standing.REVOKED: revoked,
        Standing.COMING: Q(valid_from__gt=day) & ~revoked,
    }[standing]


def list_licences(
    standing: Standing | None, day: date, query: str = "", cursor: str | None = None, size: int = PAGE
) -> Page[Licence]:
    """Licences of a standing on ``day`` that fit; «ending» and «ended» by their end, others by number."""
    return _page(find_licences(standing, day, query), standing, cursor, size)


def list_trials(
    standing: Standing | None, day: date, query: str = "", cursor: str | None = None, size: int = PAGE
) -> Page[Trial]:
    """Trials, as :func:`list_licences`."""
    return _page(find_trials(standing, day, query), standing, cursor, size)


def find_licences(standing: Standing | None, day: date, query: str = "") -> QuerySet[Licence]:
    """All licences that fit, holders loaded, in no order."""
    return _found(Licence.objects.all(), standing, day, query)


def find_trials(standing: Standing | None, day: date, query: str = "") -> QuerySet[Trial]:
    """All trials that fit, holders loaded, in no order."""
    return _found(Trial.objects.all(), standing, day, query)


def _found(rows: QuerySet[H], standing: Standing | None, day: date, query: str) -> QuerySet[H]:
    rows = rows.filter(_standing(standing, day)).select_related("organisation", "person")
    if not query.strip():
        return rows
    fits = Q(number__icontains=squeeze(query))
    words = name_key(query).split()
    if words:
        organisations, people = Q(), Q()
        for word in words:
            organisations &= Q(organisation__name_key__contains=word)
            people &= Q(person__name_key__contains=word)
        fits |= organisations | people
    if query.strip().isdigit():
        fits |= Q(organisation__inn__contains=query.strip())
    return rows.filter(fits)


def _page(rows: QuerySet[H], standing: Standing | None, cursor: str | None, size: int) -> Page[H]:
    if standing in (Standing.ENDING, Standing.ENDED):
        return page_of(rows, "valid_until", cursor, size, lambda row: row.valid_until.isoformat())  # type: ignore[union-attr]
    return page_of(rows, "number", cursor, size)


def licence(licence_id: int) -> Licence:
    """One licence, its holder loaded. Raises NotFoundError."""
    return _one(Licence.objects.all(), licence_id)


def trial(trial_id: int) -> Trial:
    """One trial, its holder loaded. Raises NotFoundError."""
    return _one(Trial.objects.all(), trial_id)


def _one(rows: QuerySet[H], pk: int) -> H:
    row = rows.select_related("organisation", "person").filter(pk=pk).first()
    if row is None:
        raise NotFoundError
    return row


def licence_by_number(number: str) -> Licence | None:
    """The licence of that number, whatever the case and the spaces around it."""
    number = squeeze(number)
    rows = Licence.objects.select_related("organisation", "person")
    return rows.filter(number__iexact=number).first() if number else None


def trial_by_number(number: str) -> Trial | None:
    """The trial of that number, whatever the case and the spaces around it."""
    number = squeeze(number)
    rows = Trial.objects.select_related("organisation", "person")
    return rows.filter(number__iexact=number).first() if number else None


def licences_of(*, organisation_id: int | None = None, person_id: int | None = None) -> Sequence[Licence]:
    """What the holder has, newest end first. A person's list holds only what is in their own name."""
    return list(_of(Licence.objects.all(), organisation_id, person_id))


def trials_of(*, organisation_id: int | None = None, person_id: int | None = None) -> Sequence[Trial]:
    """Trials, as :func:`licences_of`."""
    return list(_of(Trial.objects.all(), organisation_id, person_id))


def _of(rows: QuerySet[H], organisation_id: int | None, person_id: int | None) -> QuerySet[H]:
    mine = Q(organisation_id=organisation_id) if organisation_id is not None else Q()
    if person_id is not None:
        mine |= Q(person_id=person_id)
    return rows.filter(mine or Q(pk__in=[])).select_related("organisation", "person").order_by("-valid_from", "pk")


def holdings_of(person: Person) -> tuple[list[entitlement.Licence], list[entitlement.Trial]]:
    """All that the person may lean on, as policy values: their own and their organisation's, whatever the dates."""
    person = kept(person)
    holders = [person.organisation_id, person.pk]
    licences = [
        entitlement.Licence(
            number=number,
            holder_kind=HolderKind.PERSON if organisation_id is None else HolderKind.ORGANISATION,
            holder=str(person if organisation_id is None else person.organisation),
            products=frozenset(products),
            modules=frozenset(modules),
            seats=seats,
            valid_from=valid_from,
            valid_until=valid_until,
            revoked_on=revoked_on,
            maintenance_until=maintenance_until,
        )
        for (
            number, organisation_id, products, modules, seats,
            valid_from, valid_until, revoked_on, maintenance_until,
        ) in run(_LICENCES_OF, holders)
    ]  # fmt: skip
    trials = [
        entitlement.Trial(
            number=number,
            product=product,
            source=TrialSource(source),
            valid_from=valid_from,
            valid_until=valid_until,
            revoked_on=revoked_on,
        )
        for number, product, source, valid_from, valid_until, revoked_on in run(_TRIALS_OF, holders)
    ]
    return licences, trials


def holdings_of_organisation(organisation_id: int) -> tuple[list[entitlement.Licence], list[entitlement.Trial]]:
    """All that the organisation holds, as policy values, whatever the dates."""
    return _values(licences_of(organisation_id=organisation_id)), _trial_values(
        trials_of(organisation_id=organisation_id)
    )


def _values(rows: Sequence[Licence]) -> list[entitlement.Licence]:
    return [right_of(row) for row in rows]


def _trial_values(rows: Sequence[Trial]) -> list[entitlement.Trial]:
    return [right_of(row) for row in rows]


@overload
def right_of(row: Licence) -> entitlement.Licence: ...
@overload
def right_of(row: Trial) -> entitlement.Trial: ...
def right_of(row: Licence | Trial) -> entitlement.Licence | entitlement.Trial:
    """A licence or trial as the policy judges it. Its holder is loaded where it was not, for the name only."""
    if isinstance(row, Trial):
        return entitlement.Trial(
            number=row.number,
            product=row.product,
            source=TrialSource(row.source),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            revoked_on=row.revoked_on,
        )
    return entitlement.Licence(
        number=row.number,
        holder_kind=HolderKind.ORGANISATION if row.organisation_id is not None else HolderKind.PERSON,
        holder=row.holder_name,
        products=frozenset(row.products),
        modules=frozenset(row.modules),
        seats=row.seats,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        revoked_on=row.revoked_on,
        maintenance_until=row.maintenance_until,
    )
