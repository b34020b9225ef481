"""What the contract of all channels asks of the web form."""

from typing import Any

from okibi.channels.form.adapter import FORMAT
from okibi.channels.tests import documents

plain = documents.plain(FORMAT)
with_file = documents.with_file(FORMAT)
UNREADABLE = b'{"format": "another"}'
outside = None  # a form has no way back
ADDRESSES = (documents.ANNA.address,)


def misconfigure(settings: Any) -> None:
    """There is nothing to configure."""
