"""What the contract of all channels asks of the web form."""

import base64
import json
from typing import Any

from okibi.channels.form.adapter import FORMAT, pack
from okibi.channels.port import Party

ANNA = Party("anna@example.org", "Анна Вольская")


def plain(text: str, key: str = "1") -> bytes:
    return pack(sender=ANNA, subject="Ошибка E-17", text=text, facts={"form": key, "kind": "incident"})


def with_file(text: str, name: str, content: bytes) -> bytes:
    file = {"name": name, "type": "application/pdf", "content": base64.b64encode(content).decode()}
    sender = {"name": ANNA.name, "address": ANNA.address}
    return json.dumps({"format": FORMAT, "sender": sender, "subject": "file", "text": text, "files": [file]}).encode()


UNREADABLE = b'{"format": "another"}'
outside = None  # a form has no way back
ADDRESSES = (ANNA.address,)


def misconfigure(settings: Any) -> None:
    """There is nothing to configure."""
