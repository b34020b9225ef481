"""What a gateway's table in the file must and may say."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from okibi.kernel.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Option:
    """One key: a pattern, and in words what is right."""

    pattern: str
    what: Sentence
    needed: bool = False
    default: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """``line_passwords``: each line has a password, or its gateway one for all. ``secrets``: key → needed."""

    kind: str
    title: Sentence
    options: Mapping[str, Option] = field(default_factory=dict)
    secrets: Mapping[str, bool] = field(default_factory=dict)
    line_passwords: bool = False
