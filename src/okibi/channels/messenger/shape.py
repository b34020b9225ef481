"""What an account of a messenger must say: each adapter's ``settings_check.py`` has one ``SHAPE``. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from okibi.kernel.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Option:
    """One key of an account: what it must look like and what to say of one that does not."""

    pattern: str
    what: Sentence
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """What the messenger takes. Characters; bytes by the beginning of the media type ("image/"); "" is everything else.

    ``per_second``: messages of one account; ``pair``: messages to one person in so many seconds; ``window``: see
    :mod:`okibi.channels.messenger.window`.
    """

    text: int
    caption: int
    sizes: Mapping[str, int]
    per_second: int
    pair: tuple[int, int] | None = None
    window: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of account. ``secrets`` may each be given as a file, as an environment name, or in place.

    ``media_hosts``: ends of host names to which the account's token may go beside the base address's own host.
    """

    kind: str
    base_url: str  # "" where it differs from account to account
    options: Mapping[str, Option]
    secrets: Mapping[str, bool]  # name → needed
    limits: Limits
    flags: tuple[str, ...] = ()
    templates: bool = False
    media_hosts: tuple[str, ...] = ()
    signed_by: tuple[str, ...] = field(default=())  # secrets without which no push can be believed


DIGITS = Sentence("нужны только цифры", "digits only are needed")
UUID = Sentence("нужен идентификатор вида 00000000-0000-…", "an id like 00000000-0000-… is needed")
UUID_PATTERN = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
MB = 1024 * 1024
