"""What the contract of all channels asks of ИПВ."""

from typing import Any

from okibi.channels.ipv.adapter import FORMAT
from okibi.channels.tests import documents

plain = documents.plain(FORMAT)
with_file = documents.with_file(FORMAT)
UNREADABLE = b'{"format": "okibi-form/1"}'
outside = None  # nothing is handed over …
FETCHED = True  # … the application fetches what is committed
ADDRESSES = ("d0123456789a",)


def misconfigure(settings: Any) -> None:
    """There is nothing to configure."""
