"""What the contract of all channels asks of ИПВ."""

import base64
import json
from typing import Any

from okibi.channels.ipv.adapter import FORMAT, pack
from okibi.channels.port import Party

ANNA = Party("anna@example.org", "Анна Вольская")


def plain(text: str, key: str = "1") -> bytes:
    return pack(sender=ANNA, subject="Ошибка E-17", text=text, facts={"key": key, "kind": "incident"})


def with_file(text: str, name: str, content: bytes) -> bytes:
    file = {"name": name, "type": "application/pdf", "content": base64.b64encode(content).decode()}
    sender = {"name": ANNA.name, "address": ANNA.address}
    return json.dumps({"format": FORMAT, "sender": sender, "subject": "file", "text": text, "files": [file]}).encode()


UNREADABLE = b'{"format": "okibi-form/1"}'
outside = None  # nothing is handed over …
FETCHED = True  # … the application fetches what is committed
ADDRESSES = ("d0123456789a",)


def misconfigure(settings: Any) -> None:
    """There is nothing to configure."""
