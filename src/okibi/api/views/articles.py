"""Help articles, for an application to show."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from okibi.api import shapes
from okibi.api.auth import MAYBE_DEVICE
from okibi.api.given import Name
from okibi.api.problems import language_of
from okibi.api.rendering import moment
from okibi.articles.markup import as_html, as_text
from okibi.articles.selectors import published_by
from okibi.flows.links import article as page_of

router = Router(tags=["articles"], auth=MAYBE_DEVICE)


@router.get("/articles/{slug}", response=shapes.Article, operation_id="getArticle")
def one(request: HttpRequest, slug: Name) -> dict[str, Any]:
    """A published article by its slug (or its id), as sanitised HTML and as plain text. Needs no token."""
    language = language_of(request)
    found = published_by(slug)
    return {
        "id": found.pk,
        "slug": found.slug,
        "title": found.title(language),
        "html": as_html(found.body(language)),
        "text": as_text(found.body(language)),
        "language": found.spoken(language),
        "products": list(found.products),
        "published_at": moment(found.published_at),
        "changed_at": moment(found.changed_at),
        "url": page_of(found.slug),
    }
