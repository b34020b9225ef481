"""Everything that was said on a person's requests, for their own archive."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Prefetch, QuerySet, Sum

from okibi.tickets.models import Attachment, Message, Ticket
from okibi.tickets.requester_selectors import NOT_GUESSED, SHOWN


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is."""

    tickets: int
    bytes: int  # of all files


def _of(person_ids: Collection[int], organisation_id: int | None) -> QuerySet[Ticket]:
    """The people's requests, none by a guess; with an organisation, those that they placed as its people."""
    rows = Ticket.objects.filter(NOT_GUESSED, requester_id__in=person_ids)
    return rows if organisation_id is None else rows.filter(organisation_id=organisation_id)


def size_of(person_ids: Collection[int], organisation_id: int | None = None) -> Size:
    """What an archive would hold; two queries."""
    mine = _of(person_ids, organisation_id)
    tickets = mine.aggregate(count=Count("pk"))
    files = Attachment.objects.filter(message__ticket__in=mine, message__kind__in=SHOWN)
    return Size(tickets["count"], files.aggregate(size=Sum("size", default=0))["size"])


def whole_tickets(
    person_ids: Collection[int], organisation_id: int | None = None, batch: int = 100
) -> Iterator[Ticket]:
    """The people's requests, oldest first, with what was said between both sides (``said``), files and ratings."""
    said = (
        Message.objects.filter(kind__in=SHOWN)
        .order_by("pk")
        .prefetch_related(
            Prefetch(
                "attachments", queryset=Attachment.objects.select_related("blob").defer("blob__data").order_by("pk")
            )
        )
    )
    rows = _of(person_ids, organisation_id).select_related("rating").order_by("pk")
    yield from rows.prefetch_related(Prefetch("messages", queryset=said, to_attr="said")).iterator(chunk_size=batch)


def said_on(ticket: Ticket) -> Sequence[Message]:
    """The messages that :func:`whole_tickets` loaded."""
    return ticket.said  # type: ignore[attr-defined,no-any-return]
