"""Which ticket a message is about: our own Message-ID, the ticket's own address, its number with a known writer."""

from django.conf import settings

from okibi.channels.port import Incoming
from okibi.customers.selectors import people_by_phone
from okibi.policy.threading import MessageHeaders, find_thread, plus_address
from okibi.tickets import selectors
from okibi.tickets.errors import NoSuchTicketError
from okibi.tickets.models import Ticket


def thread_of(incoming: Incoming) -> Ticket | None:
    """The ticket, following merges; None where the message starts a new one. Never by the subject's words."""
    token = incoming.facts.get("address_token", "")  # found by the channel, in the envelope too
    headers = MessageHeaders(
        sender=incoming.sender.address,
        recipients=(plus_address(settings.OKIBI_MAIL_FROM, token),) if token else (),
        subject=f"{incoming.subject} {incoming.facts.get('ticket_number', '')}",
        references=incoming.references,
    )
    found = find_thread(headers, Lookup())
    if found is None:
        return None
    ticket = selectors.access_ticket(found.number)
    seen = {ticket.pk}
    while ticket.merged_into and ticket.merged_into.pk not in seen:
        ticket = ticket.merged_into
        seen.add(ticket.pk)
    return ticket


class Lookup:
    """The policy's questions, answered from the rows."""

    def ticket_of_message(self, message_id: str) -> str | None:
        return selectors.number_of_message(message_id)

    def ticket_of_token(self, token: str) -> str | None:
        try:
            return selectors.access_by_token(token).number
        except NoSuchTicketError:
            return None

    def is_participant(self, number: str, address: str) -> bool:
        try:
            ticket = selectors.access_ticket(number)
        except NoSuchTicketError:
            return False
        if address.lower() in selectors.participants(ticket.pk):
            return True
        numbered = address.startswith("+") and ticket.requester_id is not None
        return numbered and any(person.pk == ticket.requester_id for person in people_by_phone(address))
