"""A requester is told by SMS: number and term, that there is an answer, solved, the version is out.

Beside the answer in the form of the request (scheme §5), never instead of it: no clock stops, and whose request came by
SMS is answered by SMS already. The policy says what may be told (policy.sms_notices), the person whether they want it;
quiet hours, limits of the SIM and STOP stand above both. An SMS names nothing but the request's number, and to a number
that nobody proved it says the term and no more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from okibi.channels import outbox
from okibi.channels.messenger.kinds import is_messenger
from okibi.channels.port import Incoming, Party
from okibi.channels.registry import channel
from okibi.customers.models import PhoneNumber
from okibi.flows import letters
from okibi.flows.answers import answering_channel
from okibi.journal.services import record
from okibi.kernel.sentence import Sentence
from okibi.policy.phone_numbers import display
from okibi.policy.scheme import Scheme
from okibi.policy.scheme_values import SMS_EVENT_WORDS, SmsEvent
from okibi.policy.sms_notices import SmsWish, Told, Why, why_not
from okibi.policy.sms_text import measure
from okibi.schemes.services import by_id
from okibi.sms.services import may_be_sent
from okibi.tickets import services
from okibi.tickets.models import Message, Ticket

SMS = "sms"
DAY = 86_400  # seconds
KEY = "notice"  # the first word of the outbox's keys
ENOUGH = Sentence(ru="на этот номер сегодня и так ушло достаточно SMS", en="this number was sent enough SMS today")
WHERE = {
    "email": Sentence(ru="на вашей почте", en="in your mail"),
    "ipv": Sentence(ru="в приложении", en="in the application"),
}


@dataclass(frozen=True, slots=True)
class Number:
    """Where an SMS may go. ``id``: of the card's number, 0 for one that was given with the request alone."""

    e164: str
    wish: SmsWish
    is_proved: bool
    id: int = 0


def tell(ticket: Ticket, event: SmsEvent, at: datetime, *, key: str = "", number: str = "", **fields: Any) -> int:
    """Tell a locked ticket's requester; gives to how many numbers. ``number``: one that they gave with the request.

    ``key``: what makes it one, where the event may come again. Takes no query where the policy or the gateways say no.
    """
    scheme = by_id(ticket.scheme_id).scheme
    if event not in scheme.sms_notices.events or answering_channel(ticket) == SMS or not channel(SMS).can_send():
        return 0
    return sum(_tell(ticket, event, at, each, key, fields, scheme) for each in _numbers(ticket, number))


def tell_of_receipt(ticket: Ticket, incoming: Incoming) -> int:
    """Tell number and term of a request that was just placed, but not of a machine's mail."""
    if incoming.automatic:
        return 0
    return tell(ticket, SmsEvent.RECEIPT, ticket.placed_at, number=incoming.facts.get("sms_number", ""))


def tell_of_answer(ticket: Ticket, event: SmsEvent, message: Message) -> int:
    """Tell of what was just said to the requester; nothing where that itself went by SMS."""
    return tell(ticket, event, message.at, key=str(message.pk)) if message.channel != SMS else 0


def is_offered(scheme: Scheme) -> bool:
    """Whether anybody can be told anything by SMS: the policy allows it, and there is a gateway."""
    return bool(scheme.sms_notices.events) and channel(SMS).can_send()


def tells_receipts(scheme: Scheme) -> bool:
    """Whether number and term can be told by SMS."""
    return SmsEvent.RECEIPT in scheme.sms_notices.events and channel(SMS).can_send()


def _numbers(ticket: Ticket, given: str) -> Sequence[Number]:
    """The numbers of the card, and the given one where it is none of them (and no card says no to it)."""
    found: list[Number] = []
    if ticket.requester_id is not None:
        rows = PhoneNumber.objects.filter(person_id=ticket.requester_id, extension="").order_by("pk")
        found = [Number(row.e164, SmsWish(row.sms_wish), row.verified_at is not None, row.pk) for row in rows]
    if given and all(each.e164 != given for each in found):
        if not PhoneNumber.objects.filter(e164=given, sms_wish=SmsWish.NO.value).exists():
            found.append(Number(given, SmsWish.YES, is_proved=False))
    elif given:
        found = [
            Number(each.e164, SmsWish.YES, each.is_proved, each.id)
            if each.e164 == given and each.wish is SmsWish.UNSAID
            else each
            for each in found
        ]
    return found


def _tell(
    ticket: Ticket, event: SmsEvent, at: datetime, to: Number, key: str, fields: Mapping[str, Any], scheme: Scheme
) -> bool:
    rule = scheme.sms_notices
    if why_not(rule, event, Told(to.wish, to.is_proved)) is not None or not may_be_sent(to.e164):
        return False
    known = {"number": display(to.e164), "event": SMS_EVENT_WORDS[event].as_dict()}
    lately = outbox.automatic_since(SMS, to.e164, DAY)
    if why_not(rule, event, Told(to.wish, to.is_proved, lately)) is Why.ENOUGH:
        record("ticket.not_told_by_sms", ("ticket", ticket.pk), data={**known, "why": ENOUGH.as_dict()}, at=at)
        return False
    own = ":".join(filter(None, (KEY, str(ticket.pk), event.value, key, str(to.id) if to.id else "")))
    if outbox.by_key(SMS, own) is not None:
        return False
    text = text_of(ticket, event, scheme, **fields)
    row = outbox.put(
        kind=SMS, key=own, to=Party(to.e164, ticket.requester_name), subject="", text=text, headers={"own": own},
        automatic=True, about=("ticket", ticket.pk),
    )  # fmt: skip
    services.add_message(ticket, Message.Kind.NOTICE, at, channel=SMS, author_address=to.e164, text=text, outbound=row)
    record("ticket.told_by_sms", ("ticket", ticket.pk), data={**known, "segments": measure(text).count}, at=at)
    return True


def text_of(ticket: Ticket, event: SmsEvent, scheme: Scheme, **fields: Any) -> str:
    """What is said, in the language of the person: one segment where the vendor's name is short."""
    language = ticket.requester.language if ticket.requester is not None else ticket.language
    known = {
        "ticket": ticket,
        "vendor": scheme.vendor.name.in_language(language),
        "zone": scheme.zone,
        "where": _where(ticket),
        **fields,
    }
    return letters.write(f"notice_{event.value}", language, known).text.strip()


def _where(ticket: Ticket) -> Sentence | None:
    """Where the answer itself is to be read; None where it is said aloud."""
    kind = answering_channel(ticket)
    if is_messenger(kind):
        title = channel(kind).title
        return Sentence(f"в {title.ru}", f"in {title.en}")
    return WHERE.get(kind)
