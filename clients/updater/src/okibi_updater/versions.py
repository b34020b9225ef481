"""Order of versions: 4.2 equals 4.2.0, a pre-release comes before its release (Semantic Versioning 2.0 §11)."""

import re

from okibi_sdk.words import Sentence
from okibi_updater.problems import RefusedError

_SHAPE = re.compile(
    r"v?(\d{1,9}(?:\.\d{1,9}){0,3})(?:-([0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*))?(?:\+[0-9A-Za-z.-]+)?", re.ASCII
)

Order = tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]


def order(text: str) -> Order:
    """What two versions are compared by. Raises RefusedError for what is no version."""
    found = _SHAPE.fullmatch(text.strip())
    if not found:
        raise RefusedError(Sentence(f"«{text[:40]}» не похоже на версию.", f"“{text[:40]}” is not a version."))
    numbers = tuple(int(part) for part in found[1].split("."))
    parts = [part for part in (found[2] or "").split(".") if part]
    pre = tuple((False, int(each), "") if each.isdecimal() else (True, 0, each.lower()) for each in parts)
    return numbers + (0,) * (4 - len(numbers)), not pre, pre
