"""While somebody types a request: what was answered before, on their own side, and reads alike."""

from dataclasses import dataclass
from datetime import datetime

from okibi.customers.selectors import card_ids
from okibi.flows.visitor import Visitor
from okibi.tickets.similar import Side
from okibi.tickets.similar import similar as similar_tickets

LONGEST = 4000  # characters of what is typed that are read
EXCERPT = 240  # characters


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``kind`` request: ``key`` is its number. The excerpt is the beginning of the answer."""

    kind: str
    key: str
    title: str
    excerpt: str
    at: datetime | None


def similar(visitor: Visitor, text: str, product: str = "", limit: int = 5) -> list[Suggestion]:
    """Answered requests that this visitor may know of: own ones, and those of the organisation they belong to."""
    people = tuple(card_ids(visitor.person_id)) if visitor.person_id is not None else ()
    side = Side(visitor.device_id, people, visitor.organisation_id)
    found = similar_tickets(side, text[:LONGEST], product=product, limit=limit)
    return [Suggestion("request", row.number, row.subject, _begun(row.answer), row.solved_at) for row in found]


def _begun(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= EXCERPT else f"{words[:EXCERPT].rsplit(' ', 1)[0]}…"
