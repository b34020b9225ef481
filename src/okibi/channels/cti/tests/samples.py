"""What the contract of all channels asks of a CTI push."""

from typing import Any

from okibi.channels.port import Party
from tests.exchange_samples import misconfigure as misconfigure
from tests.simulators import cti as vendor

EVENTS_ONLY = True  # it tells of calls: there are no words and no files of anybody's in it
SENDER = Party("+79000000011")
SENTENCE = "Звонит +7 900 000-00-11, Вера"
ADDRESSES = ("+79000000011", "+79000000012", "+79000000013")
UNREADABLE = b"[1]"
outside: Any = None


def plain(text: str, key: str = "1") -> bytes:
    return vendor.event("newCall", "+79000000011", key, user=["Вера"]).body
