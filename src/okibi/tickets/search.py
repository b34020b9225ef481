"""Finding tickets among a million, newest first."""

from collections.abc import Sequence

from django.db.models import F, Q

from okibi.customers.selectors import ids_by_contact
from okibi.kernel.statements import insert
from okibi.kernel.words import TICKET_NUMBER, other_layout, query_words, words_of
from okibi.tickets.models import Message, SearchEntry, Ticket
from okibi.tickets.rows import TicketRow, read_rows

RESULTS = 50
RECENT = 5_000  # ticket ids from the newest on that are looked through one by one


def index(ticket: Ticket, extra: Sequence[str] = ()) -> None:
    """Make a ticket findable by everything said on it; call it in the transaction that changed it."""
    texts = [ticket.number, ticket.subject, ticket.requester_name, ticket.requester_address, ticket.organisation_name]
    said = Message.objects.filter(ticket=ticket).order_by("id").values_list("text", "author_name", "author_address")
    names = Message.objects.filter(ticket=ticket, attachments__isnull=False).values_list("attachments__name", flat=True)
    words = words_of([*texts, *extra, *(part for row in said for part in row), *names])
    SearchEntry.objects.update_or_create(ticket=ticket, defaults={"words": words})


def index_new(ticket: Ticket, texts: Sequence[str]) -> None:
    """Make a ticket that was created in this transaction findable; one statement."""
    own = [ticket.number, ticket.subject, ticket.requester_name, ticket.requester_address, ticket.organisation_name]
    insert(SearchEntry(ticket=ticket, words=words_of([*own, *texts])))


def add_to_index(ticket: Ticket, texts: Sequence[str]) -> None:
    """Add the words of a new message to what a ticket is found by."""
    entry = SearchEntry.objects.filter(ticket=ticket).first()
    known = entry.words if entry else []
    SearchEntry.objects.update_or_create(
        ticket=ticket, defaults={"words": list(dict.fromkeys([*known, *words_of(texts)]))}
    )


def find(query: str, before_id: int | None = None) -> list[TicketRow]:
    """Tickets that hold every word of the query, newest first; by number too.

    An e-mail address and the last digits of a telephone number also find what the person asked whose card has them.
    Where nothing is found, the query is read once more as typed in the other keyboard layout.
    """
    before = before_id or _newest_id() + 1
    ids = _newest(query_words(query), before)
    if asked := _asked_by(query, before):
        ids = sorted({*ids, *asked}, reverse=True)[:RESULTS]
    if not ids and before_id is None:
        ids = _newest(query_words(other_layout(query)), before)
    return read_rows(Ticket.objects.filter(pk__in=ids).order_by("-id")) if ids else []


def _asked_by(query: str, before_id: int) -> list[int]:
    people = ids_by_contact(query) if not TICKET_NUMBER.fullmatch(query.strip()) else []
    if not people:
        return []
    tickets = Ticket.objects.filter(requester_id__in=people, pk__lt=before_id)
    return list(tickets.order_by("-pk").values_list("pk", flat=True)[:RESULTS])


def _newest_id() -> int:
    return SearchEntry.objects.order_by("-ticket_id").values_list("ticket_id", flat=True).first() or 0


def _newest(groups: Sequence[tuple[str, ...]], before_id: int) -> list[int]:
    """The newest tickets that hold a word of each group, in two ways: the planner can't know how frequent a word is.

    A frequent word (more than one ticket in a hundred) fills the page from the newest entries alone, and to collect
    all of its tickets would take long. A rarer one is collected by the index of words; to look for it from the newest
    entry backwards would read them all. The sum in the sort key keeps the planner from doing just that.
    """
    if not groups:
        return []
    whole = [group[0] for group in groups if len(group) == 1]
    matching = Q(words__contains=whole) if whole else Q()
    for group in groups:
        if len(group) > 1:
            matching &= Q(words__overlap=list(group))
    older = SearchEntry.objects.filter(matching, ticket_id__lt=before_id).values_list("ticket_id", flat=True)
    recent = list(older.filter(ticket_id__gte=before_id - RECENT).order_by("-ticket_id")[:RESULTS])
    if len(recent) == RESULTS or before_id <= RECENT:
        return recent
    return list(older.order_by((F("ticket_id") + 0).desc())[:RESULTS])
