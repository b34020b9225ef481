"""Keyset cursors: the sort values of the last row shown, opaque to the reader."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from okibi.kernel.errors import InputError
from okibi.kernel.pagination import Page
from okibi.kernel.sentence import Sentence

M = TypeVar("M", bound=Model)
_NOT_STORED = re.compile("[\x00\ud800-\udfff]")  # by PostgreSQL
BAD_CURSOR = Sentence(ru="Такой страницы списка нет: начните сначала.", en="There is no such page: start again.")


def page_of(
    rows: QuerySet[M], field: str, cursor: str | None, size: int, value: Callable[[M], Any] | None = None
) -> Page[M]:
    """One page of ``rows`` by (``field``, id) ascending. Raises InputError for a cursor that is none of ours.

    ``field`` must never be null in ``rows``. ``value`` gives the field of a row as JSON (default: the attribute).
    """
    if cursor:
        last, pk = _decode(cursor)
        rows = rows.filter(Q(**{f"{field}__gt": last}) | Q(**{field: last, "pk__gt": pk}), **{f"{field}__gte": last})
    found = list(rows.order_by(field, "pk")[: size + 1])
    shown = found[:size]
    more = len(found) > size
    read = value or (lambda row: getattr(row, field))
    return Page(rows=shown, next_cursor=_encode([read(shown[-1]), shown[-1].pk]) if more else None)


def _encode(values: Sequence[Any]) -> str:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[str, int]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        last, pk = values
    except (ValueError, TypeError, binascii.Error):
        raise InputError(BAD_CURSOR, field="cursor") from None
    whole = isinstance(pk, int) and not isinstance(pk, bool) and 0 <= pk < 2**63
    if not whole or not isinstance(last, str) or _NOT_STORED.search(last):
        raise InputError(BAD_CURSOR, field="cursor")
    return last, pk
