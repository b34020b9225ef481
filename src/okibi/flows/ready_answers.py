"""The desk's ready answers, filled in for one request and the specialist who writes."""

from dataclasses import dataclass

from okibi.accounts.models import Staff
from okibi.flows.links import where_is
from okibi.kernel.clock import now
from okibi.policy.wording import named_moment
from okibi.schemes.services import by_id
from okibi.tickets import answer_templates
from okibi.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Ready:
    """A text that can be put into the answer as it stands."""

    title: str
    text: str


def ready_answers(ticket: Ticket, staff: Staff) -> list[Ready]:
    """What fits a request of this class, in its requester's language."""
    zone = by_id(ticket.scheme_id).scheme.zone
    due = ""
    if ticket.due_at:
        said = named_moment(ticket.due_at.astimezone(zone), now().astimezone(zone).year)
        due = said.in_language(ticket.language)
    values = {
        "name": ticket.requester_name,
        "number": ticket.number,
        "due": due,
        "specialist": staff.name,
        "version": ticket.planned_version or ticket.product_version,
        "link": where_is(ticket),
    }
    english = ticket.language == "en"
    return [
        Ready(each.title, answer_templates.fill((each.text_en if english else "") or each.text_ru, values))
        for each in answer_templates.of_class(ticket.kind)
    ]
