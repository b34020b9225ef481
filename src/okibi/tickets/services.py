"""Writing tickets: rows and their index, inside the caller's transaction. What happens when is told by the flows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from okibi.accounts.models import Staff
from okibi.journal.services import record
from okibi.kernel import blobs
from okibi.kernel.clock import now
from okibi.kernel.compiled import read_values
from okibi.kernel.sentence import Sentence
from okibi.kernel.statements import insert
from okibi.tickets.errors import ChangedMeanwhileError, NoSuchTicketError
from okibi.tickets.models import Attachment, Message, Pause, Presence, Ticket
from okibi.tickets.numbers import new_token, next_number
from okibi.tickets.requester_services import desk_read, say_typing
from okibi.tickets.search import add_to_index, index, index_new

NEWER_MESSAGE = Sentence(
    ru="Пока вы писали, заявитель прислал новое сообщение. Прочтите его и отправьте ещё раз; ваш текст сохранён.",
    en="While you were writing, the requester sent a new message. Read it and send again; your text is kept.",
)

FileLike = Mapping[str, Any]  # name, type, content (bytes) or stored (SHA-256 of a kept blob), inline, content_id


def lock(ticket_id: int) -> Ticket:
    """The ticket, held by this transaction until its end. Raises NoSuchTicketError."""
    try:
        return Ticket.objects.select_for_update(of=("self",)).select_related("scheme", "assignee").get(pk=ticket_id)
    except Ticket.DoesNotExist:
        raise NoSuchTicketError from None


def create(*, year: int, placed_at: datetime, **fields: Any) -> Ticket:
    """A new ticket with its number and reply token."""
    ticket = Ticket(
        number=next_number(year), token=new_token(), placed_at=placed_at, last_message_at=placed_at, **fields
    )
    return insert(ticket)


def save(ticket: Ticket, *fields: str) -> None:
    """Write the named fields of a locked ticket."""
    ticket.save(update_fields=list(fields))


def add_message(
    ticket: Ticket, kind: str, at: datetime, files: Iterable[FileLike] = (), *, first: bool = False, **fields: Any
) -> Message:
    """One message with its files; the ticket becomes findable by it. ``first``: nothing was said on it before."""
    message = insert(Message(ticket=ticket, kind=kind, at=at, **fields))
    rows = []
    for file in files:
        blob = blobs.stored(file["stored"]) if file.get("stored") else blobs.put(file["content"])
        rows.append(
            Attachment(
                message=message,
                blob=blob,
                name=file["name"][:255],
                type=file["type"][:120],
                size=blob.size,
                inline=file.get("inline", False),
                content_id=file.get("content_id", "")[:255],
            )
        )
    if rows:
        Attachment.objects.bulk_create(rows)
    texts = [message.text, message.author_name, message.author_address, *(row.name for row in rows)]
    if first:
        index_new(ticket, texts)
    elif kind not in {Message.Kind.AUTOMATIC, Message.Kind.NOTICE}:
        add_to_index(ticket, texts)
    return message


def attach(message_id: int, file: FileLike) -> bool:
    """A file that came after its message; False where the message is gone. Needs ``stored`` and ``size``."""
    message = Message.objects.select_related("ticket").filter(pk=message_id).first()
    if message is None:
        return False
    Attachment.objects.create(
        message=message, blob_id=file["stored"], name=file["name"][:255], type=file["type"][:120], size=file["size"]
    )
    add_to_index(message.ticket, [file["name"]])
    return True


def edit_message(message: Message, text: str) -> None:
    """The sender wrote a message anew; what it was is on record."""
    message.text = text
    message.messenger = {**message.messenger, "edited": True}
    if "parts" in message.messenger:
        message.messenger["body"] = text
    message.save(update_fields=["text", "messenger"])
    index(message.ticket)


def revoke_message(message: Message) -> None:
    """The sender took a message back in the messenger. The desk keeps what it was told."""
    message.messenger = {**message.messenger, "revoked": True}
    message.save(update_fields=["messenger"])


def name_message(outbound_id: int, external_id: str) -> int:
    """What was sent has the id that the other side gave it: answers and reactions name it. Gives how many rows."""
    rows = Message.objects.filter(outbound_id=outbound_id).exclude(external_id=external_id[:200])
    return rows.update(external_id=external_id[:200])


def ticket_of_message(message_id: int) -> int | None:
    """The id of the ticket that a message stands on, None where it is gone."""
    return Message.objects.filter(pk=message_id).values_list("ticket_id", flat=True).first()


def mark_unread(ticket: Ticket, at: datetime, *, unproved: bool = False) -> None:
    """The requester wrote: the ticket stands out until somebody looks. ``unproved``: nothing says that it was they."""
    Ticket.objects.filter(pk=ticket.pk).update(unread=True, sender_unproved=unproved, last_message_at=at)
    ticket.unread, ticket.sender_unproved, ticket.last_message_at = True, unproved, at


def mark_read(ticket: Ticket) -> None:
    """A specialist looks at it; who asked by ИПВ sees that."""
    if ticket.unread:
        Ticket.objects.filter(pk=ticket.pk).update(unread=False, sender_unproved=False)
        ticket.unread = ticket.sender_unproved = False
        if ticket.device_id is not None:
            moment = now()
            if desk_read(ticket, moment):
                record("ticket.read_by_desk", ("ticket", ticket.pk), at=moment)


def open_pause(ticket: Ticket, at: datetime, staff: Staff | None) -> None:
    """The clock stands still from now on; a second time changes nothing."""
    Pause.objects.get_or_create(ticket=ticket, ended_at=None, defaults={"began_at": at, "staff": staff})


def close_pause(ticket: Ticket, at: datetime) -> bool:
    """The clock runs again; gives whether it stood still."""
    return bool(Pause.objects.filter(ticket=ticket, ended_at=None).update(ended_at=at))


def pauses_of(ticket: Ticket) -> list[tuple[datetime, datetime | None]]:
    """All spans in which the clock stood still, in order; an open one ends with None."""
    return [(begin, end) for begin, end in read_values("tickets: pauses", _paused, ticket.pk)]


def _paused(ticket_id: int) -> QuerySet[Pause, tuple[datetime, datetime | None]]:
    return Pause.objects.filter(ticket_id=ticket_id).order_by("began_at").values_list("began_at", "ended_at")


def check_seen(ticket: Ticket, last_seen_message: int | None) -> None:
    """Refuse to answer past a message that the writer has not seen. Raises ChangedMeanwhileError."""
    if last_seen_message is None:
        return
    newer = Message.objects.filter(ticket=ticket, kind=Message.Kind.INCOMING, pk__gt=last_seen_message)
    if newer.exists():
        raise ChangedMeanwhileError(NEWER_MESSAGE)


def move_messages(gone: Ticket, keep: Ticket) -> int:
    """Merging: what was said on one ticket stands on the other; gives how many."""
    moved = Message.objects.filter(ticket=gone).update(ticket=keep)
    index(keep)
    return moved


def repoint_person(gone_id: int, keep_id: int) -> int:
    """Two user cards became one: the tickets follow; gives how many."""
    return Ticket.objects.filter(requester_id=gone_id).update(requester_id=keep_id)


def seen_by(ticket: Ticket, staff: Staff, at: datetime, *, typing: bool) -> None:
    """Note that somebody looks at the ticket now."""
    Presence.objects.update_or_create(ticket=ticket, staff=staff, defaults={"seen_at": at, "typing": typing})
    if typing and ticket.device_id is not None:
        say_typing(ticket.pk, ticket.number, "desk")


def sort_moment(ticket: Ticket) -> datetime:
    """What a queue sorts the ticket by: its due moment while a clock runs or stands still, else its last message."""
    if ticket.due_at and not ticket.reacted_at:
        return ticket.due_at
    return ticket.last_message_at


def told(ticket_ids: Sequence[int], field: str, at: datetime) -> int:
    """Mark that an escalation was said, once; gives how many were not yet marked."""
    return Ticket.objects.filter(pk__in=ticket_ids, **{f"{field}__isnull": True}).update(**{field: at})
