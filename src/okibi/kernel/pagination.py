"""Keyset pages: constant cost at any depth, nothing skipped or shown twice while rows arrive."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows and the cursor of the next page (None on the last one)."""

    rows: Sequence[T]
    next_cursor: str | None

    def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)
