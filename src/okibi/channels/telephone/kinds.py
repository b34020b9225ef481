"""Which exchanges there are: kind → the folder whose ``settings_check.SHAPE`` says what an account needs."""

import importlib
from functools import cache
from typing import cast

from okibi.channels.telephone.shape import ExchangeShape

EXCHANGES: dict[str, str] = {
    "cti": "okibi.channels.cti.settings_check",
    "mango": "okibi.channels.mango.settings_check",
    "megafon": "okibi.channels.megafon.settings_check",
    "zadarma": "okibi.channels.zadarma.settings_check",
}
SPOKEN = "phone"  # the channel by which a specialist says what goes out
BY_VOICE = frozenset({SPOKEN, "sip"})  # channels of requests that came by telephone


@cache
def shape_of(kind: str) -> ExchangeShape:
    """Raises KeyError for a kind that has no accounts."""
    return cast("ExchangeShape", importlib.import_module(EXCHANGES[kind]).SHAPE)


def is_spoken(kind: str) -> bool:
    """Whether a request of this channel is answered by a call."""
    return kind in BY_VOICE
