"""What the contract of all channels asks of WhatsApp by the Cloud API."""

from typing import Any

from okibi.channels.port import Party
from tests import messenger_samples
from tests.messenger_samples import SUBJECT as SUBJECT
from tests.messenger_samples import misconfigure as misconfigure
from tests.simulators import whatsapp as vendor

SENDER = Party("+79000000001", "Анна Вольская")
ADDRESSES = ("+79000000001", "+79000000002", "+79000000003")
UNREADABLE = b'{"object": "page", "entry": []}'
FILES: dict[str, bytes] = {}


def plain(text: str, key: str = "1") -> bytes:
    return vendor.webhook(vendor.incoming(f"wamid.{key}", content={"body": text}, name="Анна Вольская"))


def with_file(text: str, name: str, content: bytes) -> bytes:
    FILES["7001"] = content
    file = {"id": "7001", "mime_type": "application/pdf", "filename": name, "caption": text}
    return vendor.webhook(vendor.incoming("wamid.2", "document", file))


def in_a_group(text: str) -> bytes:
    change = vendor.incoming("wamid.3", content={"body": text})
    change["value"]["messages"][0]["group_id"] = "Y2FwaV9ncm91cDox"
    return vendor.webhook(change)


def fetched(adapter: Any, incoming: Any, settings: Any) -> Any:
    return messenger_samples.fetched("whatsapp", vendor.WhatsApp, adapter, incoming, settings, FILES)


def outside(settings: Any) -> Any:
    return messenger_samples.world("whatsapp", vendor.WhatsApp, settings)
