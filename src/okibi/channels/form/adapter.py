"""The request form of the public site as a channel: what was filled in is stored raw first, like a mail.

The raw bytes are a JSON document made by :func:`pack`. Files stand in it as references to blobs that were stored before
it (``sha256``), or inside it (``content``, base64). The form has no way back of its own: the answer to a form goes by
e-mail to the address that was given in it, so this channel can never send.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from okibi.channels.clean import json_safe
from okibi.channels.port import Incoming, IncomingFile, Outgoing, Party, SendError, UnreadableError
from okibi.kernel import blobs
from okibi.kernel.models import Blob
from okibi.kernel.sentence import Sentence

FORMAT = "okibi-form/1"
MOST_FILES = 100


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the form, its bytes already kept by ``okibi.kernel.blobs.put``."""

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
    """The raw bytes of a filled-in form, to give to ``inbox.receive("form", <the form's own id>, …)``.

    ``facts``: what was chosen or typed beside the text (class, product, version, licence number …). ``sent_at`` aware.
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


class FormChannel:
    """kind ``form``."""

    kind = "form"
    title = Sentence(ru="Форма на сайте", en="Web form")
    icon = "globe"
    repeatable = False

    def parse(self, raw: bytes, envelope: Mapping[str, object]) -> Incoming:  # noqa: ARG002
        """Raises UnreadableError for anything that is not a form of a known format."""
        try:
            document = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise UnreadableError(f"not a form: {error}"[:300]) from error
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise UnreadableError("not a form of a known format")
        document = _clean(document)
        files, defects = _files(document.get("files"))
        given = document.get("sender")
        sender: dict[str, Any] = given if isinstance(given, dict) else {}
        chosen = document.get("facts")
        facts: dict[str, Any] = chosen if isinstance(chosen, dict) else {}
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

    def new_external_id(self, key: str) -> str:  # noqa: ARG002
        return ""

    def send(self, message: Outgoing) -> str:  # noqa: ARG002
        """Always raises: the answer to a form goes by e-mail."""
        raise SendError("a form has no way back; answer by e-mail", permanent=True)

    def problems(self) -> list[Sentence]:
        return []

    def can_send(self) -> bool:
        return False


def _files(listed: object) -> tuple[list[IncomingFile], list[str]]:
    """The files with their bytes, and words for those whose bytes are lost or broken."""
    files: list[IncomingFile] = []
    defects: list[str] = []
    entries = [entry for entry in listed if isinstance(entry, dict)][:MOST_FILES] if isinstance(listed, list) else []
    known = Blob.objects.in_bulk([_text(entry.get("sha256")) for entry in entries if entry.get("sha256")])
    for entry in entries:
        name = _text(entry.get("name")) or "file"
        content = _content(entry, known)
        if content is None:
            defects.append(f"lost_file: {name[:100]}")
        else:
            files.append(IncomingFile(name, _text(entry.get("type")) or "application/octet-stream", content))
    return files, defects


def _content(entry: Mapping[str, Any], known: Mapping[str, Blob]) -> bytes | None:
    blob = known.get(_text(entry.get("sha256")))
    try:
        if blob is not None:
            return blobs.read(blob)
        return base64.b64decode(_text(entry["content"]), validate=True) if "content" in entry else None
    except (OSError, binascii.Error, ValueError):
        return None


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _clean(document: dict[str, Any]) -> dict[str, Any]:
    """Every text in it storable; a document nested without end is no form. Raises UnreadableError."""
    try:
        cleaned = json_safe(document)
    except RecursionError as error:
        raise UnreadableError("not a form: nested too deep") from error
    return cleaned if isinstance(cleaned, dict) else {}
