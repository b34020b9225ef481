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
SPOKEN = "phone"  # the channel of a request that came by telephone: what goes out is said by a specialist


@cache
def shape_of(kind: str) -> ExchangeShape:
    """Raises KeyError for a kind that has no accounts."""
    return cast("ExchangeShape", importlib.import_module(EXCHANGES[kind]).SHAPE)


def is_spoken(kind: str) -> bool:
    """Whether what goes out by a channel is said by a specialist."""
    return kind == SPOKEN
