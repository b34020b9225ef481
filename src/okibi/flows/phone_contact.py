"""The vendor's own exchange asks who calls, so that its telephones show a name.

Least rights: a name goes out only for a number that is verified and in exactly one card, and only to an exchange whose
key was checked at the door. A number that somebody merely wrote down, or that several people share, has no name.
"""

from dataclasses import dataclass

from okibi.customers.models import PhoneNumber
from okibi.customers.selectors import card_ids, kept
from okibi.tickets.models import ACTIVE_STATES, Ticket


@dataclass(frozen=True, slots=True)
class Contact:
    """``responsible``: e-mail of the specialist who has the client's newest request; both "" for nobody known."""

    name: str = ""
    responsible: str = ""


def contact(e164: str) -> Contact:
    """Who has a number: four queries at most."""
    if not e164:
        return Contact()
    rows = PhoneNumber.objects.filter(e164=e164, verified_at__isnull=False).select_related("person__organisation")
    people = {person.pk: person for person in (kept(row.person) for row in rows[:10])}
    if len(people) != 1:
        return Contact()
    person = next(iter(people.values()))
    organisation = f", {person.organisation.name}" if person.organisation else ""
    tickets = Ticket.objects.filter(requester_id__in=card_ids(person.pk), state__in=ACTIVE_STATES)
    mine = tickets.filter(assignee__is_active=True).order_by("-id").values_list("assignee__email", flat=True)
    return Contact(f"{person.name}{organisation}", mine.first() or "")
