"""Reading what a messenger's conversation needs: the request that runs, the message that somebody means."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Lower

from okibi.channels.models import Inbound, Outbound
from okibi.tickets.models import ACTIVE_STATES, Message, Ticket


def newest_of(channel: str, address: str, ended_after: datetime) -> Ticket | None:
    """The newest request of an address that runs, or whose last word was said after a moment; merges followed."""
    alive = Q(state__in=ACTIVE_STATES) | Q(last_message_at__gt=ended_after)
    ticket = Ticket.objects.filter(alive, channel=channel, requester_address=address).order_by("-id").first()
    return _kept(ticket) if ticket is not None else None


def told_by_sms(number: str, since: datetime) -> Ticket | None:
    """The request that this number was told of last, after a moment; merges followed."""
    rows = Outbound.objects.annotate(to=Lower("recipient")).filter(
        channel="sms", to=number.lower(), automatic=True, created_at__gt=since
    )
    told = Message.objects.filter(kind=Message.Kind.NOTICE, outbound__in=rows.values("pk"))
    last = told.select_related("ticket").order_by("-id").first()
    return _kept(last.ticket) if last is not None else None


def _kept(ticket: Ticket) -> Ticket:
    seen: set[int] = set()
    while ticket.merged_into is not None and ticket.pk not in seen:
        seen.add(ticket.pk)
        ticket = ticket.merged_into
    return ticket


def ticket_of(ticket_id: int) -> Ticket:
    """The request that something is about; raises Ticket.DoesNotExist."""
    return Ticket.objects.select_related("requester").get(pk=ticket_id)


def message_by_external_id(channel: str, external_id: str) -> Message | None:
    """The message that bears a vendor's id, whoever said it; with its ticket."""
    if not external_id:
        return None
    rows = Message.objects.filter(external_id=external_id[:200], channel=channel).exclude(external_id="")
    return rows.select_related("ticket").order_by("id").first()


def account_of(ticket: Ticket) -> str:
    """The account of ours that the requester last wrote to, "" where nobody knows."""
    rows = Message.objects.filter(ticket=ticket, kind=Message.Kind.INCOMING, channel=ticket.channel)
    last = rows.filter(inbound__isnull=False).order_by("-id").values_list("inbound__envelope", flat=True).first()
    account = last.get("account") if isinstance(last, dict) else None
    return account if isinstance(account, str) else ""


def last_incoming_id(ticket: Ticket) -> str:
    """The vendor's id of the requester's latest message."""
    rows = Message.objects.filter(ticket=ticket, kind=Message.Kind.INCOMING).exclude(external_id="")
    return rows.order_by("-id").values_list("external_id", flat=True).first() or ""


def last_inbound(ticket: Ticket) -> Inbound | None:
    """What the requester's latest message came in, with its bytes."""
    rows = Message.objects.filter(ticket=ticket, kind=Message.Kind.INCOMING, channel=ticket.channel)
    last = rows.filter(inbound__isnull=False).select_related("inbound__raw").order_by("-id").first()
    return last.inbound if last is not None else None


def open_from(places: Collection[tuple[str, str]]) -> list[Ticket]:
    """Requests that are not ended and came from these (channel, address), oldest first."""
    if not places:
        return []
    whose = Q()
    for channel, address in places:
        whose |= Q(channel=channel, requester_address=address)
    return list(Ticket.objects.filter(whose, state__in=ACTIVE_STATES, merged_into__isnull=True).order_by("id"))
