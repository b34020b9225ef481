"""Whose a messenger's account is: found from a request, tied by a specialist, and what that changes on open requests.

A tie says who is asking. Only a verified one unlocks data: a licence is named, other messengers are offered.
"""

from collections.abc import Sequence

from django.db import transaction

from okibi.accounts.models import Staff
from okibi.channels.messenger.conversations import conversations_of
from okibi.channels.messenger.kinds import is_messenger
from okibi.channels.port import UnreadableError
from okibi.channels.registry import channel
from okibi.customers.messenger_models import MessengerIdentity
from okibi.customers.models import Person
from okibi.customers.selectors import messenger_identity, people_by_phone, suggest_people
from okibi.customers.services import tie, untie, verify_messenger
from okibi.flows.coverage import rejudge
from okibi.journal.services import Actor, record
from okibi.kernel import blobs
from okibi.tickets import conversation_selectors, services
from okibi.tickets.models import Ticket

SUGGESTED = 4  # people offered without a search


def identity_of(ticket: Ticket) -> MessengerIdentity | None:
    """The account that the request's latest message came from; None where no messenger carried one."""
    if not is_messenger(ticket.channel):
        return None
    row = conversation_selectors.last_inbound(ticket)
    if row is None:
        return None
    try:
        told = channel(row.channel).parse(blobs.read(row.raw), row.envelope).messenger
    except (UnreadableError, FileNotFoundError):
        return None
    if told is None or not (told.who.user_id or told.who.e164):
        return None
    return messenger_identity(told.who.network.value, user_id=told.who.user_id, e164=told.who.e164)


def suggested(identity: MessengerIdentity) -> list[Person]:
    """Who it may be: cards with the same number, then cards of the same name; never the one it is tied to."""
    found: dict[int, Person] = {}
    people: list[Person] = list(people_by_phone(identity.e164)) if identity.e164 else []
    people += suggest_people(identity.name, SUGGESTED) if len(identity.name.strip()) > 2 else []
    for person in people:
        if person.pk != identity.person_id:
            found.setdefault(person.pk, person)
    return list(found.values())[:SUGGESTED]


def other_cards(identities: Sequence[MessengerIdentity]) -> list[Person]:
    """Cards that have the number of a verified account of another card: perhaps one person twice."""
    found: dict[int, Person] = {}
    for identity in identities:
        if identity.verified_at is not None and identity.e164:
            for person in people_by_phone(identity.e164):
                if person.pk != identity.person_id:
                    found[person.pk] = person
    return list(found.values())


@transaction.atomic
def say_whose(identity_id: int, person_id: int, staff: Staff, *, verified: bool) -> MessengerIdentity:
    """A specialist says whose it is, and open requests find their requester. Raises NotFoundError, MergedCardError."""
    actor = Actor("staff", staff.pk, staff.name)
    row = tie(identity_id, person_id, actor=actor, verified=verified)
    if row.person is not None:
        _follow(row, row.person, actor, sure=verified)
    return row


@transaction.atomic
def make_sure(identity_id: int, actor: Actor) -> MessengerIdentity:
    """The tie is right: what it unlocks is unlocked on open requests too. Raises NotFoundError."""
    row = verify_messenger(identity_id, actor=actor)
    if row.person is not None:
        _follow(row, row.person, actor, sure=True)
    return row


@transaction.atomic
def not_theirs(identity_id: int, staff: Staff) -> MessengerIdentity:
    """It is not that person's: open requests from it know nobody any more. Raises NotFoundError."""
    row = untie(identity_id, actor=Actor("staff", staff.pk, staff.name))
    _follow(row, None, Actor("staff", staff.pk, staff.name), sure=False)
    return row


def _follow(row: MessengerIdentity, person: Person | None, actor: Actor, *, sure: bool) -> None:
    places = {(each.channel, each.address) for each in conversations_of(row.network, [row.e164, row.user_id])}
    for ticket in conversation_selectors.open_from(places):
        held = services.lock(ticket.pk)
        if (held.requester_id, held.requester_sure) == (person.pk if person else None, sure):
            continue
        held.requester, held.requester_sure = person, sure
        held.requester_name = person.name if person else row.name
        held.organisation = person.organisation if person else None
        held.organisation_name = held.organisation.name if held.organisation else ""
        services.save(held, "requester", "requester_sure", "requester_name", "organisation", "organisation_name")
        if person is not None:
            record("ticket.recognised", ("ticket", held.pk), actor, {"name": person.name})
        rejudge(held.pk)
