"""Reading tickets: one gate, the queues, the timeline, counts."""

import base64
import binascii
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache, partial
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.dateparse import parse_datetime

from okibi.kernel.compiled import read, read_values, statement_of
from okibi.kernel.pagination import Page
from okibi.kernel.statements import run
from okibi.tickets.errors import NoSuchTicketError
from okibi.tickets.kinds import UNPROVED
from okibi.tickets.models import ACTIVE_STATES, CLOCK_STATES, Attachment, Mention, Message, Presence, Ticket
from okibi.tickets.rows import COLUMNS, TicketRow

PAGE = 50
DUE_SOON = timedelta(hours=12)  # of the clock on the wall: what is due today or overnight
COUNT_LIMIT = 1000  # queues above this are shown as «999+»
MENTIONS = "mentions"  # a count beside the queues
PRESENT_FOR = timedelta(seconds=45)


class Queue(StrEnum):
    """The specialists' queues."""

    MINE = "mine"
    NOBODY = "nobody"
    DUE = "due"
    OVERDUE = "overdue"
    WAITING = "waiting"
    UNCOVERED = "uncovered"
    ALL = "all"


def access_ticket(number: str) -> Ticket:
    """The only way for a door to a ticket. Raises NoSuchTicketError."""
    found = read("tickets: by number", _numbered, number)
    if not found:
        raise NoSuchTicketError
    return found[0]


def _numbered(number: str) -> QuerySet[Ticket]:
    return Ticket.objects.select_related("assignee").filter(number=number)


def access_by_token(token: str) -> Ticket:
    """The ticket of a reply address or a personal link. Raises NoSuchTicketError."""
    try:
        return Ticket.objects.select_related("requester", "organisation", "scheme").get(token=token)
    except Ticket.DoesNotExist:
        raise NoSuchTicketError from None


def by_ids(ids: Sequence[int]) -> list[Ticket]:
    return list(Ticket.objects.filter(pk__in=ids).select_related("assignee"))


def _asked(queue: Queue, staff_id: int, now: datetime) -> tuple[Any, ...]:
    """What a queue's rows depend on beside their own state."""
    match queue:
        case Queue.MINE:
            return (staff_id,)
        case Queue.DUE:
            return (now, now + DUE_SOON)
        case Queue.OVERDUE:
            return (now,)
    return ()


def _queued(queue: Queue, *asked: Any) -> QuerySet[Ticket]:
    """The rows of one queue, unsorted. A state is named once: the server takes two conditions on it for two sieves."""
    active = Ticket.objects.filter(state__in=ACTIVE_STATES)
    running = Ticket.objects.filter(state__in=CLOCK_STATES, reacted_at__isnull=True)
    match queue:
        case Queue.MINE:
            return active.filter(assignee_id=asked[0])
        case Queue.NOBODY:
            return Ticket.objects.filter(state__in=CLOCK_STATES, assignee__isnull=True)
        case Queue.DUE:
            return running.filter(due_at__gt=asked[0], due_at__lte=asked[1])
        case Queue.OVERDUE:
            return running.filter(due_at__lte=asked[0])
        case Queue.WAITING:
            return Ticket.objects.filter(state="waiting")
        case Queue.UNCOVERED:
            return Ticket.objects.filter(state="uncovered")
        case Queue.ALL:
            return Ticket.objects.all()


def queue_page(queue: Queue, staff_id: int, now: datetime, cursor: str | None = None) -> Page[TicketRow]:
    """One page of a queue: nearest term first; «all» newest first. One query."""
    after: tuple[Any, ...] = _open_cursor(cursor) or ()
    if queue is Queue.ALL:
        after = after[1:]
    asked = (*after, *_asked(queue, staff_id, now))
    shape = ("tickets: page of", queue, len(after), PAGE)
    found = [TicketRow(*values) for values in read_values(shape, partial(_page_of, queue, len(after)), *asked)]
    more = len(found) > PAGE
    return Page(found[:PAGE], _cursor(found[PAGE - 1]) if more else None)


def _page_of(queue: Queue, cursor: int, *asked: Any) -> QuerySet[Ticket, tuple[Any, ...]]:
    """One page; the first ``cursor`` values are the last line of the page before."""
    after, rows = asked[:cursor], _queued(queue, *asked[cursor:])
    if queue is Queue.ALL:
        rows = rows.order_by("-id")
        if after:
            rows = rows.filter(id__lt=after[0])
    else:
        # A running clock's place in the queue is its due moment: by that name the index of running clocks gives it.
        by = "due_at" if queue in (Queue.DUE, Queue.OVERDUE) else "sort_at"
        rows = rows.order_by(by, "id")
        if after:
            # The first condition says nothing new; it is the one from which the index can begin.
            rows = rows.filter(Q(**{f"{by}__gt": after[0]}) | Q(id__gt=after[1]), **{f"{by}__gte": after[0]})
    return rows.values_list(*COLUMNS)[: PAGE + 1]


def _cursor(ticket: TicketRow) -> str:
    return base64.urlsafe_b64encode(json.dumps([ticket.sort_at.isoformat(), ticket.pk]).encode()).decode()


def _open_cursor(cursor: str | None) -> tuple[datetime, int] | None:
    if not cursor:
        return None
    try:
        moment, pk = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        at = parse_datetime(moment)
    except (ValueError, binascii.Error, TypeError):
        return None
    return (at, int(pk)) if at and at.tzinfo else None


def queue_counts(staff_id: int, now: datetime) -> dict[str, int]:
    """How many stand in each queue, counted up to COUNT_LIMIT; one query. «All» is not counted."""
    counts = section_counts(staff_id, now)
    del counts[MENTIONS]
    return counts


def section_counts(staff_id: int, now: datetime) -> dict[str, int]:
    """The counts of the queues and, under ``MENTIONS``, how many notes that they have not seen called the reader."""
    sql, parts = _counting()
    counted = [values[place] for queue, order in parts for values in (_asked(queue, staff_id, now),) for place in order]
    row = run(sql, [*counted, staff_id])[0]
    return dict(zip([*(queue.value for queue, _ in parts), MENTIONS], row, strict=True))


@lru_cache(maxsize=1)
def _counting() -> tuple[str, list[tuple[Queue, tuple[int, ...]]]]:
    """The counting query, and of each queue which of its values stands where; put together once."""
    counts: list[str] = []
    parts: list[tuple[Queue, tuple[int, ...]]] = []
    for queue in Queue:
        if queue is not Queue.ALL:
            part = statement_of(partial(_some_of, queue), *_asked(queue, 0, datetime.min.replace(tzinfo=UTC)))
            counts.append(f"(SELECT count(*) FROM ({part.sql}) AS q_{queue})")  # noqa: S608 - names of our own enum
            parts.append((queue, part.order))
    called = statement_of(_some_calls, 0)
    counts.append(f"(SELECT count(*) FROM ({called.sql}) AS q_mentions)")  # noqa: S608
    return "SELECT " + ", ".join(counts), parts


def _some_of(queue: Queue, *asked: Any) -> QuerySet[Ticket, tuple[Any, ...]]:
    return _queued(queue, *asked).order_by().values_list("pk")[:COUNT_LIMIT]


def _some_calls(staff_id: int) -> QuerySet[Mention, tuple[Any, ...]]:
    return Mention.objects.filter(staff_id=staff_id, seen_at=None).order_by().values_list("pk")[:COUNT_LIMIT]


def timeline(ticket: Ticket) -> list[Message]:
    """Everything said, oldest first, with files and delivery states; two queries.

    Of what was sent only the state is read, as ``delivery``: its words are the message's own, once more.
    """
    messages = read("tickets: timeline", _said, ticket.pk)
    files: defaultdict[int, list[Attachment]] = defaultdict(list)
    for file in read("tickets: files", _files, ticket.pk):
        files[file.message_id].append(file)
    for message in messages:  # as a Prefetch leaves them, for a sixth of its time
        kept = Attachment.objects.none()
        kept._result_cache = files[message.pk]  # noqa: SLF001
        message._prefetched_objects_cache = {"attachments": kept}  # type: ignore[attr-defined]  # noqa: SLF001
    return messages


def _files(ticket_id: int) -> QuerySet[Attachment]:
    return Attachment.objects.filter(message__ticket_id=ticket_id).order_by("id")


def _said(ticket_id: int) -> QuerySet[Message]:
    rows = Message.objects.filter(ticket_id=ticket_id).annotate(
        delivery=F("outbound__state"), letter_key=F("outbound__key")
    )
    return rows.order_by("at", "id")


def attachment_of(ticket: Ticket, attachment_id: int) -> Attachment:
    """A file of this ticket and no other. Raises NoSuchTicketError."""
    found = (
        Attachment.objects.select_related("blob", "message").filter(pk=attachment_id, message__ticket=ticket).first()
    )
    if found is None:
        raise NoSuchTicketError
    return found


def message_of(ticket: Ticket, message_id: int) -> Message:
    """A message of this ticket and no other. Raises NoSuchTicketError."""
    found = Message.objects.filter(pk=message_id, ticket=ticket).first()
    if found is None:
        raise NoSuchTicketError
    return found


def latest_incoming(ticket: Ticket, limit: int = 3) -> list[Message]:
    """The requester's newest messages, newest first."""
    rows = Message.objects.filter(ticket=ticket, kind=Message.Kind.INCOMING)
    return list(rows.order_by("-id")[:limit])


def last_incoming_id(ticket: Ticket) -> int:
    """The id of the requester's newest message; 0 where nothing came in."""
    rows = Message.objects.filter(ticket=ticket, kind=Message.Kind.INCOMING)
    return rows.order_by("-id").values_list("id", flat=True).first() or 0


def present(ticket: Ticket, but_not: int, now: datetime) -> list[Presence]:
    """The others who look at this ticket now."""
    return read("tickets: present", _present, ticket.pk, now - PRESENT_FOR, but_not)


def _present(ticket_id: int, since: datetime, but_not: int) -> QuerySet[Presence]:
    rows = Presence.objects.filter(ticket_id=ticket_id, seen_at__gte=since).exclude(staff_id=but_not)
    return rows.select_related("staff").order_by("staff__name")


def numbers_of(ids: set[int]) -> dict[int, str]:
    """The numbers of tickets by id."""
    return dict(Ticket.objects.filter(pk__in=ids).values_list("pk", "number"))


def of_organisation(organisation_id: int, limit: int = 50) -> list[Ticket]:
    return list(Ticket.objects.filter(organisation_id=organisation_id).order_by("-id")[:limit])


def of_person(person_id: int, limit: int = 50) -> list[Ticket]:
    return list(Ticket.objects.filter(requester_id=person_id).order_by("-id")[:limit])


def number_of_message(external_id: str) -> str | None:
    """The number of the ticket that holds a message with this external id."""
    if not external_id:
        return None
    rows = Message.objects.filter(external_id=external_id[:200]).exclude(external_id="").order_by("id")
    return rows.values_list("ticket__number", flat=True).first()


def participants(ticket_id: int) -> set[str]:
    """Lower-case addresses of everybody who wrote on a ticket, or to whom it answers."""
    written = (
        Message.objects.filter(ticket_id=ticket_id).exclude(author_address="").values_list("author_address", flat=True)
    )
    answer_to = Ticket.objects.filter(pk=ticket_id).values_list("requester_address", flat=True)
    return {address.lower() for address in [*written, *answer_to]}


def people_of(ticket_id: int) -> set[str]:
    """Lower-case addresses that belong on a ticket: where it answers to, and those who wrote and were not in doubt."""
    proved = Message.objects.filter(ticket_id=ticket_id).exclude(authentication__sender=UNPROVED)
    written = proved.exclude(author_address="").values_list("author_address", flat=True)
    answer_to = Ticket.objects.filter(pk=ticket_id).values_list("requester_address", flat=True)
    return {address.lower() for address in [*written, *answer_to]}


@dataclass(frozen=True, slots=True)
class ClockMoment:
    """A ticket whose clock reached something that somebody must hear."""

    ticket_id: int
    what: str  # aim, due_soon, breach


def clock_moments(now: datetime, limit: int = 500) -> list[ClockMoment]:
    """Running clocks that passed their aim, come near their due, or are past it, and nobody was told yet."""
    running = Ticket.objects.filter(state__in=CLOCK_STATES, reacted_at__isnull=True)
    breach = running.filter(due_at__lte=now, breached_at__isnull=True).values_list("pk", flat=True)[:limit]
    soon = running.filter(due_at__gt=now, warn_at__lte=now, due_told_at__isnull=True)
    aim = running.filter(aim_at__lte=now, due_at__gt=now, aim_told_at__isnull=True)
    return [
        *(ClockMoment(pk, "breach") for pk in breach),
        *(ClockMoment(pk, "due_soon") for pk in soon.values_list("pk", flat=True)[:limit]),
        *(ClockMoment(pk, "aim") for pk in aim.values_list("pk", flat=True)[:limit]),
    ]


def count_running_clocks() -> int:
    """How many reaction clocks run or stand still."""
    return Ticket.objects.filter(state__in=ACTIVE_STATES, reacted_at__isnull=True, due_at__isnull=False).count()


def running_clocks_after(ticket_id: int, limit: int) -> list[int]:
    """The next tickets, by id, whose reaction clock runs or stands still."""
    rows = Ticket.objects.filter(state__in=ACTIVE_STATES, reacted_at__isnull=True, due_at__isnull=False)
    return list(rows.filter(pk__gt=ticket_id).order_by("pk").values_list("pk", flat=True)[:limit])


def uncovered_holders() -> tuple[set[int], set[int]]:
    """The organisations and the persons that have requests without cover."""
    rows = Ticket.objects.filter(state="uncovered").values_list("organisation_id", "requester_id").distinct()
    pairs = list(rows)
    return {pair[0] for pair in pairs if pair[0]}, {pair[1] for pair in pairs if pair[1]}


def _unknown() -> QuerySet[Ticket]:
    """Active requests that came by mail or by the site's form from nobody whom we know."""
    rows = Ticket.objects.filter(state__in=ACTIVE_STATES, requester__isnull=True, device__isnull=True)
    return rows.filter(requester_address__contains="@")


def of_unknown(address: str) -> list[int]:
    """Those of them that came from this address (in any case of letters)."""
    return list(_unknown().filter(requester_address__iexact=address).order_by("pk").values_list("pk", flat=True))


def unknown_addresses() -> list[str]:
    """Whom they came from."""
    return sorted(set(_unknown().values_list("requester_address", flat=True)))


def to_rejudge(now: datetime, limit: int = 500) -> list[int]:
    """Tickets whose coverage may have changed by the passing of time."""
    return list(Ticket.objects.filter(rejudge_at__lte=now).order_by("rejudge_at").values_list("pk", flat=True)[:limit])


def uncovered_of(organisation_id: int | None, person_id: int | None) -> list[int]:
    """Tickets without cover of this organisation or person."""
    rows = Ticket.objects.filter(state="uncovered")
    who = Q(pk__in=[])
    if organisation_id:
        who |= Q(organisation_id=organisation_id)
    if person_id:
        who |= Q(requester_id=person_id) | Q(device__holding_person_id=person_id)
    return list(rows.filter(who).values_list("pk", flat=True))
