"""Nobody forgets a term.

At the aim the assignee is told, before the due moment the leading specialist, and a miss is on record.
"""

from django.db import transaction

from okibi.accounts.models import Role, Staff
from okibi.accounts.selectors import active_staff
from okibi.flows import staff_letters
from okibi.flows.answers import zone_name
from okibi.flows.links import in_console
from okibi.journal.services import record
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence
from okibi.schemes.services import by_id
from okibi.tickets import selectors, services
from okibi.tickets.models import Ticket
from okibi.tickets.selectors import ClockMoment

WORDS = {
    "aim": Sentence(ru="Пора ответить", en="Time to answer"),
    "due_soon": Sentence(ru="Срок близко", en="The term is near"),
    "breach": Sentence(ru="Срок нарушен", en="The term was missed"),
}
FIELDS = {"aim": "aim_told_at", "due_soon": "due_told_at", "breach": "breached_at"}
CODES = {"aim": "ticket.aim_passed", "due_soon": "ticket.due_soon", "breach": "ticket.breached"}


def watch() -> int:
    """Tell what there is to tell at this moment, each thing once; gives how many."""
    return sum(_tell(news) for news in selectors.clock_moments(now()))


@transaction.atomic
def _tell(news: ClockMoment) -> bool:
    ticket = services.lock(news.ticket_id)
    moment = now()
    at = ticket.due_at if news.what == "breach" and ticket.due_at else moment
    if not services.told([ticket.pk], FIELDS[news.what], at):
        return False  # another worker was faster
    record(CODES[news.what], ("ticket", ticket.pk), at=moment)
    for staff in _hearers(news.what, ticket):
        _write(ticket, staff, news.what)
    return True


def _hearers(what: str, ticket: Ticket) -> list[Staff]:
    leading = [staff for staff in active_staff() if staff.has_role(Role.LEADING)]
    mine = [ticket.assignee] if ticket.assignee and ticket.assignee.is_active else []
    if what == "aim":
        return mine or leading
    return leading + [staff for staff in mine if staff.pk not in {known.pk for known in leading}]


def _write(ticket: Ticket, staff: Staff, what: str) -> None:
    scheme = by_id(ticket.scheme_id).scheme
    fields = {
        "ticket": ticket,
        "what": WORDS[what],
        "zone": scheme.zone,
        "zone_name": zone_name(scheme.zone),
        "requester": ", ".join(
            filter(None, [ticket.requester_name or ticket.requester_address, ticket.organisation_name])
        ),
        "link": in_console(ticket),
    }
    due = f"{ticket.due_at:%Y%m%dT%H%M}" if ticket.due_at else ""
    staff_letters.tell(staff, "staff_notice", fields, f"escalation:{ticket.pk}:{what}:{staff.pk}:{due}")
