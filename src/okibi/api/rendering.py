"""JSON as the API writes it: UTF-8, moments in Moscow time with their offset."""

import json
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.renderers import BaseRenderer


def as_json(value: Any) -> bytes:
    """The bytes of a JSON value; moments and dates by ISO 8601."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    return str(value)


def moment(at: datetime | None) -> str | None:
    """An aware moment in the desk's zone, milliseconds: 2026-11-23T12:41:00.000+03:00."""
    return timezone.localtime(at).isoformat(timespec="milliseconds") if at else None


class JsonRenderer(BaseRenderer):
    """Letters stay letters."""

    media_type = "application/json"
    charset = "utf-8"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> Any:  # noqa: ARG002
        return as_json(data)
