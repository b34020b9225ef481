"""Another way to the same person than the one the request came by: only with their consent, which is put on record.

The default is always the form in which the request was placed (scheme §5); the timeline stays one. Addresses of the
user card are offered, its mobile numbers by SMS, and messengers whose tie to it is verified and whose window is open.
"""

from dataclasses import dataclass
from datetime import datetime

from okibi.accounts.models import Staff
from okibi.channels.messenger import conversations
from okibi.channels.messenger.kinds import MESSENGERS
from okibi.channels.registry import channel
from okibi.customers.selectors import card, messengers_of
from okibi.journal.selectors import of_subject
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence
from okibi.policy.phone_numbers import PhoneNumberError, parse_phone
from okibi.sms.services import may_be_sent
from okibi.tickets.models import Ticket

MOVED = "messenger.moved"
SMS = "sms"
CONSENT = 500  # characters that are kept
NO_CONSENT = Sentence(
    ru="Запишите согласие: чем и когда человек согласился на другой адрес.",
    en="Write down the consent: how and when the person agreed to another address.",
)
NO_SUCH_WAY = Sentence(ru="Этим способом написать нельзя.", en="Nothing can be sent that way.")


@dataclass(frozen=True, slots=True)
class Way:
    """``account``: of ours, for a messenger. ``consent``: how they agreed, "" where nobody asked yet."""

    channel: str
    address: str
    account: str = ""
    verified: bool = False
    consent: str = ""

    @property
    def code(self) -> str:
        """What names it in a form."""
        return f"{self.channel}|{self.account}|{self.address}"

    @property
    def title(self) -> Sentence:
        return channel(self.channel).title


def ways_of(ticket: Ticket, at: datetime | None = None) -> tuple[Way, ...]:
    """The other ways to the requester; none to somebody whom no card knows."""
    if ticket.requester_id is None:
        return ()
    found = [*_emails(ticket), *_messengers(ticket, at or now()), *_texts(ticket)]
    agreed = consents(ticket) if found else {}
    return tuple(
        Way(way.channel, way.address, way.account, way.verified, agreed.get((way.channel, way.address), ""))
        for way in found
    )


def _emails(ticket: Ticket) -> list[Way]:
    if ticket.channel in {"email", "form"} or ticket.requester_id is None:
        return []
    known = card(ticket.requester_id).emails.all()
    return [Way("email", row.address, "", row.verified_at is not None) for row in known if row.bounced_at is None]


def _messengers(ticket: Ticket, at: datetime) -> list[Way]:
    configured = [kind for kind in MESSENGERS if kind != ticket.channel and channel(kind).can_send()]
    if not configured:
        return []
    found = []
    for identity in messengers_of(ticket.requester_id or 0):
        if identity.verified_at is None:  # an unverified tie unlocks nothing
            continue
        for kind, account, address in conversations.open_with(identity.network, [identity.e164, identity.user_id], at):
            if kind in configured:
                found.append(Way(kind, address, account, verified=True))
    return found


def _texts(ticket: Ticket) -> list[Way]:
    """Mobile numbers of the card by SMS, where gateways are set up; none of who wants no SMS."""
    if ticket.channel == SMS or ticket.requester_id is None or not channel(SMS).can_send():
        return []
    known = [row for row in card(ticket.requester_id).phones.all() if not row.extension and _is_mobile(row.e164)]
    return [Way(SMS, row.e164, "", row.verified_at is not None) for row in known if may_be_sent(row.e164)]


def _is_mobile(e164: str) -> bool:
    try:
        return parse_phone(e164).takes_sms
    except PhoneNumberError:
        return False


def consents(ticket: Ticket) -> dict[tuple[str, str], str]:
    """What the journal says of consent on this request: (channel, address) → how they agreed."""
    return {
        (str(entry.data.get("channel", "email")), str(entry.data.get("to", ""))): str(entry.data.get("consent", ""))
        for entry in of_subject("ticket", ticket.pk)
        if entry.code == MOVED
    }


def chosen(ticket: Ticket, code: str, consent: str, at: datetime | None = None) -> Way | None:
    """The way that a form named; None for the request's own. Raises InputError: unknown, or no consent on record."""
    if not code:
        return None
    way = next((each for each in ways_of(ticket, at) if each.code == code), None)
    if way is None:
        raise InputError(NO_SUCH_WAY)
    if not way.consent and not consent.strip():
        raise InputError(NO_CONSENT)
    return Way(way.channel, way.address, way.account, way.verified, consent.strip()[:CONSENT] or way.consent)


def put_on_record(ticket: Ticket, way: Way, staff: Staff, at: datetime, outbound_id: int) -> None:
    """That an answer went another way, and by what consent."""
    data = {
        "way": way.title.as_dict(), "channel": way.channel, "to": way.address, "consent": way.consent,
        "outbound": outbound_id,
    }  # fmt: skip
    record(MOVED, ("ticket", ticket.pk), Actor("staff", staff.pk, staff.name), data, at)
