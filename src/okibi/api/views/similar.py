"""While the user types: what was solved before."""

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
    """The most similar answered requests that this visitor may see, in any form of the words."""
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
