"""What the contract of all channels asks of GREEN-API."""

import json
from typing import Any

from okibi.channels.port import Party
from tests import messenger_samples
from tests.messenger_samples import SUBJECT as SUBJECT
from tests.messenger_samples import misconfigure as misconfigure
from tests.simulators import greenapi as vendor

SENDER = Party("+79000000001", "Анна Вольская")
ADDRESSES = ("+79000000001", "+79000000002", "+79000000003")
UNREADABLE = b'{"type": "another"}'
FILES: dict[str, bytes] = {}


def plain(text: str, key: str = "1") -> bytes:
    document = vendor.message(f"F7AE{key}", data={"textMessageData": {"textMessage": text}})
    return json.dumps(document | {"senderData": document["senderData"] | {"senderName": "Анна Вольская"}}).encode()


def with_file(text: str, name: str, content: bytes) -> bytes:
    FILES["f1"] = content
    file = {
        "downloadUrl": "http://vendor.invalid/files/f1",
        "fileName": name,
        "mimeType": "application/pdf",
        "caption": text,
    }
    return vendor.body(vendor.message("F7AE2", "documentMessage", {"fileMessageData": file}))


def in_a_group(text: str) -> bytes:
    document = vendor.message("F7AE3", data={"textMessageData": {"textMessage": text}})
    document["senderData"] |= {"chatId": "79000000001-1581234048@g.us", "chatName": "Наш двор"}
    return json.dumps(document).encode()


def fetched(adapter: Any, incoming: Any, settings: Any) -> Any:
    return messenger_samples.fetched("greenapi", vendor.GreenApi, adapter, incoming, settings, FILES)


def outside(settings: Any) -> Any:
    return messenger_samples.world("greenapi", vendor.GreenApi, settings)
