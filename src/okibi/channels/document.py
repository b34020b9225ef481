"""What a person filled in in a form of ours, as raw bytes: a JSON document that ИПВ, the site and the telephone share.

Its files were stored before it and stand in it by their SHA-256 (``sha256``): it is taken in without reading them.
A file within it (``content``, base64) is understood as well. Which channel it is of is told by its ``format``.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from okibi.channels.clean import json_safe
from okibi.channels.port import Incoming, IncomingFile, Party, UnreadableError
from okibi.kernel.models import Blob

MOST_FILES = 100


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file whose bytes are kept already by ``okibi.kernel.blobs``."""

    name: str
    type: str
    sha256: str


def pack(
    kind: str,
    *,
    sender: Party,
    subject: str,
    text: str,
    facts: Mapping[str, str],
    files: Sequence[StoredFile] = (),
    sent_at: datetime | None = None,
) -> bytes:
    """The raw bytes of a document of that format, to give to ``inbox.receive``.

    ``facts``: what was chosen or typed beside the text (class, product, version, licence number, ``env_*``);
    ``sent_at``: when it was written, aware.
    """
    document = {
        "format": kind,
        "sender": {"name": sender.name, "address": sender.address},
        "subject": subject,
        "text": text,
        "facts": dict(facts),
        "files": [{"name": file.name, "type": file.type, "sha256": file.sha256} for file in files],
        "sent_at": sent_at.isoformat() if sent_at else None,
    }
    return json.dumps(json_safe(document), ensure_ascii=False).encode()


def unpack(kind: str, raw: bytes) -> Incoming:
    """Raises UnreadableError for anything but a document of that format; wrong shapes in it are empty values."""
    try:
        document = json_safe(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"not a document of {kind}: {error}"[:300]) from error
    if not isinstance(document, dict) or document.get("format") != kind:
        raise UnreadableError(f"not a document of {kind}")
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
