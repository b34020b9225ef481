"""A message of a messenger arrives: whose it is, which running conversation it goes on with, which files are to come.

What is an event and no message (a status, a reaction, an edit …) is taken by ``flows.messenger_events``.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from okibi.channels.clean import json_safe
from okibi.channels.messenger import conversations, media
from okibi.channels.messenger.values import Correspondent, Delivery, Network, Notice, TemplateNews, Told
from okibi.channels.models import Inbound
from okibi.channels.port import Incoming, Party
from okibi.customers.messenger_models import MessengerIdentity
from okibi.customers.models import PhoneNumber
from okibi.customers.selectors import people_by_phone
from okibi.customers.services import meet, verify_messenger
from okibi.journal.services import SYSTEM
from okibi.tickets import conversation_selectors
from okibi.tickets.models import Message, Ticket

GOES_ON_FOR = timedelta(hours=24)  # after an ended request's last word, more by the same person is about it still


def has_sender(told: Told) -> bool:
    """Whether somebody is behind it: news of our own messages and of the service have none."""
    return not isinstance(told.event, Delivery | Notice | TemplateNews)


def met(row: Inbound, incoming: Incoming, told: Told) -> tuple[Incoming, MessengerIdentity]:
    """Find or make the sender's identity; their address is what the desk has known them by.

    The person is on the identity; it is verified or it is not.
    """
    who = told.who
    identity = meet(
        who.network.value, user_id=who.user_id, e164=who.e164, name="" if told.echo else who.name, at=row.received_at
    )
    if told.proof is not None:
        _prove(identity, told.proof.e164)
    address = address_of(who, identity)
    party = Party(address, incoming.sender.name or identity.name)
    return replace(incoming, sender=party), identity


def address_of(who: Correspondent, identity: MessengerIdentity) -> str:
    """What one answers to: the number, where the channel answers to numbers and we know it."""
    by_number = who.network is Network.WHATSAPP and who.address in {who.e164, who.user_id}
    return identity.e164 or who.address if by_number else who.address


def _prove(identity: MessengerIdentity, e164: str) -> None:
    """The messenger itself gave the writer's own number: one verified in exactly one card ties it for good."""
    people = people_by_phone(e164)
    if identity.person_id is None and len(people) == 1:
        identity.person = people[0]
        identity.save(update_fields=["person"])
    verified = PhoneNumber.objects.filter(person=identity.person_id, e164=e164, verified_at__isnull=False)
    if identity.person_id is not None and identity.verified_at is None and verified.exists():
        identity.verified_at = verify_messenger(identity.pk, actor=SYSTEM).verified_at


def running_ticket(kind: str, address: str, at: datetime) -> Ticket | None:
    """The request that more from this address is about: the newest that runs, or that ended a short while ago.

    A messenger has no threads: who writes "thank you" after the answer means that request, who writes next week means
    another.
    """
    return conversation_selectors.newest_of(kind, address, ended_after=at - GOES_ON_FOR)


def goes_on_with(row: Inbound, incoming: Incoming) -> Ticket | None:
    """The request that a messenger's message is about without naming it; None for every other channel."""
    if incoming.messenger is None:
        return None
    return running_ticket(row.channel, incoming.sender.address, row.received_at)


def account_of(row: Inbound) -> str:
    """The account of ours that it came to, "" where nobody knows."""
    account = row.envelope.get("account")
    return account if isinstance(account, str) else ""


def noted(row: Inbound, incoming: Incoming) -> None:
    """They wrote: the window of that account opens anew."""
    told, account = incoming.messenger, account_of(row)
    if told is None or told.echo or not account:
        return
    at = min(told.at or row.received_at, row.received_at)
    conversations.wrote(row.channel, account, incoming.sender.address, at, incoming.external_id)


def shape_of_words(told: Told | None) -> dict[str, object]:
    """What a ticket's message keeps of a messenger's beside its text, so that each reader has it in their language."""
    if told is None:
        return {}
    found: dict[str, object] = {}
    if told.parts:
        found |= {"parts": [part.to_json() for part in told.parts], "body": told.body}
    if told.context:
        found["context"] = told.context[:200]
    if told.forwarded:
        found["forwarded"] = True
    safe = json_safe(found)
    return safe if isinstance(safe, dict) else {}


def expect_files(row: Inbound, incoming: Incoming, message: Message) -> None:
    """The files that a message names are fetched after it."""
    told = incoming.messenger
    if told is not None and told.media:
        media.expect(row, message.pk, told.media, account_of(row))
