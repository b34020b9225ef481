"""The telephone as a request's channel.

What came in is stored raw first, like a mail: a JSON document made by :func:`pack`, of a missed call (its key is the
call's, so that one call makes one request) or of what a specialist wrote down while talking. What goes out is no
machine's business: the outbox row waits, and a task to call carries it out (``okibi.flows.phone_answer``).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from okibi.channels import document
from okibi.channels.port import Incoming, Outgoing, Party, SendError
from okibi.kernel.sentence import Sentence

FORMAT = "okibi-phone/1"


def pack(*, sender: Party, subject: str, text: str, facts: Mapping[str, str], sent_at: datetime | None = None) -> bytes:
    """The raw bytes of a request by telephone, to give to ``inbox.receive("phone", <its own id>, raw, source, …)``.

    ``sender.address``: the number, E.164 where it is one. ``facts``: kind, product, version, organisation, language,
    licence, ``env_*``. The envelope may name ``call`` (its id), ``person`` (a card that a specialist chose) and
    ``staff``; the document can't.
    """
    return document.pack(FORMAT, sender=sender, subject=subject, text=text, facts=facts, sent_at=sent_at)


class PhoneChannel:
    """kind ``phone``."""

    kind = "phone"
    title = Sentence(ru="Телефон", en="Telephone")
    icon = "phone"
    repeatable = True

    def parse(self, raw: bytes, envelope: Mapping[str, object]) -> Incoming:  # noqa: ARG002
        """Raises UnreadableError for anything that is not a document of a known format."""
        incoming = document.unpack(FORMAT, raw)
        caller = incoming.sender
        return replace(incoming, sender=Party(caller.address[:64], caller.name[:200]), files=(), defects=())

    def new_external_id(self, key: str) -> str:  # noqa: ARG002
        return ""

    def send(self, message: Outgoing) -> str:  # noqa: ARG002
        """Always raises: a specialist says it."""
        raise SendError("a specialist calls and says it", permanent=True)

    def problems(self) -> list[Sentence]:
        return []

    def can_send(self) -> bool:
        return False
