"""Requests for the vendor's own systems."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from okibi.accounts.scopes import Scope
from okibi.api import shapes, shown_vendor
from okibi.api.auth import ApiKey, caller_name
from okibi.api.given import Name, TicketGiven
from okibi.api.paging import TicketsAsked, page
from okibi.api.problems import language_of
from okibi.api.repeats import answer, repeatable
from okibi.api.uploaded import taken
from okibi.customers.errors import BadAddressError
from okibi.customers.keys import clean_address
from okibi.flows import site_request
from okibi.kernel.once_only import Answer
from okibi.tickets.listed import tickets_page
from okibi.tickets.selectors import access_ticket

router = Router(tags=["vendor: requests"])
READ, WRITE = ApiKey(Scope.REQUESTS_READ), ApiKey(Scope.REQUESTS_WRITE)


@router.get("/tickets", response=shapes.Page[shapes.Ticket], auth=READ, operation_id="listTickets")
def listed(request: HttpRequest, asked: Query[TicketsAsked]) -> dict[str, Any]:
    """All requests, newest first."""
    del request
    found = tickets_page(
        cursor=asked.cursor,
        limit=asked.limit,
        state=asked.state,
        organisation_id=asked.organisation_id,
        person_id=asked.person_id,
        placed_since=asked.placed_since,
    )
    return page(found, shown_vendor.ticket)


@router.get("/tickets/{number}", response=shapes.Ticket, auth=READ, operation_id="getTicket")
def one(request: HttpRequest, number: Name) -> dict[str, Any]:
    """One request."""
    del request
    return shown_vendor.ticket(access_ticket(number))


@router.post("/tickets", response={201: shapes.Placed}, auth=WRITE, operation_id="placeTicket")
@repeatable(needed=True)
def place(request: HttpRequest, given: TicketGiven) -> Answer:
    """Place a request for a person; the answer goes to the e-mail address, as for the site's form. ``uploads``: whole
    ones that this key brought to /uploads.
    """
    facts = {
        "kind": given.kind,
        "product": given.product,
        "version": given.version,
        "licence": given.licence,
        "organisation": given.organisation,
        "language": given.language or language_of(request),
    }
    _check_address(given.email)
    form_id = f"{caller_name(request)}:{request.headers['Idempotency-Key']}"
    files = taken(request, given.uploads)
    placed = site_request.place(form_id, given.name, given.email, given.subject, given.text, facts, kept=files)
    if placed is None:
        return answer(201, {"number": None, "link": ""})
    location = {"Location": f"/api/v1/tickets/{placed.number}"}
    return answer(201, {"number": placed.number, "link": placed.link}, location)


def _check_address(email: str) -> None:
    try:
        clean_address(email)
    except BadAddressError as error:
        error.data["field"] = "email"
        raise
