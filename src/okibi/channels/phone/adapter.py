"""The telephone as a request's channel.

What came in is stored raw first, like a mail: a JSON document made by :func:`pack`, of a missed call (its key is the
call's, so that one call makes one request) or of what a specialist wrote down while talking. What goes out is no
machine's business: the outbox row waits, and a task to call carries it out (``okibi.flows.phone_answer``).
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from okibi.channels.clean import json_safe
from okibi.channels.port import Incoming, Outgoing, Party, SendError, UnreadableError
from okibi.kernel.sentence import Sentence

FORMAT = "okibi-phone/1"


def pack(*, sender: Party, subject: str, text: str, facts: Mapping[str, str], sent_at: datetime | None = None) -> bytes:
    """The raw bytes of a request by telephone, to give to ``inbox.receive("phone", <its own id>, raw, source, …)``.

    ``sender.address``: the number, E.164 where it is one. ``facts``: kind, product, version, organisation, language,
    licence, ``env_*``. The envelope may name ``call`` (its id), ``person`` (a card that a specialist chose) and
    ``staff``; the document can't.
    """
    document = {
        "format": FORMAT,
        "sender": {"name": sender.name, "address": sender.address},
        "subject": subject,
        "text": text,
        "facts": dict(facts),
        "sent_at": sent_at.isoformat() if sent_at else None,
    }
    return json.dumps(json_safe(document), ensure_ascii=False).encode()


class PhoneChannel:
    """kind ``phone``."""

    kind = "phone"
    title = Sentence(ru="Телефон", en="Telephone")
    icon = "phone"
    repeatable = True

    def parse(self, raw: bytes, envelope: Mapping[str, object]) -> Incoming:  # noqa: ARG002
        """Raises UnreadableError for anything that is not a document of a known format."""
        try:
            document = json_safe(json.loads(raw))
        except (ValueError, RecursionError) as error:
            raise UnreadableError(f"no request by telephone: {error}"[:300]) from error
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise UnreadableError("no request by telephone of a known format")
        sender, facts = _table(document.get("sender")), _table(document.get("facts"))
        text = _text(document.get("text"))
        return Incoming(
            sender=Party(_text(sender.get("address")).strip()[:64], _text(sender.get("name")).strip()[:200]),
            subject=_text(document.get("subject")).strip(),
            text=text,
            reply=text,
            sent_at=_moment(document.get("sent_at")),
            facts={key: value for key, value in facts.items() if isinstance(value, str)},
        )

    def new_external_id(self, key: str) -> str:  # noqa: ARG002
        return ""

    def send(self, message: Outgoing) -> str:  # noqa: ARG002
        """Always raises: a specialist says it."""
        raise SendError("a specialist calls and says it", permanent=True)

    def problems(self) -> list[Sentence]:
        return []

    def can_send(self) -> bool:
        return False


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
