"""While somebody types a request: what was answered before, on their own side, and help articles that read alike."""

from dataclasses import dataclass
from datetime import datetime

from okibi.articles.markup import as_words
from okibi.articles.selectors import similar as similar_articles
from okibi.customers.selectors import card_ids
from okibi.flows.visitor import Visitor
from okibi.tickets.similar import Side
from okibi.tickets.similar import similar as similar_tickets

LONGEST = 4000  # characters of what is typed that are read
EXCERPT = 240  # characters
ARTICLES = 2  # of the suggestions, at most


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``kind`` request: ``key`` is its number, the excerpt begins the answer; ``article``: its slug, and its text."""

    kind: str
    key: str
    title: str
    excerpt: str
    at: datetime | None


def similar(
    visitor: Visitor | None, text: str, product: str = "", limit: int = 5, language: str = ""
) -> list[Suggestion]:
    """Published articles, and answered requests that this visitor may read.

    Least rights: a colleague's answered request (its subject and the beginning of its answer) is shown to nobody but
    the organisation's administrator, who may read it whole. No visitor: articles alone. ``language``: of the articles,
    the visitor's own where it is not said.
    """
    text = text[:LONGEST]
    spoken = language or (visitor.language if visitor else "ru")
    found = [
        Suggestion("article", each.slug, each.title(spoken), _begun(as_words(each.body(spoken))), each.published_at)
        for each in similar_articles(text, product, min(ARTICLES, limit))
    ]
    return found + (_requests(visitor, text, product, limit - len(found)) if visitor else [])


def _requests(visitor: Visitor, text: str, product: str, limit: int) -> list[Suggestion]:
    people = tuple(card_ids(visitor.person_id)) if visitor.person_id is not None else ()
    side = Side(visitor.device_id, people, visitor.organisation_id if visitor.is_admin else None)
    found = similar_tickets(side, text, product=product, limit=limit)
    return [Suggestion("request", row.number, row.subject, _begun(row.answer), row.solved_at) for row in found]


def _begun(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= EXCERPT else f"{words[:EXCERPT].rsplit(' ', 1)[0]}…"
