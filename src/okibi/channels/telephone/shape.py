"""What an account of an exchange must say: each adapter's ``settings_check.py`` has one ``SHAPE``. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from okibi.channels.messenger.shape import Option


@dataclass(frozen=True, slots=True)
class ExchangeShape:
    """One kind of account. ``secrets``: name → needed; each may be a file, an environment name, or stand in place.

    A secret that is not needed serves what we ask of the exchange (``telephone.asking``).
    """

    kind: str
    secrets: Mapping[str, bool]
    options: Mapping[str, Option] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()  # secrets that we make up and tell the exchange: nobody but us makes them long
    base_url: str = ""  # of what we ask; "" where it differs from account to account
