"""The personal links of a letter: "where is my request" and "say who you are".

Whoever opens one holds the mailbox to which it was sent. A licence number that is right puts the address on a card of
its holder; the name of an organisation alone proves nothing and is only told to the specialist.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from okibi.customers import selectors as customers
from okibi.customers import services as cards
from okibi.customers.models import Licence, Person
from okibi.flows.answers import answering_channel
from okibi.flows.coverage import rejudge
from okibi.flows.links import token_of_where, token_of_who
from okibi.flows.promise import Promise
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence
from okibi.policy.terms import Step
from okibi.policy.ticket_states import State
from okibi.tickets import selectors, services
from okibi.tickets.models import Message, Ticket

NO_LICENCE = Sentence(
    ru="Лицензии с таким номером мы не нашли. Проверьте номер или напишите название организации.",
    en="We found no licence with this number. Check it, or write the name of your organisation.",
)
NOTHING_SAID = Sentence(
    ru="Назовите номер лицензии или организацию.", en="Please give a licence number or the name of your organisation."
)
SHOWN = (Message.Kind.INCOMING, Message.Kind.REPLY, Message.Kind.REFUSAL)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What a requester may see of a request."""

    ticket: Ticket
    state: State
    messages: list[Message]
    due_at: datetime | None
    steps: tuple[Step, ...]


def where(signed: str) -> Whereabouts:
    """The request behind a personal link. Raises NotAllowedError."""
    ticket = selectors.access_by_token(token_of_where(signed))
    said = [message for message in selectors.timeline(ticket) if message.kind in SHOWN]
    due = Promise.of(ticket).explain(now()) if ticket.due_at else None
    return Whereabouts(ticket, State(ticket.state), said, due.at if due else None, due.steps if due else ())


def ticket_of(signed: str) -> Ticket:
    """The request behind a "who are you" link. Raises NotAllowedError."""
    return selectors.access_by_token(token_of_who(signed))


@transaction.atomic
def identify(signed: str, name: str, licence_number: str, organisation: str) -> bool:
    """Take what an unknown requester says of themselves; True when it made them known, False when a person must look.

    Raises InputError when nothing was said or the licence is not there, NotAllowedError for a bad link.
    """
    ticket = services.lock(ticket_of(signed).pk)
    name, licence_number, organisation = name.strip(), licence_number.strip(), organisation.strip()
    if not licence_number and not organisation:
        raise InputError(NOTHING_SAID)
    if name:
        ticket.requester_name = name[:200]
    licence = customers.licence_by_number(licence_number) if licence_number else None
    if licence_number and licence is None:
        raise InputError(NO_LICENCE)
    if licence is None:
        ticket.organisation_name = organisation[:200]
        services.save(ticket, "requester_name", "organisation_name")
        record(
            "ticket.identified", ("ticket", ticket.pk), Actor("person", name=name), {"name": f"{name} · {organisation}"}
        )
        return False
    person = _card(ticket, licence)
    ticket.requester = person
    ticket.requester_name = person.name
    ticket.organisation = person.organisation
    ticket.organisation_name = person.organisation.name if person.organisation else ""
    services.save(ticket, "requester", "requester_name", "organisation", "organisation_name")
    record("ticket.identified", ("ticket", ticket.pk), Actor("person", person.pk, person.name), {"name": person.name})
    rejudge(ticket.pk)
    return True


def _card(ticket: Ticket, licence: Licence) -> Person:
    """The card of the licence's holder with the address this link was sent to, which the opening of the link verified."""
    actor = Actor("person", name=ticket.requester_name)
    moment = now()
    known = customers.person_by_email(ticket.requester_address)
    if known is not None:
        return known
    if licence.person:
        person = licence.person
    else:
        name = ticket.requester_name or ticket.requester_address
        person = cards.create_person(
            name=name, organisation_id=licence.organisation_id, language=ticket.language, actor=actor
        )
    if answering_channel(ticket) == "email":
        cards.add_email(person.pk, ticket.requester_address, actor=actor, verified_at=moment)
    return person
