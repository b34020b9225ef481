"""Ties of the telephone: a number to a person, a call to a request. They prove nothing; who tied is on record."""

from django.db import transaction

from okibi.accounts.models import Staff
from okibi.calls import selectors as calls
from okibi.calls import services as call_services
from okibi.channels.telephone.kinds import BY_VOICE
from okibi.customers import selectors as customers
from okibi.customers import services as cards
from okibi.customers.models import Person
from okibi.flows.coverage import rejudge
from okibi.journal.services import Actor, record
from okibi.kernel.sentence import Sentence
from okibi.tickets import selectors, services
from okibi.tickets.models import Ticket

CHANNEL = "phone"
HIDDEN = Sentence(ru="номер скрыт", en="hidden number")


@transaction.atomic
def call_about(call_id: int, number: str, staff: Staff) -> Ticket:
    """A call is about a request that is there: it stands on its timeline. Raises NotAllowedError for either unknown."""
    ticket = selectors.access_ticket(number)
    tie_call(call_id, ticket, staff)
    return ticket


def tie_call(call_id: int, ticket: Ticket, staff: Staff) -> None:
    """A call stands on this request from now on; a second time changes nothing. Raises NoSuchCallError."""
    call = calls.call(call_id)
    if call.ticket_id == ticket.pk:
        return
    call_services.tie_ticket(call.pk, ticket)
    if call.person_id is None and ticket.requester is not None and ticket.requester_address == call.e164:
        call_services.tie_person(call.pk, ticket.requester)
    data = {"number": call.number or HIDDEN.as_dict(), "call": call.pk}
    record("ticket.called", ("ticket", ticket.pk), Actor("staff", staff.pk, staff.name), data)


@transaction.atomic
def tie_number(number: str, person_id: int, staff: Staff) -> Person:
    """Put a number on a card, and the card on the requests that came from the number without one.

    The number is as good as whoever says it: it is not marked as confirmed. Raises BadPhoneError, NotFoundError.
    """
    actor = Actor("staff", staff.pk, staff.name)
    phone = cards.add_phone(person_id, number, actor=actor)
    person = customers.card(person_id)
    tickets_of_number(phone.e164, person, actor)
    for call in calls.of_number(phone.e164, 1):
        call_services.tie_person(call.pk, person)  # and all others of the number that are nobody's
    return person


def tickets_of_number(e164: str, person: Person, actor: Actor) -> int:
    """Open requests that came by voice from a number of nobody become this person's; gives how many."""
    found = Ticket.objects.filter(
        channel__in=BY_VOICE, requester__isnull=True, requester_address=e164, ended_at__isnull=True
    ).values_list("pk", flat=True)
    for pk in list(found):
        ticket = services.lock(pk)
        ticket.requester, ticket.requester_name = person, person.name
        ticket.organisation = person.organisation
        ticket.organisation_name = person.organisation.name if person.organisation else ticket.organisation_name
        services.save(ticket, "requester", "requester_name", "organisation", "organisation_name")
        record("ticket.recognised", ("ticket", pk), actor, {"name": person.name})
        rejudge(pk)
    return len(found)
