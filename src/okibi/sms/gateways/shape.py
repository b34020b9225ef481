"""What a gateway's table in the file must and may say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from okibi.kernel.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Option:
    """One key: a pattern, and in words what is right."""

    pattern: str
    what: Sentence
    needed: bool = False
    default: str = ""


LINE_NAME = Option(
    r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
    Sentence("нужны латинские буквы, цифры, точка, дефис", "Latin letters, digits, dots and hyphens are needed"),
    needed=True,
)
YES_OR_NO = Sentence("yes или no", "yes or no")


def yes_or_no(default: str) -> Option:
    """A switch, written as a word."""
    return Option("yes|no", YES_OR_NO, default=default)


@dataclass(frozen=True, slots=True)
class Shape:
    """``line_passwords``: each line has a password, or its gateway one for all. ``secrets``: key → needed.

    ``place``: the option that is the gateway's address. ``listens``: it comes to us, so the file may say from where
    (``sources``). ``pushes``: it calls ``/hooks/sms/<name>`` (``<folder>/pushes.read``). ``pace``: seconds between two
    SMS of a line that says nothing of it.

    ``reports_within``: how long a reference names one SMS only. ``repeats_within``: how long an event's id does.
    """

    kind: str
    title: Sentence
    options: Mapping[str, Option] = field(default_factory=dict)
    secrets: Mapping[str, bool] = field(default_factory=dict)
    line_passwords: bool = False
    line_name: Option = LINE_NAME
    place: str = "listen"
    listens: bool = True
    pushes: bool = False
    pace: float = 3.0
    reports_within: timedelta = timedelta(hours=1)
    repeats_within: timedelta = timedelta(minutes=10)
