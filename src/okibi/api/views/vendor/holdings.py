"""Licences and trials for the vendor's own systems."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from okibi.accounts.scopes import Scope
from okibi.api import shapes, shown_vendor
from okibi.api.auth import ApiKey, key_of
from okibi.api.given import (
    ExtensionGiven,
    HolderGiven,
    Id,
    LicenceGiven,
    RevocationGiven,
    TrialExtensionGiven,
    TrialGiven,
)
from okibi.api.paging import HoldingsAsked, page
from okibi.api.repeats import answer, repeatable
from okibi.customers.dates import today
from okibi.customers.selectors import holdings
from okibi.customers.services import Holder
from okibi.flows import licences
from okibi.kernel.once_only import Answer

router = Router(tags=["vendor: licences"])
READ, WRITE = ApiKey(Scope.LICENCES_READ), ApiKey(Scope.LICENCES_WRITE)


def _holder(given: HolderGiven) -> Holder:
    return Holder(organisation_id=given.organisation_id, person_id=given.person_id)


@router.get("/licences", response=shapes.Page[shapes.Licence], auth=READ, operation_id="listLicences")
def listed(request: HttpRequest, asked: Query[HoldingsAsked]) -> dict[str, Any]:
    """Licences. ``q``: a part of the number, words of the holder's name, a taxpayer number."""
    del request
    day = today()
    found = holdings.list_licences(asked.standing, day, asked.q, asked.cursor or None, asked.limit)
    return page(found, lambda row: shown_vendor.holding(row, day))


@router.post("/licences", response={201: shapes.Licence}, auth=WRITE, operation_id="createLicence")
@repeatable(needed=True)
def create(request: HttpRequest, given: LicenceGiven) -> Answer:
    """A new licence; requests of its holder that waited for cover come alive."""
    row = licences.create_licence(
        holder=_holder(given.holder),
        products=given.products,
        modules=given.modules,
        seats=given.seats,
        valid_from=given.valid_from,
        valid_until=given.valid_until,
        maintenance_until=given.maintenance_until,
        number=given.number,
        note=given.note,
        actor=key_of(request).actor,
    )
    return _made(row.pk)


def _made(licence_id: int, status: int = 201) -> Answer:
    row = holdings.licence(licence_id)
    return answer(status, shown_vendor.holding(row, today()), {"Location": f"/api/v1/licences/{row.pk}"})


@router.get("/licences/{licence_id}", response=shapes.Licence, auth=READ, operation_id="getLicence")
def one(request: HttpRequest, licence_id: Id) -> dict[str, Any]:
    """One licence."""
    del request
    return shown_vendor.holding(holdings.licence(licence_id), today())


@router.post("/licences/{licence_id}/extend", response=shapes.Licence, auth=WRITE, operation_id="extendLicence")
@repeatable(needed=False)
def extend(request: HttpRequest, licence_id: Id, given: ExtensionGiven) -> Answer:
    """Until a later day, that day included; null: for ever."""
    licences.extend_licence(licence_id, until=given.until, actor=key_of(request).actor)
    return _made(licence_id, 200)


@router.post("/licences/{licence_id}/revoke", response=shapes.Licence, auth=WRITE, operation_id="revokeLicence")
@repeatable(needed=False)
def revoke(request: HttpRequest, licence_id: Id, given: RevocationGiven) -> Answer:
    """It ends; the reason is kept. A revoked one can't be changed any more."""
    licences.revoke_licence(licence_id, reason=given.reason, on=given.on, actor=key_of(request).actor)
    return _made(licence_id, 200)


# ---------------------------------------------------------------- trials


@router.get("/trials", response=shapes.Page[shapes.Licence], auth=READ, operation_id="listTrials")
def trials(request: HttpRequest, asked: Query[HoldingsAsked]) -> dict[str, Any]:
    """Trials, as licences are listed."""
    del request
    day = today()
    found = holdings.list_trials(asked.standing, day, asked.q, asked.cursor or None, asked.limit)
    return page(found, lambda row: shown_vendor.holding(row, day))


@router.post("/trials", response={201: shapes.Licence}, auth=WRITE, operation_id="createTrial")
@repeatable(needed=True)
def create_trial(request: HttpRequest, given: TrialGiven) -> Answer:
    """A new trial."""
    row = licences.create_trial(
        holder=_holder(given.holder),
        product=given.product,
        valid_from=given.valid_from,
        valid_until=given.valid_until,
        source=given.source,
        number=given.number,
        note=given.note,
        actor=key_of(request).actor,
    )
    return _made_trial(row.pk)


def _made_trial(trial_id: int, status: int = 201) -> Answer:
    row = holdings.trial(trial_id)
    return answer(status, shown_vendor.holding(row, today()), {"Location": f"/api/v1/trials/{row.pk}"})


@router.get("/trials/{trial_id}", response=shapes.Licence, auth=READ, operation_id="getTrial")
def trial(request: HttpRequest, trial_id: Id) -> dict[str, Any]:
    """One trial."""
    del request
    return shown_vendor.holding(holdings.trial(trial_id), today())


@router.post("/trials/{trial_id}/extend", response=shapes.Licence, auth=WRITE, operation_id="extendTrial")
@repeatable(needed=False)
def extend_trial(request: HttpRequest, trial_id: Id, given: TrialExtensionGiven) -> Answer:
    """Until a later day, that day included."""
    licences.extend_trial(trial_id, until=given.until, actor=key_of(request).actor)
    return _made_trial(trial_id, 200)


@router.post("/trials/{trial_id}/revoke", response=shapes.Licence, auth=WRITE, operation_id="revokeTrial")
@repeatable(needed=False)
def revoke_trial(request: HttpRequest, trial_id: Id, given: RevocationGiven) -> Answer:
    """It ends; the reason is kept."""
    licences.revoke_trial(trial_id, reason=given.reason, on=given.on, actor=key_of(request).actor)
    return _made_trial(trial_id, 200)
