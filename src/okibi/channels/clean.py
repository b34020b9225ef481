"""Words from outside made storable: PostgreSQL takes neither NUL nor half a surrogate pair, its JSON no infinity."""

import math
from collections.abc import Mapping


def text_safe(value: str) -> str:
    """The same text without what the database refuses; raw bytes that Python smuggles as surrogates become ``?``."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def json_safe(value: object) -> object:
    """A JSON value with every text in it storable; tuples become lists, anything foreign becomes its text, a number
    that is none (infinity, NaN) null.
    """
    if isinstance(value, str):
        return text_safe(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {text_safe(str(key)): json_safe(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_safe(item) for item in value]
    return text_safe(str(value))
