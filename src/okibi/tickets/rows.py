"""A ticket as one line of a list: only the columns that lines show, because a page reads fifty of them."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

if TYPE_CHECKING:
    from okibi.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class TicketRow:
    """What a line of a queue or of found tickets shows. Moments are UTC."""

    pk: int
    number: str
    subject: str
    state: str
    channel: str
    requester_name: str
    requester_address: str
    organisation_name: str
    planned_version: str
    unread: bool
    sender_unproved: bool
    due_at: datetime | None
    reacted_at: datetime | None
    sort_at: datetime


COLUMNS = tuple(field.name for field in fields(TicketRow))


def read_rows(tickets: "QuerySet[Ticket]") -> list[TicketRow]:
    """The lines of a query; one query, whatever it joins."""
    return [TicketRow(*values) for values in tickets.values_list(*COLUMNS)]
