"""What a voice on the telephone is most likely about: open requests of a person or of a number."""

from collections.abc import Collection

from django.db.models import Q

from okibi.tickets.models import ACTIVE_STATES, Ticket
from okibi.tickets.rows import COLUMNS, TicketRow

MOST = 20


def open_requests(
    person_ids: Collection[int], addresses: Collection[str], limit: int = MOST
) -> list[tuple[int | None, TicketRow]]:
    """Requests that are not ended, newest first, each with its requester's card; one query, none for nobody.

    ``addresses``: in the notation of the channel that placed them, E.164 for calls.
    """
    if not person_ids and not addresses:
        return []
    whose = Q(requester_id__in=list(person_ids)) | Q(requester_address__in=list(addresses))
    rows = Ticket.objects.filter(whose, state__in=ACTIVE_STATES, merged_into__isnull=True).order_by("-id")
    return [(values[0], TicketRow(*values[1:])) for values in rows.values_list("requester_id", *COLUMNS)[:limit]]
