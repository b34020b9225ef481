"""From JSON to frozen dataclasses: unknown fields are passed over (a newer server), missing ones are told by name."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


class ShapeError(ValueError):
    """The document isn't of the described shape. ``str()``: where, and what was found."""


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def read(kind: type[T], document: object, where: str = "") -> T:
    """The value of a dataclass out of a JSON object.

    Raises:
        ShapeError: a field without a default is missing, or something stands where it can't be read.

    """
    if not isinstance(document, Mapping):
        raise ShapeError(f"{where or kind.__name__}: {type(document).__name__}")
    hints = _hints(cast("Any", kind))
    given: dict[str, Any] = {}
    for each in fields(cast("Any", kind)):
        at = f"{where or kind.__name__}.{each.name}"
        if document.get(each.name) is None:
            if each.default is MISSING and each.default_factory is MISSING and not _optional(hints[each.name]):
                raise ShapeError(f"{at}: missing")
            if each.default is MISSING and each.default_factory is MISSING:
                given[each.name] = None
            continue
        given[each.name] = _value(hints[each.name], document[each.name], at)
    return kind(**given)


def _optional(hint: Any) -> bool:
    return type(None) in get_args(hint)


def _value(hint: Any, value: object, where: str) -> Any:
    origin = get_origin(hint)
    if origin in {types.UnionType, Union}:
        return _value(next(arg for arg in get_args(hint) if arg is not type(None)), value, where)
    if origin is tuple:
        if not isinstance(value, list):
            raise ShapeError(f"{where}: {type(value).__name__}")
        return tuple(_value(get_args(hint)[0], each, f"{where}[{index}]") for index, each in enumerate(value))
    if is_dataclass(hint):
        return read(cast("type[Any]", hint), value, where)
    return _plain(hint, value, where)


def _plain(hint: Any, value: object, where: str) -> Any:
    if hint is datetime:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            raise ShapeError(f"{where}: {value!r}") from None
        if moment.tzinfo is None:
            raise ShapeError(f"{where}: no offset in {value!r}")
        return moment
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(str(value)) if str(value) in set(hint) else str(value)
    if hint in {str, int, float, bool}:
        if not isinstance(value, (str, int, float)) or (hint is not str and isinstance(value, str)):
            raise ShapeError(f"{where}: {type(value).__name__}")
        return hint(value)
    return value
