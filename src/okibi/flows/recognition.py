"""A card gets an address: requests that somebody unknown placed from it are that person's from now on.

The same proof as at intake: the address in the mail. What only a proved sender unlocks stays locked.
"""

from django.db import transaction

from okibi.customers import services as cards
from okibi.customers.models import EmailAddress, Person
from okibi.customers.selectors import person_by_email
from okibi.flows.coverage import rejudge
from okibi.journal.services import Actor, record
from okibi.tickets import selectors, services


@transaction.atomic
def create_card(
    *,
    name: str,
    actor: Actor,
    organisation_id: int | None = None,
    position: str = "",
    language: str = "ru",
    note: str = "",
    emails: list[str] | None = None,
    phones: list[str] | None = None,
) -> Person:
    """A new user card, and the waiting requests of its addresses with it. Raises as the service does."""
    person = cards.create_person(
        name=name,
        organisation_id=organisation_id,
        position=position,
        language=language,
        note=note,
        emails=emails or (),
        phones=phones or (),
        actor=actor,
    )
    for address in emails or ():
        recognise(address, actor)
    return person


@transaction.atomic
def put_address(person_id: int, address: str, actor: Actor) -> EmailAddress:
    """One more address of a card, and the waiting requests from it. Raises as the service does."""
    email = cards.add_email(person_id, address, actor=actor)
    recognise(address, actor)
    return email


def recognise_all(actor: Actor) -> int:
    """Every waiting request of an unknown sender whose address a card has by now; gives how many."""
    return sum(recognise(address, actor) for address in selectors.unknown_addresses())


@transaction.atomic
def recognise(address: str, actor: Actor) -> int:
    """Give the active requests that came from this address, by nobody known, to whose it is; gives how many."""
    person = person_by_email(address)
    if person is None:
        return 0
    found = selectors.of_unknown(address.strip())
    for ticket_id in found:
        ticket = services.lock(ticket_id)
        ticket.requester = person
        ticket.requester_name = person.name
        ticket.organisation = person.organisation
        ticket.organisation_name = person.organisation.name if person.organisation else ""
        services.save(ticket, "requester", "requester_name", "organisation", "organisation_name")
        record("ticket.recognised", ("ticket", ticket.pk), actor, {"name": person.name})
        rejudge(ticket.pk)
    return len(found)
