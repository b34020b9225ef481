"""What the contract of all channels asks of Wazzup24."""

import json
from typing import Any
from urllib.parse import quote

from okibi.channels.port import Party
from tests import messenger_samples
from tests.messenger_samples import SUBJECT as SUBJECT
from tests.messenger_samples import misconfigure as misconfigure
from tests.simulators import wazzup as vendor

SENDER = Party("+79000000001", "Анна Вольская")
ADDRESSES = ("+79000000001", "+79000000002", "+79000000003")
UNREADABLE = b'{"contacts": []}'
FILES: dict[str, bytes] = {}


def plain(text: str, key: str = "1") -> bytes:
    document = {"messages": [vendor.message(f"0000-{key}", text=text, contact={"name": "Анна Вольская"})]}
    return json.dumps(document).encode()


def with_file(text: str, name: str, content: bytes) -> bytes:
    FILES["f1"] = content
    uri = f"http://vendor.invalid/files/f1/{quote(name)}"
    return vendor.body(vendor.message("0000-2", type="document", contentUri=uri, text=text))


def in_a_group(text: str) -> bytes:
    chat = {"chatType": "whatsgroup", "chatId": "120363041234567890", "contact": {"name": "Наш двор"}}
    return vendor.body(vendor.message("0000-3", text=text, authorName="Анна", **chat))


def fetched(adapter: Any, incoming: Any, settings: Any) -> Any:
    return messenger_samples.fetched("wazzup", vendor.Wazzup, adapter, incoming, settings, FILES)


def outside(settings: Any) -> Any:
    return messenger_samples.world("wazzup", vendor.Wazzup, settings)
