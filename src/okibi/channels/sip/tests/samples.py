"""What the contract of all channels asks of the voice mail."""

import json
from typing import Any

from okibi.channels.port import Incoming, IncomingFile, Party
from okibi.channels.sip.document import Call, Recording, pack
from okibi.kernel import blobs

SENDER = Party("+79000000021", "Анна Вольская")
SUBJECT = ""


def call(**changed: Any) -> Call:
    known = {"call_id": "8f2c-1@192.0.2.7", "caller": "79000000021", "name": "Анна Вольская", "called": "78000000001"}
    known |= {"peer": "192.0.2.7", "verified": True, "open": False}
    known |= {"began": "2026-11-04T20:10:05+00:00", "ended": "2026-11-04T20:10:50+00:00", "why": "caller"}
    return Call(**(known | changed))


def plain(text: str, key: str = "1") -> bytes:
    return pack(call(call_id=key), Recording("", 0.0, 0.0), text)


def with_file(text: str, name: str, content: bytes) -> bytes:
    document = json.loads(plain(text))
    file = {"name": name, "type": "application/pdf", "sha256": blobs.put(content).sha256}
    return json.dumps(document | {"files": [file]}).encode()


def fetched(_adapter: Any, incoming: Incoming, _settings: Any) -> list[IncomingFile]:
    """The files are blobs that were stored before the document."""
    return [
        IncomingFile(file.name, file.type, blobs.read(blobs.stored(file.stored)), stored=file.stored)
        for file in incoming.files
    ]


UNREADABLE = b'{"format": "okibi-form/1"}'
outside = None  # a call is answered by a call
ADDRESSES = ("+79000000021",)


def misconfigure(settings: Any) -> None:
    settings.OKIBI_SIP_INLET = "nowhere"
