"""Colleagues called by name in a note: «@Вера Синицына». Each hears it once, until they look at the ticket."""

import re
from collections.abc import Sequence
from datetime import datetime

from okibi.accounts.models import Staff
from okibi.tickets.models import Mention, Message, Ticket

LISTED = 100  # newest first


def called_in(text: str, staff: Sequence[Staff]) -> list[Staff]:
    """Those whose whole name stands after an «@», in the order of ``staff``; the longest name wins its place.

    A part of a name calls nobody: the composer completes it, and a guess could call the wrong person.
    """
    called: set[int] = set()
    low = text.casefold()
    for person in sorted(staff, key=lambda each: len(each.name), reverse=True):
        pattern = rf"(?<![\w@])@{re.escape(person.name.casefold())}(?!\w)"
        if re.search(pattern, low):
            called.add(person.pk)
            low = re.sub(pattern, " ", low)
    return [person for person in staff if person.pk in called]


def add(message: Message, people: Sequence[Staff], at: datetime) -> None:
    """Note who was called by a message."""
    rows = [Mention(message=message, ticket_id=message.ticket_id, staff=person, at=at) for person in people]
    Mention.objects.bulk_create(rows, ignore_conflicts=True)


def seen_by(ticket: Ticket, staff: Staff, at: datetime) -> int:
    """The person looks at the ticket; gives how many calls they had not seen."""
    return Mention.objects.filter(ticket=ticket, staff=staff, seen_at=None).update(seen_at=at)


def of_person(staff_id: int) -> list[Mention]:
    """The newest calls of a person, the unseen first; one query."""
    rows = Mention.objects.filter(staff_id=staff_id).select_related("ticket", "message")
    return sorted(rows.order_by("-id")[:LISTED], key=lambda each: each.seen_at is not None)
