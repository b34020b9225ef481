"""What the contract of all channels asks of Telegram."""

import json
from typing import Any

from okibi.channels.port import Party
from tests import messenger_samples
from tests.messenger_samples import SUBJECT as SUBJECT
from tests.messenger_samples import misconfigure as misconfigure
from tests.simulators import telegram as vendor

SENDER = Party("900001", "Анна Вольская")
ADDRESSES = ("900001", "900002", "900003")
UNREADABLE = b'{"ok": true}'
FILES: dict[str, bytes] = {}


def plain(text: str, key: str = "1") -> bytes:
    return json.dumps(vendor.update(int(key), text=text)).encode()


def with_file(text: str, name: str, content: bytes) -> bytes:
    FILES["BQAC1"] = content
    file = {"file_id": "BQAC1", "file_name": name, "mime_type": "application/pdf", "file_size": len(content)}
    return vendor.body(vendor.update(2, caption=text, document=file))


def in_a_group(text: str) -> bytes:
    document = vendor.update(3, text=text)
    document["message"]["chat"] = {"id": -100, "type": "supergroup", "title": "Наш двор"}
    return json.dumps(document).encode()


def fetched(adapter: Any, incoming: Any, settings: Any) -> Any:
    return messenger_samples.fetched("telegram", vendor.Telegram, adapter, incoming, settings, FILES)


def outside(settings: Any) -> Any:
    return messenger_samples.world("telegram", vendor.Telegram, settings)
