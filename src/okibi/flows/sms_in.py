"""An SMS came in: a wish about SMS, or words for the desk: on the ticket that they are about, or a new one.

Senders without a number (``Beeline``, ``900``) can't be answered: what they wrote stays on the line's page.
"""

from datetime import timedelta

from okibi.channels import inbox
from okibi.channels.models import Inbound
from okibi.channels.port import Incoming
from okibi.channels.sms.adapter import pack
from okibi.flows import sms_callbacks, sms_wishes
from okibi.policy.sms_words import wish_of
from okibi.sms.models import SmsIn
from okibi.tickets import conversation_selectors
from okibi.tickets.models import Ticket

SMS = "sms"
GOES_ON_FOR = timedelta(hours=24)  # after an ended request's last word, more from the same number is about it still
BY_NUMBER = ("phone", "sip", "whatsapp", "greenapi", "wazzup")  # channels whose addresses are numbers too


def take(row: SmsIn) -> None:
    """Give one SMS to the desk; in the transaction that marks it as taken."""
    sms_callbacks.came_in(row)
    if not row.number:
        return
    wish = wish_of(row.text)
    if wish is not None:
        sms_wishes.said(row.number, wish, source="sms", words=row.text, key=f"in:{row.pk}", at=row.received_at)
        return
    raw = pack(sender=row.number, text=row.text, line=str(row.line), received_at=row.received_at)
    inbox.receive(SMS, str(row.pk), raw, f"sms:{row.line.gateway}", {"line": str(row.line), "account": ""})


def goes_on_with(row: Inbound, incoming: Incoming) -> Ticket | None:
    """The request that an SMS is about without naming it: the sender's running one; None for every other channel."""
    number = incoming.sender.address
    if row.channel != SMS or not number:
        return None
    running = conversation_selectors.newest_of(SMS, number, ended_after=row.received_at - GOES_ON_FOR)
    if running is not None:
        return running
    told = conversation_selectors.told_by_sms(number, row.received_at - GOES_ON_FOR)
    if told is not None:  # an answer to an SMS that told of a request
        return told
    others = conversation_selectors.open_from([(channel, number) for channel in BY_NUMBER])
    return others[0] if len(others) == 1 else None
