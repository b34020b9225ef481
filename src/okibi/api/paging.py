"""Pages of a list: ``?cursor=&limit=`` in, ``{items, next}`` out."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from ninja import Schema
from pydantic import AfterValidator, Field

from okibi.api.given import Moment
from okibi.channels.clean import text_safe
from okibi.customers.selectors.holdings import Standing
from okibi.kernel.pagination import Page

T = TypeVar("T")
Words = Annotated[str, Field(max_length=500), AfterValidator(text_safe)]
Id = Annotated[int, Field(ge=0, le=2**63 - 1)]


class Paging(Schema):
    """Which page. ``cursor``: the ``next`` of the page before; opaque, and refused where it is none."""

    cursor: Annotated[str, Field(max_length=500), AfterValidator(text_safe)] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 50


Serial = Annotated[str, Field(max_length=18, pattern=r"^[0-9]*$")]


class Searching(Paging):
    """``q``: words to look for."""

    q: Words = ""


class RequestsAsked(Searching):
    """``state``: one of the states, ``active``, ``ended`` or "" (all). ``of``: ``organisation`` for all requests of the
    organisation that the visitor administers.
    """

    cursor: Serial = ""
    of: Literal["me", "organisation"] = "me"
    state: Literal[
        "", "active", "ended", "new", "open", "waiting", "planned", "solved", "refused", "closed", "uncovered"
    ] = ""


class SimilarAsked(Schema):
    """What the user has typed so far; ``product``: a code of the policy's."""

    q: Words
    product: Annotated[str, Field(max_length=40), AfterValidator(text_safe)] = ""


class MessagesAsked(Paging):
    """``after``: the id of the last message that is known already."""

    cursor: Serial = ""
    after: Id = 0


class TicketsAsked(Paging):
    """Which requests; what is left out does not count."""

    state: Literal["", "new", "open", "waiting", "planned", "solved", "refused", "closed", "uncovered"] = ""
    organisation_id: Id | None = None
    person_id: Id | None = None
    placed_since: Moment | None = None


class AgreementsAsked(Paging):
    """Which page of the agreements."""

    cursor: Serial = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 100


class HoldingsAsked(Searching):
    """``standing``: how it stands today."""

    standing: Standing | None = None


def page(found: Page[T], show: Callable[[T], dict[str, Any]]) -> dict[str, Any]:
    """The shape of a page."""
    return {"items": [show(row) for row in found.rows], "next": found.next_cursor}
