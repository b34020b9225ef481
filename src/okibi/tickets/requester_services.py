"""Writing the requester's side of a ticket: what each side read, the rating, the letter that waits."""

import json
from datetime import datetime

from django.db import connection

from okibi.tickets.models import MailLater, Message, Rating, Reading, Ticket

TYPING_CHANNEL = "okibi_typing"  # NOTIFY with {"ticket", "number", "side"}; nothing is stored


def requester_read(ticket: Ticket, up_to: int, at: datetime) -> bool:
    """The requester read the desk's messages up to one; gives whether that is news."""
    newest = _newest(ticket, up_to, (Message.Kind.REPLY, Message.Kind.REFUSAL, Message.Kind.AUTOMATIC))
    MailLater.objects.filter(ticket=ticket, message_id__lte=up_to).delete()
    return newest is not None and _note(ticket, Reading.Side.REQUESTER, newest, at)


def desk_read(ticket: Ticket, at: datetime) -> bool:
    """A specialist looked at everything there is; gives whether that is news."""
    newest = _newest(ticket, None, (Message.Kind.INCOMING,))
    return newest is not None and _note(ticket, Reading.Side.DESK, newest, at)


def _newest(ticket: Ticket, up_to: int | None, kinds: tuple[str, ...]) -> int | None:
    rows = Message.objects.filter(ticket=ticket, kind__in=kinds)
    if up_to is not None:
        rows = rows.filter(pk__lte=up_to)
    return rows.order_by("-pk").values_list("pk", flat=True).first()


def _note(ticket: Ticket, side: str, up_to: int, at: datetime) -> bool:
    if Reading.objects.filter(ticket=ticket, side=side, up_to__gte=up_to).exists():
        return False
    return Reading.objects.get_or_create(ticket=ticket, side=side, up_to=up_to, defaults={"at": at})[1]


def mail_later(message: Message, at: datetime) -> None:
    """Mail this answer at that moment unless the requester has read it by then."""
    MailLater.objects.get_or_create(message=message, defaults={"ticket_id": message.ticket_id, "at": at})


def take_mail_later(message_id: int) -> bool:
    """Take a letter that waits; True for one caller only."""
    return bool(MailLater.objects.filter(message_id=message_id).delete()[0])


def rate(ticket: Ticket, score: int, text: str, at: datetime) -> Rating:
    """Note what the requester thinks of the answer; a second time replaces the first."""
    row, _ = Rating.objects.update_or_create(ticket=ticket, defaults={"score": score, "text": text, "at": at})
    return row


def say_typing(ticket_id: int, number: str, side: str) -> None:
    """Tell who listens that a side (``requester`` or ``desk``) writes; on commit, and nothing is stored."""
    payload = json.dumps({"ticket": ticket_id, "number": number, "side": side})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [TYPING_CHANNEL, payload])
