"""One thing that ``okibi doctor`` looked at."""

from dataclasses import dataclass
from enum import StrEnum

from okibi.kernel.sentence import Sentence


class State(StrEnum):
    """How a thing is: well, worth a look (works in part), or wrong (does not work)."""

    OK = "ok"
    NOTICE = "notice"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    subject: str
    state: State
    sentence: Sentence
