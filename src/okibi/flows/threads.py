"""Which ticket a message is about: our own Message-ID, the ticket's own address, its number with a known writer."""

from okibi.channels.port import Incoming
from okibi.policy.threading import Hints, find_thread
from okibi.tickets import selectors
from okibi.tickets.errors import NoSuchTicketError
from okibi.tickets.models import Ticket


def thread_of(incoming: Incoming) -> Ticket | None:
    """The ticket, following merges; None where the message starts a new one. Never by the subject alone."""
    hints = Hints(
        references=tuple(reversed(incoming.references)),
        token=incoming.facts.get("address_token", ""),
        subject=incoming.subject,
        sender=incoming.sender.address.lower(),
    )
    found = find_thread(hints, Lookup())
    if found is None:
        return None
    ticket = selectors.by_ids([found.ticket_id])[0]
    seen = {ticket.pk}
    while ticket.merged_into_id and ticket.merged_into_id not in seen:
        ticket = selectors.by_ids([ticket.merged_into_id])[0]
        seen.add(ticket.pk)
    return ticket


class Lookup:
    """The policy's questions, answered from the rows."""

    def by_message_ids(self, message_ids: tuple[str, ...]) -> dict[str, int]:
        return selectors.by_external_ids(message_ids) if message_ids else {}

    def by_token(self, token: str) -> int | None:
        try:
            return selectors.access_by_token(token).pk
        except NoSuchTicketError:
            return None

    def by_number(self, number: str) -> int | None:
        try:
            return selectors.access_ticket(number).pk
        except NoSuchTicketError:
            return None

    def took_part(self, ticket_id: int, address: str) -> bool:
        return address in selectors.participants(ticket_id)
