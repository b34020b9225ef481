"""ИПВ as a channel: what an application sent is stored raw first, like a mail; it fetches the answer by itself.

The raw bytes are a document made by :data:`pack`. An answer is with the requester as soon as it is committed: the
device reads it by the API. So sending does nothing that could fail; a push that wakes the device is a flow's business
(``okibi.flows.ipv_push``), and where nobody reads it, e-mail follows (``okibi.flows.ipv_fallback``).
"""

import hashlib
from collections.abc import Mapping
from functools import partial

from okibi.channels import document
from okibi.channels.document import StoredFile
from okibi.channels.port import Incoming, Outgoing
from okibi.kernel.sentence import Sentence

__all__ = ["FORMAT", "IpvChannel", "StoredFile", "pack"]

FORMAT = "okibi-ipv/1"
# For ``inbox.receive("ipv", <device and key>, …)``; the fact ``ticket_token`` where it goes on with a request.
pack = partial(document.pack, FORMAT)


class IpvChannel:
    """kind ``ipv``."""

    kind = "ipv"
    title = Sentence(ru="ИПВ", en="IPV, in the application")
    icon = "message-circle"
    repeatable = True

    def parse(self, raw: bytes, envelope: Mapping[str, object]) -> Incoming:  # noqa: ARG002
        """Raises UnreadableError for anything that is not a document of a known format."""
        return document.unpack(FORMAT, raw)

    def new_external_id(self, key: str) -> str:
        return f"ipv:{hashlib.sha256(key.encode()).hexdigest()[:32]}"

    def send(self, message: Outgoing) -> str:
        """Nothing to hand over: the application fetches what is committed."""
        return message.external_id or self.new_external_id(f"{message.recipient.address}:{message.text}")

    def problems(self) -> list[Sentence]:
        return []

    def can_send(self) -> bool:
        return True
