"""What every change shares: a needed field, and fields that are saved and journalled only where they differ."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import models

from okibi.customers.errors import MissingError
from okibi.customers.keys import squeeze
from okibi.kernel.sentence import Sentence


def needed(field: str, value: str, what: Sentence) -> str:
    """The value with single spaces. Raises MissingError where nothing is left."""
    value = squeeze(value)
    if not value:
        raise MissingError(field, what)
    return value


def apply_changes(row: models.Model, fields: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set and save the fields that differ; gives ``{field: [was, is]}`` as JSON values, empty when nothing differed."""
    changed = {name: [getattr(row, name), value] for name, value in fields.items() if getattr(row, name) != value}
    for name, (_, value) in changed.items():
        setattr(row, name, value)
    if changed:
        row.save(update_fields=list(changed))
    return {name: [plain(was), plain(value)] for name, (was, value) in changed.items()}


def plain(value: Any) -> Any:
    """A field's value as JSON can hold it: moments and dates as ISO 8601."""
    return value.isoformat() if isinstance(value, (date, datetime)) else value
