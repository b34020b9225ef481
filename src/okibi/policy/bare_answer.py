"""How a bare yes or no is read: whoever writes more than that has something to say, and a specialist reads it."""

import re
from dataclasses import dataclass

_BETWEEN = re.compile(r"[\s.,!;:()\u2013\u2014…]+")
_LONGEST = 60  # characters


def _bare(text: str) -> str:
    return " ".join(_BETWEEN.sub(" ", text.casefold().replace("’", "'").replace("ё", "е")).split())


@dataclass(frozen=True, slots=True)
class Answers:
    """The whole answers that count as a yes and as a no, in both languages."""

    yes: frozenset[str]
    no: frozenset[str]

    def read(self, text: str) -> bool | None:
        """Yes, no, or None for everything that is neither, a question among it."""
        words = text.strip()
        if not words or len(words) > _LONGEST or "?" in words:
            return None
        bare = _bare(words)
        if bare in self.yes:
            return True
        return False if bare in self.no else None


def answers(yes: str, no: str) -> Answers:
    """From two lists with bars between the answers."""
    return Answers(frozenset(map(_bare, yes.split("|"))), frozenset(map(_bare, no.split("|"))))
