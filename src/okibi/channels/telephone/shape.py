"""What an account of an exchange must say: each adapter's ``settings_check.py`` has one ``SHAPE``. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from okibi.channels.messenger.shape import Option


@dataclass(frozen=True, slots=True)
class ExchangeShape:
    """One kind of account. ``secrets``: name → needed; each may be a file, an environment name, or stand in place."""

    kind: str
    secrets: Mapping[str, bool]
    options: Mapping[str, Option] = field(default_factory=dict)
