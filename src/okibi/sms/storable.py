"""What devices and services say, as the database takes it: without NUL and halves of signs."""

from collections.abc import Mapping

MOST_FACTS, LONGEST_FACT = 80, 1000  # nobody promised us how much a device tells


def storable(text: str, most: int | None = None) -> str:
    """A text whose every letter can be stored, of at most so many."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:most]


def storable_facts(told: Mapping[str, str]) -> dict[str, str]:
    """Keys and values of no more than a page."""
    return {
        storable(key, 60): storable(value, LONGEST_FACT)
        for key, value in list(told.items())[:MOST_FACTS]
    }  # fmt: skip
