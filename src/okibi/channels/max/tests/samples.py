"""What the contract of all channels asks of MAX."""

import json
from typing import Any

from okibi.channels.port import Party
from tests import messenger_samples
from tests.messenger_samples import SUBJECT as SUBJECT
from tests.messenger_samples import misconfigure as misconfigure
from tests.simulators import max as vendor

SENDER = Party("500001", "Анна Вольская")
ADDRESSES = ("500001", "500002", "500003")
UNREADABLE = b'{"ok": true}'
FILES: dict[str, bytes] = {}


def plain(text: str, key: str = "1") -> bytes:
    return json.dumps(vendor.created(f"mid.{key}", text)).encode()


def with_file(text: str, name: str, content: bytes) -> bytes:
    FILES["f1"] = content
    payload = {"url": "http://vendor.invalid/files/f1", "token": "f1"}
    file = {"type": "file", "payload": payload, "filename": name, "size": len(content)}
    return vendor.body(vendor.created("mid.2", text, attachments=[file]))


def in_a_group(text: str) -> bytes:
    document = vendor.created("mid.3", text)
    document["message"]["recipient"] = {"chat_id": -7, "chat_type": "chat"}
    return json.dumps(document).encode()


def fetched(adapter: Any, incoming: Any, settings: Any) -> Any:
    return messenger_samples.fetched("max", vendor.Max, adapter, incoming, settings, FILES)


def outside(settings: Any) -> Any:
    return messenger_samples.world("max", vendor.Max, settings)
