"""ИПВ as a channel: what an application sent is stored raw first, like a mail; it fetches the answer by itself.

The raw bytes are a JSON document made by :func:`pack`. An answer is with the requester as soon as it is committed: the
device reads it by the API. So sending does nothing that could fail; a push that wakes the device is a flow's business
(``okibi.flows.ipv_push``), and where nobody reads it, e-mail follows (``okibi.flows.ipv_fallback``).
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from okibi.channels.clean import json_safe
from okibi.channels.port import Incoming, IncomingFile, Outgoing, Party, UnreadableError
from okibi.kernel.models import Blob
from okibi.kernel.sentence import Sentence

FORMAT = "okibi-ipv/1"
MOST_FILES = 100


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a request, its bytes already kept by ``okibi.kernel.blobs``."""

    name: str
    type: str
    sha256: str


def pack(
    *,
    sender: Party,
    subject: str,
    text: str,
    facts: Mapping[str, str],
    files: Sequence[StoredFile] = (),
    sent_at: datetime | None = None,
) -> bytes:
    """The raw bytes of a request or of more on one, to give to ``inbox.receive("ipv", <device and key>, …)``.

    ``facts``: class, product, version, language, ``env_*``; ``ticket_token`` where it goes on with a request.
    ``sent_at``: when it was written, aware.
    """
    document = {
        "format": FORMAT,
        "sender": {"name": sender.name, "address": sender.address},
        "subject": subject,
        "text": text,
        "facts": dict(facts),
        "files": [{"name": file.name, "type": file.type, "sha256": file.sha256} for file in files],
        "sent_at": sent_at.isoformat() if sent_at else None,
    }
    return json.dumps(json_safe(document), ensure_ascii=False).encode()


class IpvChannel:
    """kind ``ipv``."""

    kind = "ipv"
    title = Sentence(ru="ИПВ", en="IPV, in the application")
    icon = "message-circle"
    repeatable = True

    def parse(self, raw: bytes, envelope: Mapping[str, object]) -> Incoming:  # noqa: ARG002
        """Raises UnreadableError for anything that is not a document of a known format."""
        try:
            document = json_safe(json.loads(raw))
        except (ValueError, RecursionError) as error:
            raise UnreadableError(f"not an ИПВ document: {error}"[:300]) from error
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise UnreadableError("not an ИПВ document of a known format")
        files, defects = _files(document.get("files"))
        sender, facts = _table(document.get("sender")), _table(document.get("facts"))
        text = _text(document.get("text"))
        return Incoming(
            sender=Party(_text(sender.get("address")).strip(), _text(sender.get("name")).strip()),
            subject=_text(document.get("subject")).strip(),
            text=text,
            reply=text,
            sent_at=_moment(document.get("sent_at")),
            files=tuple(files),
            defects=tuple(defects),
            facts={key: value for key, value in facts.items() if isinstance(value, str)},
        )

    def new_external_id(self, key: str) -> str:
        return f"ipv:{hashlib.sha256(key.encode()).hexdigest()[:32]}"

    def send(self, message: Outgoing) -> str:
        """Nothing to hand over: the application fetches what is committed."""
        return message.external_id or self.new_external_id(f"{message.recipient.address}:{message.text}")

    def problems(self) -> list[Sentence]:
        return []

    def can_send(self) -> bool:
        return True


def _files(listed: object) -> tuple[list[IncomingFile], list[str]]:
    """The files, those already stored by reference, and words for those that are lost or broken."""
    files: list[IncomingFile] = []
    defects: list[str] = []
    entries = [entry for entry in listed if isinstance(entry, dict)][:MOST_FILES] if isinstance(listed, list) else []
    wanted = [_text(entry.get("sha256")) for entry in entries if entry.get("sha256")]
    known = Blob.objects.defer("data").in_bulk(wanted) if wanted else {}
    for entry in entries:
        name, media = _text(entry.get("name")) or "file", _text(entry.get("type")) or "application/octet-stream"
        stored = known.get(_text(entry.get("sha256")))
        if stored is not None:
            files.append(IncomingFile(name, media, b"", stored=stored.sha256))
        elif (content := _content(entry)) is not None:
            files.append(IncomingFile(name, media, content))
        else:
            defects.append(f"lost_file: {name[:100]}")
    return files, defects


def _content(entry: Mapping[str, Any]) -> bytes | None:
    try:
        return base64.b64decode(_text(entry["content"]), validate=True) if "content" in entry else None
    except (binascii.Error, ValueError):
        return None


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
