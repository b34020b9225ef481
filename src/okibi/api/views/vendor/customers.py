"""Organisations and user cards for the vendor's own systems."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from okibi.accounts.scopes import Scope
from okibi.api import shapes, shown_vendor
from okibi.api.auth import ApiKey, key_of
from okibi.api.given import Id, OrganisationGiven, PersonGiven
from okibi.api.paging import Searching, page
from okibi.api.repeats import answer, repeatable
from okibi.customers import selectors, services
from okibi.kernel.once_only import Answer

router = Router(tags=["vendor: customers"])
READ, WRITE = ApiKey(Scope.CUSTOMERS_READ), ApiKey(Scope.CUSTOMERS_WRITE)


@router.get(
    "/customers/organisations", response=shapes.Page[shapes.Organisation], auth=READ, operation_id="listOrganisations"
)
def organisations(request: HttpRequest, asked: Query[Searching]) -> dict[str, Any]:
    """Organisations by name. ``q``: words of the name, or digits of the taxpayer number."""
    del request
    return page(selectors.list_organisations(asked.q, asked.cursor or None, asked.limit), shown_vendor.organisation)


@router.post(
    "/customers/organisations", response={201: shapes.Organisation}, auth=WRITE, operation_id="createOrganisation"
)
@repeatable(needed=True)
def create_organisation(request: HttpRequest, given: OrganisationGiven) -> Answer:
    """A new organisation."""
    row = services.create_organisation(name=given.name, inn=given.inn, note=given.note, actor=key_of(request).actor)
    return answer(201, shown_vendor.organisation(row), {"Location": f"/api/v1/customers/organisations/{row.pk}"})


@router.get(
    "/customers/organisations/{organisation_id}",
    response=shapes.Organisation,
    auth=READ,
    operation_id="getOrganisation",
)
def organisation(request: HttpRequest, organisation_id: Id) -> dict[str, Any]:
    """One organisation."""
    del request
    return shown_vendor.organisation(selectors.organisation(organisation_id))


@router.get("/customers/people", response=shapes.Page[shapes.Person], auth=READ, operation_id="listPeople")
def people(request: HttpRequest, asked: Query[Searching]) -> dict[str, Any]:
    """User cards by name. ``q``: words of the name, an address, a number's digits, the organisation."""
    del request
    return page(selectors.list_people(asked.q, asked.cursor or None, asked.limit), shown_vendor.person)


@router.post("/customers/people", response={201: shapes.Person}, auth=WRITE, operation_id="createPerson")
@repeatable(needed=True)
def create_person(request: HttpRequest, given: PersonGiven) -> Answer:
    """A new user card."""
    row = services.create_person(
        name=given.name,
        organisation_id=given.organisation_id,
        position=given.position,
        language=given.language,
        note=given.note,
        emails=given.emails,
        phones=given.phones,
        actor=key_of(request).actor,
    )
    return answer(201, shown_vendor.person(selectors.card(row.pk)), {"Location": f"/api/v1/customers/people/{row.pk}"})


@router.get("/customers/people/{person_id}", response=shapes.Person, auth=READ, operation_id="getPerson")
def person(request: HttpRequest, person_id: Id) -> dict[str, Any]:
    """One user card."""
    del request
    return shown_vendor.person(selectors.card(person_id))
