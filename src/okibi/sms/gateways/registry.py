"""Which kinds of gateways there are: kind → its folder. A new driver is a folder and a line here."""

import importlib
from functools import cache
from typing import cast

from okibi.sms.gateways.shape import Shape

GATEWAYS: dict[str, str] = {
    "goip": "okibi.sms.gateways.goip",
    "smpp": "okibi.sms.gateways.smpp",
    "kannel": "okibi.sms.gateways.kannel",
    "android": "okibi.sms.gateways.android",
}


@cache
def shape_of(kind: str) -> Shape:
    """What a gateway of a kind must say (``<folder>/settings_check.SHAPE``). Raises KeyError for an unknown kind."""
    return cast("Shape", importlib.import_module(f"{GATEWAYS[kind]}.settings_check").SHAPE)
