"""JSON answers as values; a shape that isn't the described one is told as such."""

from collections.abc import Mapping
from typing import Any, TypeVar

from okibi_sdk.core.session import Session, ask_json
from okibi_sdk.core.wire import Flow
from okibi_sdk.models import Page
from okibi_sdk.problems import unexpected
from okibi_sdk.reading import ShapeError, read

T = TypeVar("T")


def shaped(session: Session, kind: type[T], document: Any) -> T:
    """Raises UnexpectedAnswerError."""
    try:
        return read(kind, document)
    except ShapeError as error:
        raise unexpected(session.language, str(error)) from None


def many(session: Session, kind: type[T], document: Any) -> Page[T]:
    """A page out of ``{items, next}`` (or a bare list). Raises UnexpectedAnswerError."""
    listed = isinstance(document, list)
    items = document if listed else document.get("items") if isinstance(document, Mapping) else None
    if not isinstance(items, list):
        raise unexpected(session.language, f"{kind.__name__}: no items")
    return Page(tuple(shaped(session, kind, each) for each in items), "" if listed else str(document.get("next") or ""))


def every(session: Session, kind: type[T], path: str, query: Mapping[str, Any] | None = None) -> Flow[tuple[T, ...]]:
    """The items of all pages of a list, in its order."""
    found: tuple[T, ...] = ()
    cursor = ""
    while True:
        call = session.call("GET", path, query={**(query or {}), "cursor": cursor})
        page = many(session, kind, (yield from ask_json(session, call)))
        found += page.items
        cursor = page.next
        if not cursor:
            return found
