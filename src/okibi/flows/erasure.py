"""A person asked to be forgotten, and a leading specialist carries it out: the card is anonymised in every room.

Gone: name, position, remark, addresses, telephone numbers, accounts of messengers and where their conversations stand,
devices with their reports, the name in requests, mailings and agreements. Kept: the requests with what was said
and promised (the vendor answers for its terms by them), the figures, and the journal, which nobody can change.
"""

from dataclasses import dataclass

from django.db import transaction

from okibi.calls.erasing import forget_callers
from okibi.channels.messenger import conversations
from okibi.customers.erasing import empty_cards, erased_name
from okibi.customers.selectors import card, card_ids, kept, messengers_of
from okibi.environments.erasing import forget_people
from okibi.flows.states import change_state
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.mailings.erasing import forget_people as forget_mailed
from okibi.policy.ticket_states import Event, State, possible
from okibi.sms.erasing import forget_people as forget_written_to
from okibi.tickets import services
from okibi.tickets.erasing import active_of, forget_requesters
from okibi.updates.erasing import forget_people as forget_granted


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was anonymised."""

    addresses: int
    numbers: int
    devices: int
    requests: int


@transaction.atomic
def erase(person_id: int, actor: Actor) -> Erased:
    """Anonymise the card and those merged into it; open requests end. Can't be undone. Raises NotFoundError."""
    row = kept(card(person_id))
    people = card_ids(row.pk)
    keys = [email.key for each in people for email in card(each).emails.all()]
    moment = now()
    for ticket_id in active_of(people):
        ticket = services.lock(ticket_id)
        if Event.WITHDRAW in possible(State(ticket.state)):
            change_state(ticket, Event.WITHDRAW, actor, moment)
            record("ticket.withdrawn", ("ticket", ticket.pk), actor, at=moment)
    devices = forget_people(people, keys, actor)
    requests = forget_requesters(people, erased_name(row.pk, row.language))
    forget_callers(people, erased_name(row.pk, row.language))
    forget_mailed(people, erased_name(row.pk, row.language))
    forget_granted(people, erased_name(row.pk, row.language), actor)
    forget_written_to(people, erased_name(row.pk, row.language))
    for known in (known for each in people for known in messengers_of(each)):
        conversations.forget(known.network, (known.user_id, known.e164))
    emptied = empty_cards(people)
    done = Erased(emptied.addresses, emptied.numbers, devices, requests)
    data = {"addresses": done.addresses, "numbers": done.numbers, "requests": done.requests, "devices": done.devices}
    record("person.erased", ("person", row.pk), actor, data, moment)
    return done
