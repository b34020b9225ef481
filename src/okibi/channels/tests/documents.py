"""What the contract of all channels asks of those that read a document of ours: the samples of ИПВ and of the form."""

import base64
import json
from collections.abc import Callable

from okibi.channels.document import pack
from okibi.channels.port import Party

ANNA = Party("anna@example.org", "Анна Вольская")


def plain(kind: str) -> Callable[..., bytes]:
    def packed(text: str, key: str = "1") -> bytes:
        return pack(kind, sender=ANNA, subject="Ошибка E-17", text=text, facts={"key": key, "kind": "incident"})

    return packed


def with_file(kind: str) -> Callable[[str, str, bytes], bytes]:
    def packed(text: str, name: str, content: bytes) -> bytes:
        file = {"name": name, "type": "application/pdf", "content": base64.b64encode(content).decode()}
        sender = {"name": ANNA.name, "address": ANNA.address}
        document = {"format": kind, "sender": sender, "subject": "file", "text": text, "files": [file]}
        return json.dumps(document).encode()

    return packed
