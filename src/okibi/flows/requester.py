"""Who a message comes from: a known address, or the device of an application with the person that is proved on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from okibi.channels.models import Inbound
from okibi.channels.port import Incoming
from okibi.channels.telephone.kinds import SPOKEN, is_spoken
from okibi.customers.messenger_models import MessengerIdentity
from okibi.customers.models import Person, PhoneNumber
from okibi.customers.selectors import holdings_of, holdings_of_organisation, kept, people_by_phone, person_by_email
from okibi.environments import selectors
from okibi.environments.models import Device
from okibi.policy.entitlement import Licence, Trial


@dataclass(frozen=True, slots=True)
class Requester:
    """``person`` is None for somebody whom nobody knows; ``device`` is there for what came by ИПВ."""

    person: Person | None
    device: Device | None
    sure: bool = False  # a messenger's account whose tie to the person is verified


def requester_of(row: Inbound, incoming: Incoming, identity: MessengerIdentity | None = None) -> Requester:
    """By the envelope's device (never by what a document says of its sender), else by the sender's address.

    Of what a messenger brought: by the account's tie to a card, which unlocks data only where it is verified.
    """
    if identity is not None:
        person = kept(identity.person) if identity.person else None
        return Requester(person, None, sure=person is not None and identity.verified_at is not None)
    public_id = row.envelope.get("device")
    if isinstance(public_id, str) and public_id:
        device = selectors.by_public_id(public_id)
        return Requester(kept(device.person) if device and device.person else None, device)
    if is_spoken(row.channel) or row.channel == "sms":
        return _caller(row, incoming)
    address = incoming.sender.address
    return Requester(person_by_email(address) if address else None, None)


def _caller(row: Inbound, incoming: Incoming) -> Requester:
    """Whose number it is, where it is one person's. Sure only where an exchange or a trunk of ours named the number,
    and the card has it verified: anybody can write a number down.
    """
    people = people_by_phone(incoming.sender.address)
    if len(people) != 1:
        return Requester(None, None)
    told = row.channel == SPOKEN or incoming.authentic is True
    verified = PhoneNumber.objects.filter(
        person=people[0], e164=incoming.sender.address, verified_at__isnull=False
    ).exists()
    return Requester(people[0], None, sure=told and verified)


def rights_of(person: Person | None, device: Device | None) -> tuple[Sequence[Licence], Sequence[Trial]]:
    """What the requester may lean on: the person's own and their organisation's, and those of the licence's holder."""
    licences: list[Licence] = []
    trials: list[Trial] = []
    if person is not None:
        licences, trials = holdings_of(person)
    if device is None:
        return licences, trials
    if device.organisation_id is not None and (person is None or person.organisation_id != device.organisation_id):
        more, more_trials = holdings_of_organisation(device.organisation_id)
        licences, trials = [*licences, *more], [*trials, *more_trials]
    if device.holding_person is not None and device.holding_person != person:
        more, more_trials = holdings_of(device.holding_person)
        licences, trials = [*licences, *more], [*trials, *more_trials]
    return licences, trials
