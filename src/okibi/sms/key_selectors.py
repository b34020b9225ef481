"""Reading for keys of the vendor's own systems: their own SMS, and what came in; pages by id, the newest first."""

import base64
import binascii
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, QuerySet

from okibi.kernel.errors import InputError, NotAllowedError
from okibi.kernel.pagination import Page
from okibi.kernel.sentence import Sentence
from okibi.sms.errors import NO_SUCH
from okibi.sms.models import Sms, SmsIn
from okibi.sms.services import numbered

M = TypeVar("M", bound=Model)
BAD_CURSOR = Sentence(ru="Такой страницы списка нет: начните сначала.", en="There is no such page: start again.")


def own(
    owner: str, *, state: str = "", to: str = "", reference: str = "", since: datetime | None = None,
    cursor: str = "", limit: int = 50,
) -> Page[Sms]:  # fmt: skip
    """A key's SMS. ``since``: asked for at that moment or later. Raises InputError for a cursor or number of no use."""
    rows = Sms.objects.select_related("asked", "line").filter(asked__owner=owner)
    if state:
        rows = rows.filter(state=state)
    if to:
        rows = rows.filter(number=numbered(to))
    if reference:
        rows = rows.filter(source="api", key=f"{owner}:r:{reference}")
    if since:
        rows = rows.filter(created_at__gte=since)
    return _newest_first(rows, cursor, limit)


def came_in(*, since: datetime | None = None, cursor: str = "", limit: int = 50) -> Page[SmsIn]:
    """SMS that came in, with their lines. Raises InputError for a cursor that is none of ours."""
    rows = SmsIn.objects.select_related("line")
    return _newest_first(rows.filter(received_at__gte=since) if since else rows, cursor, limit)


def one_that_came_in(sms_id: int) -> SmsIn:
    """Raises NotAllowedError."""
    row = SmsIn.objects.select_related("line").filter(pk=sms_id).first()
    if row is None:
        raise NotAllowedError(NO_SUCH)
    return row


def _newest_first(rows: QuerySet[M], cursor: str, limit: int) -> Page[M]:
    if cursor:
        rows = rows.filter(pk__lt=_after(cursor))
    found = list(rows.order_by("-pk")[: limit + 1])
    return Page(found[:limit], _cursor(found[limit - 1].pk) if len(found) > limit else None)


def _cursor(pk: int) -> str:
    return base64.urlsafe_b64encode(str(pk).encode()).decode().rstrip("=")


def _after(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (ValueError, binascii.Error):
        raise InputError(BAD_CURSOR, field="cursor") from None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InputError(BAD_CURSOR, field="cursor")
    return int(text)
