"""What the page after placing may say to somebody who has proved nothing: whoever typed an address may not own it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from okibi.flows.answers import zone_name
from okibi.flows.judgement import ENTITLEMENT
from okibi.flows.promise import Promise
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence
from okibi.policy.ticket_states import State
from okibi.policy.verdict import Line, Status, Verdict
from okibi.schemes.services import by_id
from okibi.tickets import selectors
from okibi.tickets.kinds import MessageKind
from okibi.website.present import steps_view

if TYPE_CHECKING:
    from okibi.tickets.models import Ticket

COVERED = Sentence("Право на поддержку есть.", "Support covers you.")
UNKNOWN = Sentence(
    "Мы пока не знаем вас по этому адресу. Заявка принята, срок идёт; "
    "в письме есть ссылка, по которой можно сказать, кто вы.",
    "We do not know you by this address yet. Your request is placed "
    "and its term runs; the letter has a link to say who you are.",
)


def ticket_placed(number: str) -> Ticket:
    """The request that was placed. Raises NotAllowedError."""
    return selectors.access_ticket(number)


def placed_view(ticket: Ticket) -> dict[str, Any]:
    """Number, verdict and term as the page shows them. Three queries."""
    said = selectors.timeline(ticket)
    scheme = by_id(ticket.scheme_id).scheme
    verdict = Verdict.from_json(ticket.verdict)
    due = Promise.of(ticket).explain(now()) if ticket.due_at else None
    return {
        "ticket": ticket,
        "covered": ticket.state != State.UNCOVERED.value,
        "lines": [_line(line, scheme.coverage.uncovered) for line in verdict.lines if _worth_saying(line)],
        "zone": zone_name(scheme.zone),
        "aim_at": ticket.aim_at if due else None,
        "due_at": due.at if due else None,
        "steps": steps_view(due.steps) if due else [],
        "letter": any(message.kind == MessageKind.AUTOMATIC for message in said),
        "address": ticket.requester_address,
    }


def _worth_saying(line: Line) -> bool:
    return line.subject == ENTITLEMENT or line.status is not Status.UNKNOWN


def _line(line: Line, uncovered: Sentence) -> dict[str, Any]:
    """A line of the verdict; of the right to support only whether there is one, never which."""
    if line.subject != ENTITLEMENT:
        return {"status": line.status.value, "text": line.sentence, "detail": line.detail if line.detail.en else None}
    text = {Status.MET: COVERED, Status.UNMET: uncovered, Status.UNKNOWN: UNKNOWN}[line.status]
    return {"status": line.status.value, "text": text, "detail": None}
