"""What every letter to a requester shares: the same form, our Message-ID, the thread, and one outbox row."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from okibi.accounts.models import Staff
from okibi.channels import outbox
from okibi.channels.messenger.kinds import MESSENGERS, is_messenger
from okibi.channels.models import Outbound
from okibi.channels.port import Party
from okibi.channels.telephone.kinds import SPOKEN, is_spoken
from okibi.flows import letters, messenger_out, phone_owed, sms_out
from okibi.flows.links import where_is
from okibi.flows.other_ways import Way
from okibi.kernel.sentence import Sentence
from okibi.policy.scheme import Scheme
from okibi.policy.threading import message_id, plus_address
from okibi.tickets.models import Message, Ticket
from okibi.tickets.requester_services import mail_later

FORM_ANSWERS_BY = "email"  # who used the site's form left an e-mail address
SHORT = "messenger"  # the short form of a letter
ALOUD = "spoken"  # what a specialist says on the telephone
REFERENCES = 20  # newest message ids that a letter names
ZONES = {"Europe/Moscow": Sentence(ru="московское время", en="Moscow time")}


def zone_name(zone: ZoneInfo) -> Sentence:
    """How a letter names the zone of its moments."""
    return ZONES.get(zone.key, Sentence(ru=zone.key, en=zone.key))


def desk_name(scheme: Scheme) -> Sentence:
    """Who signs what the system writes by itself."""
    name = scheme.vendor.name
    return Sentence(ru=f"Служба поддержки {name.ru}", en=f"{name.en} support")


def answering_channel(ticket: Ticket) -> str:
    """The same form in which the request was placed (scheme §5)."""
    if is_spoken(ticket.channel):
        return SPOKEN
    return FORM_ANSWERS_BY if ticket.channel == "form" else ticket.channel


def form_of(kind: str) -> str:
    """Which form of a letter a channel takes; "" is the whole one."""
    if is_spoken(kind):
        return ALOUD
    if kind == sms_out.SMS:
        return kind
    return SHORT if is_messenger(kind) else ""


def shows_all_itself(ticket: Ticket) -> bool:
    """ИПВ shows number, verdict, term and state by itself: no automatic letter says them again."""
    return ticket.channel == "ipv"


def can_be_told(ticket: Ticket) -> bool:
    """Whether there is any way to the requester."""
    return ticket.device_id is not None or bool(ticket.requester_address)


def recipient_of(ticket: Ticket) -> str:
    """Where an answer goes, in the notation of its channel: ИПВ names the device that asked."""
    return ticket.device.public_id if ticket.channel == "ipv" and ticket.device else ticket.requester_address


def fields_of(ticket: Ticket, scheme: Scheme, **more: Any) -> dict[str, Any]:
    """What every letter may say."""
    return {
        "ticket": ticket,
        "name": ticket.requester_name if ticket.requester_id else "",
        "zone": scheme.zone,
        "zone_name": zone_name(scheme.zone),
        "link": where_is(ticket),
        "vendor": desk_name(scheme).in_language(ticket.language),
        "form": form_of(answering_channel(ticket)),
        **more,
    }


def automatic_fields(ticket: Ticket, scheme: Scheme, **more: Any) -> dict[str, Any]:
    """What the desk's own letters may say. In ИПВ they are lines of a conversation too: short, as in a messenger."""
    form = SHORT if ticket.channel == "ipv" else form_of(answering_channel(ticket))
    return fields_of(ticket, scheme, form=form, **more)


def signature_of(staff: Staff, scheme: Scheme, language: str) -> str:
    """A specialist's own closing lines, or the name and the vendor's."""
    return staff.signature.strip() or f"{staff.name}\n{desk_name(scheme).in_language(language)}"


def send_letter(
    ticket: Ticket,
    letter: letters.Letter,
    *,
    key: str,
    automatic: bool,
    files: Sequence[Mapping[str, str]] = (),
    said: Sequence[str] | None = None,
    way: Way | None = None,
) -> Outbound:
    """Put a letter to the requester into the outbox, threaded to everything said before.

    ``said``: the external ids of all that was said, where the caller knows them (all the requester's). ``way``: another
    one than the request's, to which the requester agreed.
    """
    kind = way.channel if way else answering_channel(ticket)
    to = Party(way.address if way else recipient_of(ticket), ticket.requester_name)
    if is_messenger(kind):
        return messenger_out.put_letter(ticket, to, letter.text, key=key, automatic=automatic, files=files, way=way)
    if kind == sms_out.SMS:
        return sms_out.put_letter(ticket, to, letter.text, key=key, automatic=automatic, files=files)
    row = outbox.put(
        kind=kind,
        key=key,
        to=to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        headers=thread_headers(ticket, said),
        files=files,
        external_id=message_id(ticket.number, secrets.token_hex(8), settings.OKIBI_MAIL_DOMAIN),
        automatic=automatic,
        about=("ticket", ticket.pk),
    )
    if kind == SPOKEN:
        phone_owed.owe(ticket, row, letter.text, row.created_at)
    return row


def mail_if_unread(message: Message, ticket: Ticket, scheme: Scheme) -> None:
    """An answer in ИПВ that stays unread for the scheme's time goes to a known person by e-mail too."""
    channel = scheme.channel("ipv")
    if ticket.channel == "ipv" and ticket.requester_id is not None and channel and channel.email_after:
        mail_later(message, message.at + channel.email_after)


def thread_headers(ticket: Ticket, known: Sequence[str] | None = None) -> dict[str, str]:
    """In-Reply-To the requester's latest message, References to all of them, Reply-To the ticket's own address."""
    ids: list[tuple[str, str]]
    if known is not None:
        ids = [(Message.Kind.INCOMING.value, external_id) for external_id in known if external_id]
    else:
        said = Message.objects.filter(ticket=ticket).exclude(external_id="").exclude(kind=Message.Kind.NOTE)
        said = said.exclude(channel__in=MESSENGERS)  # their ids are no Message-IDs
        ids = list(said.order_by("id").values_list("kind", "external_id"))
    headers = {"Reply-To": plus_address(settings.OKIBI_MAIL_FROM, ticket.token)}
    incoming = [external_id for kind, external_id in ids if kind == Message.Kind.INCOMING]
    if incoming:
        headers["In-Reply-To"] = incoming[-1]
    if ids:
        headers["References"] = " ".join(external_id for _, external_id in ids[-REFERENCES:])
    return headers
