"""What the contract of all channels asks of requests by telephone."""

from typing import Any

from okibi.channels.phone.adapter import pack
from okibi.channels.port import Party

SENDER = Party("+79000000011", "Анна Вольская")
ADDRESSES = ("+79000000011", "+79000000012", "+79000000013")
UNREADABLE = b'{"format": "okibi-phone/9"}'
WITHOUT_FILES = True  # who speaks sends none
outside: Any = None


def plain(text: str, key: str = "1") -> bytes:
    return pack(sender=SENDER, subject="Ошибка E-17", text=text, facts={})


def misconfigure(settings: Any) -> None:
    """There is nothing to set."""
