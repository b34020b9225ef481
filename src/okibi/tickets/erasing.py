"""Names in tickets after erasure: the words that were said stay, who said them is not named any more."""

from collections.abc import Collection, Sequence

from django.db import transaction

from okibi.tickets.models import Message, Ticket


def active_of(person_ids: Collection[int]) -> Sequence[int]:
    """Ids of the people's requests that have not ended, oldest first."""
    rows = Ticket.objects.filter(requester_id__in=person_ids, ended_at__isnull=True)
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def forget_requesters(person_ids: Collection[int], name: str) -> int:
    """Name the people of these tickets, and the writers of their incoming messages, only as ``name``; gives how many.

    Numbers, classes, moments, verdicts and texts stay: the figures and the scheme's record need them.
    """
    tickets = Ticket.objects.filter(requester_id__in=person_ids)
    messages = Message.objects.filter(ticket__in=tickets.values("pk"))
    messages.filter(kind=Message.Kind.INCOMING).update(author_name=name, author_address="")
    messages.filter(kind=Message.Kind.NOTICE).update(author_address="")
    return tickets.update(requester_name=name, requester_address="", environment={})
