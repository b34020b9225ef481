"""Coverage changes: a licence begins, a trial ends. Uncovered requests come alive by themselves."""

from datetime import datetime

from django.db import transaction

from okibi.flows import letters
from okibi.flows.answers import automatic_fields, can_be_told, mail_if_unread, send_letter
from okibi.flows.judgement import ENTITLEMENT, entitlement_line
from okibi.flows.promise import restart_clock
from okibi.flows.states import change_state
from okibi.journal.services import SYSTEM, record
from okibi.kernel.clock import now
from okibi.policy.ticket_states import Event, State
from okibi.policy.verdict import Line, Status, Verdict
from okibi.schemes.services import by_id
from okibi.tickets import selectors, services
from okibi.tickets.models import Message, Ticket


def rejudge_for(organisation_id: int | None, person_id: int | None) -> int:
    """A licence or trial of these changed: judge their uncovered requests anew; gives how many came alive."""
    return sum(rejudge(pk) for pk in selectors.uncovered_of(organisation_id, person_id))


def rejudge_due() -> int:
    """Judge anew what the passing of time may have changed; gives how many came alive."""
    return sum(rejudge(pk) for pk in selectors.to_rejudge(now()))


@transaction.atomic
def rejudge(ticket_id: int) -> bool:
    """Judge one ticket's entitlement again; True when it came alive by that."""
    ticket = services.lock(ticket_id)
    moment = now()
    scheme = by_id(ticket.scheme_id).scheme
    line, change = entitlement_line(ticket.requester, ticket.product, scheme, moment, ticket.device)
    write_line(ticket, line)
    ticket.rejudge_at = change if ticket.ended_at is None else None
    services.save(ticket, "verdict", "rejudge_at")
    if ticket.state != State.UNCOVERED.value or line.status is not Status.MET:
        return False
    _come_alive(ticket, line, moment)
    return True


def write_line(ticket: Ticket, line: Line) -> None:
    """Put a new line into the ticket's verdict in place of the old one of its subject."""
    old = Verdict.from_json(ticket.verdict)
    others = tuple(known for known in old.lines if known.subject != ENTITLEMENT)
    ticket.verdict = Verdict((line, *others), old.policy_version).to_json()


def _come_alive(ticket: Ticket, line: Line, at: datetime) -> None:
    change_state(ticket, Event.COVER, SYSTEM, at)
    ticket.clock_start = at
    services.save(ticket, "clock_start")
    promise = restart_clock(ticket, at)
    record("ticket.covered", ("ticket", ticket.pk), data={"ground": line.sentence.as_dict()}, at=at)
    if not can_be_told(ticket):
        return
    steps = [step.sentence for step in promise.explain(at).steps]
    fields = automatic_fields(ticket, promise.scheme, ground=line.sentence, steps=steps)
    letter = letters.write("covered", ticket.language, fields)
    row = send_letter(ticket, letter, key=f"covered:{ticket.pk}:{at.timestamp():.0f}", automatic=True)
    message = services.add_message(
        ticket,
        Message.Kind.AUTOMATIC,
        at,
        channel=row.channel,
        text=letter.text,
        external_id=row.external_id,
        outbound=row,
    )
    mail_if_unread(message, ticket, promise.scheme)
