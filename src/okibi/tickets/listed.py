"""Requests in one list for the vendor's own systems."""

import base64
import binascii
import json
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from okibi.kernel.compiled import read
from okibi.kernel.errors import InputError
from okibi.kernel.pagination import Page
from okibi.kernel.sentence import Sentence
from okibi.tickets.models import Ticket

BAD_CURSOR = Sentence(ru="Такой страницы списка нет: начните сначала.", en="There is no such page: start again.")


def tickets_page(
    *,
    cursor: str = "",
    limit: int = 50,
    state: str = "",
    organisation_id: int | None = None,
    person_id: int | None = None,
    placed_since: datetime | None = None,
) -> Page[Ticket]:
    """Requests, newest first, with requester, organisation and assignee: one query. Raises InputError for a cursor
    that is none of ours.
    """
    asked: dict[str, Any] = {
        "organisation_id": organisation_id,
        "requester_id": person_id,
        "placed_at__gte": placed_since,
    }
    asked = {name: value for name, value in asked.items() if value is not None}
    if cursor:
        asked["pk__lt"] = _after(cursor)
    state_is = {"state": state} if state else {}  # in the statement itself: indexes of some states only are found by it

    def build(*values: Any) -> QuerySet[Ticket]:
        rows = Ticket.objects.filter(**state_is, **dict(zip(asked, values, strict=True)))
        return rows.select_related("requester", "organisation", "assignee").order_by("-pk")[: limit + 1]

    if placed_since is not None:  # how many that are, decides by which index they are found: a new plan each time
        found = list(build(*asked.values()))
    else:
        found = read(("vendor's tickets", state, tuple(asked), limit), build, *asked.values())
    return Page(found[:limit], _cursor(found[limit - 1].pk) if len(found) > limit else None)


def _cursor(pk: int) -> str:
    return base64.urlsafe_b64encode(json.dumps(pk).encode()).decode().rstrip("=")


def _after(cursor: str) -> int:
    try:
        pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        raise InputError(BAD_CURSOR, field="cursor") from None
    if not isinstance(pk, int) or isinstance(pk, bool) or not 0 <= pk < 2**63:
        raise InputError(BAD_CURSOR, field="cursor")
    return pk
