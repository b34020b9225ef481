"""While the user types: what was solved before, and what the help says."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from okibi.api import shapes
from okibi.api.auth import DEVICE, visitor
from okibi.api.paging import SimilarAsked
from okibi.api.rendering import moment
from okibi.flows.similar import similar

router = Router(tags=["requests"], auth=DEVICE)


@router.get("/similar", response=shapes.Found, operation_id="findSimilar")
def found(request: HttpRequest, asked: Query[SimilarAsked]) -> dict[str, Any]:
    """Help articles, and answered requests that this visitor may read (own ones; of an organisation's administrator
    those of the organisation), most alike first, in any form of the words. At most five; an article's text is
    GET /articles/{slug}.
    """
    items = [
        {
            "kind": each.kind,
            "title": each.title,
            "excerpt": each.excerpt,
            "number": each.key if each.kind == "request" else "",
            "slug": "" if each.kind == "request" else each.key,
            "solved_at": moment(each.at),
        }
        for each in similar(visitor(request), asked.q, asked.product)
    ]
    return {"items": items}
