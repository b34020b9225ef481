"""Reading tickets as their requester may: own ones and no other, answers but no notes, what is unread."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, prefetch_related_objects
from django.db.models.functions import Coalesce

from okibi.channels.messenger.kinds import MESSENGERS
from okibi.journal.models import Entry
from okibi.kernel.compiled import read
from okibi.kernel.pagination import Page
from okibi.kernel.words import query_words
from okibi.tickets.errors import NoSuchTicketError
from okibi.tickets.models import ACTIVE_STATES, Attachment, MailLater, Message, Rating, Reading, Ticket

SHOWN = (Message.Kind.INCOMING, Message.Kind.REPLY, Message.Kind.REFUSAL, Message.Kind.AUTOMATIC)
FROM_DESK = (Message.Kind.REPLY, Message.Kind.REFUSAL, Message.Kind.AUTOMATIC)
ENDED_STATES = ("solved", "refused", "closed")
# A number or an account that nobody proved says who may be asking: whoever wrote it into their own card must not read
# what its owner tells us there.
GUESSED = (*MESSENGERS, "phone", "sip", "sms")
NOT_GUESSED = ~Q(channel__in=GUESSED) | Q(requester_sure=True)


@dataclass(frozen=True, slots=True)
class Mine:
    """Whose tickets: those that a device placed, and those of a person (with the cards merged into theirs).

    ``organisation_id``: those of a whole organisation too, for its administrator. A request by a messenger, a call or
    an SMS is a person's only where the tie was verified, or a specialist asked who it is.
    """

    device_id: int | None
    person_ids: tuple[int, ...] = ()
    organisation_id: int | None = None

    @property
    def shape(self) -> tuple[bool, int, bool]:
        """What a statement of theirs depends on, besides the ids."""
        return self.device_id is not None, len(self.person_ids), self.organisation_id is not None

    @property
    def ids(self) -> tuple[int, ...]:
        """All ids, as :meth:`of_ids` takes them."""
        device, organisation = [self.device_id], [self.organisation_id]
        return tuple(each for each in (*device, *self.person_ids, *organisation) if each is not None)

    def of_ids(self, ids: Sequence[int]) -> "Mine":
        """The same shape with other ids."""
        left = list(ids)
        device_id = left.pop(0) if self.device_id is not None else None
        organisation_id = left.pop() if self.organisation_id is not None else None
        return Mine(device_id, tuple(left), organisation_id)

    @property
    def ways(self) -> list[Q]:
        """Each way by which a ticket may be theirs."""
        ways = [Q(requester_id=person_id) & NOT_GUESSED for person_id in self.person_ids]
        ways += [Q(device_id=self.device_id)] if self.device_id is not None else []
        ways += [Q(organisation_id=self.organisation_id) & NOT_GUESSED] if self.organisation_id is not None else []
        return ways

    @property
    def condition(self) -> Q:
        """All of them."""
        mine = Q(pk__in=[])
        if self.device_id is not None:
            mine |= Q(device_id=self.device_id)
        if self.person_ids:
            mine |= Q(requester_id__in=self.person_ids) & NOT_GUESSED
        if self.organisation_id is not None:
            mine |= Q(organisation_id=self.organisation_id) & NOT_GUESSED
        return mine


def is_guessed(ticket: Ticket) -> bool:
    """Whether only a number or an account that nobody proved says whose it is."""
    return ticket.channel in GUESSED and not ticket.requester_sure


def access(mine: Mine, number: str) -> Ticket:
    """One ticket that is theirs to see, rating and link loaded. Raises NoSuchTicketError for every other; one query."""

    def build(number: str, *ids: int) -> QuerySet[Ticket]:
        rows = _with_marks(Ticket.objects.filter(mine.of_ids(ids).condition, number=number))
        return rows.select_related("rating", "linked_to", "merged_into")

    found = read(("requester's ticket", mine.shape), build, number, *mine.ids)
    if not found:
        raise NoSuchTicketError
    return found[0]


def just_placed(ticket: Ticket) -> Ticket:
    """A ticket that this transaction created, with the marks that :func:`access` reads: nobody has answered it."""
    ticket.unread_answers, ticket.answered = 0, False  # type: ignore[attr-defined]
    Ticket._meta.get_field("rating").set_cached_value(ticket, None)  # noqa: SLF001
    return ticket


def page(
    mine: Mine, *, before_id: int | None = None, limit: int = 50, state: str = "", query: str = ""
) -> Page[Ticket]:
    """Their tickets, newest first; one query. ``state``: a state, ``active``, ``ended`` or "" for all.

    Each way a ticket may be theirs is walked by its own index: one condition with OR would walk all tickets.
    """

    def build(*values: int) -> QuerySet[Ticket]:
        narrow = _narrow(state, query)
        if before_id is not None:
            narrow &= Q(pk__lt=values[0])
        whose = mine.of_ids(values if before_id is None else values[1:])
        parts = [Ticket.objects.filter(way, narrow).order_by("-id").values("pk")[: limit + 1] for way in whose.ways]
        ids = parts[0] if len(parts) == 1 else parts[0].union(*parts[1:])
        rows = _with_marks(Ticket.objects.filter(pk__in=ids)).select_related("rating", "linked_to")
        return rows.order_by("-id")[: limit + 1]

    if not mine.ids:
        return Page([], None)
    values = mine.ids if before_id is None else (before_id, *mine.ids)
    shape = ("requester's tickets", mine.shape, before_id is None, limit, state)
    found = list(build(*values)) if query.strip() else read(shape, build, *values)
    return Page(found[:limit], str(found[limit - 1].pk) if len(found) > limit else None)


def _narrow(state: str, query: str) -> Q:
    narrow = Q()
    if state == "active":
        narrow &= Q(state__in=ACTIVE_STATES)
    elif state == "ended":
        narrow &= Q(state__in=ENDED_STATES)
    elif state:
        narrow &= Q(state=state)
    for group in query_words(query):
        narrow &= Q(search_entry__words__overlap=list(group))
    return narrow


def _with_marks(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """With ``unread_answers``: how many messages of the desk the requester has not read; and whether ``answered``."""
    seen = Reading.objects.filter(ticket=OuterRef("ticket"), side=Reading.Side.REQUESTER, up_to__gte=OuterRef("pk"))
    unread = (
        _said_by_desk(Message.objects.filter(ticket=OuterRef("pk")))
        .filter(~Exists(seen))
        .order_by()
        .values("ticket")
        .annotate(number=Count("pk"))
        .values("number")
    )
    answers = Message.objects.filter(ticket=OuterRef("pk"), kind__in=(Message.Kind.REPLY, Message.Kind.REFUSAL))
    return rows.annotate(unread_answers=Coalesce(Subquery(unread), 0), answered=Exists(answers))


def _said_by_desk(rows: QuerySet[Message]) -> QuerySet[Message]:
    """What the desk said and what there is to read: a bare change of state has no words."""
    said = ~Q(text="") | Exists(Attachment.objects.filter(message=OuterRef("pk")))
    return rows.filter(said, kind__in=FROM_DESK)


def messages(ticket: Ticket, after_id: int = 0, limit: int = 200) -> Sequence[Message]:
    """What was said between the two sides, oldest first, files and senders loaded; two queries, no notes.

    ``read_by_desk``: when the desk read it, of the requester's own messages.
    """

    def build(ticket_id: int, after_id: int) -> QuerySet[Message]:
        seen = Reading.objects.filter(ticket=OuterRef("ticket"), side=Reading.Side.DESK, up_to__gte=OuterRef("pk"))
        return (
            Message.objects.filter(ticket=ticket_id, kind__in=SHOWN, pk__gt=after_id)
            .annotate(
                read_by_desk=Subquery(seen.order_by("up_to").values("at")[:1]), device=F("inbound__envelope__device")
            )
            .order_by("id")[:limit]
        )

    rows = read(("requester's messages", limit), build, ticket.pk, after_id)
    prefetch_related_objects(rows, Prefetch("attachments", queryset=Attachment.objects.order_by("id")))
    return [row for row in rows if row.text or row.attachments.all()]


def attachment(mine: Mine, attachment_id: int) -> Attachment:
    """A file of a message that is theirs to see, blob loaded. Raises NoSuchTicketError."""
    rows = Attachment.objects.select_related("blob", "message__ticket").filter(
        pk=attachment_id, message__kind__in=SHOWN, message__ticket__in=Ticket.objects.filter(mine.condition)
    )
    found = rows.first()
    if found is None:
        raise NoSuchTicketError
    return found


@dataclass(frozen=True, slots=True)
class News:
    """One entry of the journal about a ticket that is theirs."""

    id: int
    code: str
    number: str
    at: datetime


def news(mine: Mine, codes: Collection[str], after_id: int, limit: int) -> Sequence[News]:
    """What happened to their tickets after an entry of the journal, in order; one query."""
    theirs = Ticket.objects.filter(mine.condition).values("pk")
    number = Ticket.objects.filter(pk=OuterRef("subject_id")).values("number")[:1]
    rows = (
        Entry.objects.filter(pk__gt=after_id, subject_kind="ticket", code__in=codes, subject_id__in=theirs)
        .annotate(number=Subquery(number))
        .order_by("pk")
        .values_list("pk", "code", "number", "at")[:limit]
    )
    return [News(*row) for row in rows]


def readings(ticket: Ticket) -> list[tuple[int, datetime]]:
    """Up to which message the requester read, and when (UTC)."""
    rows = Reading.objects.filter(ticket=ticket, side=Reading.Side.REQUESTER)
    return list(rows.order_by("up_to").values_list("up_to", "at"))


def letters_to_come(ticket: Ticket) -> dict[int, datetime]:
    """Which answers go by e-mail unless they are read by then: message id → moment (UTC)."""
    return dict(MailLater.objects.filter(ticket=ticket).values_list("message_id", "at"))


def rating_of(ticket: Ticket) -> Rating | None:
    """What the requester thinks of the answer."""
    return Rating.objects.filter(ticket=ticket).first()


def to_mail(now: datetime, limit: int = 200) -> list[int]:
    """Answers that nobody read in ИПВ by their moment: ids of messages, oldest first."""
    return list(MailLater.objects.filter(at__lte=now).order_by("at").values_list("pk", flat=True)[:limit])


def message_by_id(message_id: int) -> Message:
    """A message with the row that carried it out. Raises NoSuchTicketError."""
    found = Message.objects.filter(pk=message_id).select_related("outbound").first()
    if found is None:
        raise NoSuchTicketError
    return found


def message_of_inbound(inbound_id: int) -> Message | None:
    """What was made of a received message, its ticket loaded."""
    return Message.objects.filter(inbound_id=inbound_id).select_related("ticket").first()
