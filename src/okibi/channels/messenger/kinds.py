"""Which kinds of accounts there are: kind → the folder whose ``settings_check.SHAPE`` says what an account needs."""

import importlib
from functools import cache
from typing import cast

from okibi.channels.messenger.shape import Shape

MESSENGERS: dict[str, str] = {
    "whatsapp": "okibi.channels.whatsapp.settings_check",
    "greenapi": "okibi.channels.greenapi.settings_check",
    "wazzup": "okibi.channels.wazzup.settings_check",
    "max": "okibi.channels.max.settings_check",
    "telegram": "okibi.channels.telegram.settings_check",
}


@cache
def shape_of(kind: str) -> Shape:
    """Raises KeyError for a kind that has no accounts."""
    return cast("Shape", importlib.import_module(MESSENGERS[kind]).SHAPE)


def is_messenger(kind: str) -> bool:
    """Whether a channel is one of the messengers."""
    return kind in MESSENGERS
