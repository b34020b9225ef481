"""An answer that nobody reads in ИПВ goes by e-mail too: once, to a confirmed address, after the scheme's time."""

from django.db import transaction

from okibi.channels import outbox
from okibi.channels.port import Party
from okibi.customers.selectors import answering_address
from okibi.environments import enrolling
from okibi.flows import letters
from okibi.flows.answers import thread_headers
from okibi.journal.services import record
from okibi.kernel.clock import now
from okibi.tickets import services
from okibi.tickets.requester_selectors import message_by_id, to_mail
from okibi.tickets.requester_services import take_mail_later


def mail_unread() -> int:
    """Mail what waited long enough at this moment; gives how many letters. May run twice at once."""
    return sum(_mail(message_id) for message_id in to_mail(now()))


def forget_old_enrolments() -> int:
    """Addresses and names of enrolments of long ago are deleted; gives how many."""
    return enrolling.forget_old(now())


@transaction.atomic
def _mail(message_id: int) -> bool:
    if not take_mail_later(message_id):
        return False  # read meanwhile, or another worker was faster
    message = message_by_id(message_id)
    ticket = services.lock(message.ticket_id)
    address = answering_address(ticket.requester_id) if ticket.requester_id else ""
    if not address or message.outbound is None:
        return False
    fields = {"ticket": ticket, "subject": message.outbound.subject, "body": message.outbound.text}
    letter = letters.write("ipv_unread", ticket.language, fields)
    outbox.put(
        kind="email",
        key=f"ipv-mail:{message_id}",
        to=Party(address, ticket.requester_name),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        headers=thread_headers(ticket),
        files=message.outbound.attachments,
        automatic=False,
        about=("ticket", ticket.pk),
    )
    record("ticket.mailed", ("ticket", ticket.pk), data={"to": address, "message": message_id})
    return True
