"""What makes a mail one and the same, whichever inlet it came by."""

import hashlib
import re

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_SPACE = re.compile(rb"\s+")
_ID = re.compile(rb"<[^<>\s]{1,500}>")
_COMPARED = (b"from", b"date", b"subject")
_LONGEST_ID = 120  # characters of the Message-ID kept in the key; the hash behind it tells long ones apart


def external_id(raw: bytes) -> str:
    """The inbox key of a mail: its Message-ID and a hash of what its author wrote.

    The same mail fetched by IMAP and piped by the mail server differs in Received and other trace headers and in line
    ends only, so those do not count. A Message-ID alone is not enough: broken mailers and spam repeat one with another
    content, and that must not be lost; such a mail gets another hash and stays. A mail without a Message-ID is known by
    all of its bytes: two reports of a machine may differ in nothing but the trace.
    """
    match = _BLANK_LINE.search(raw)
    head, body = (raw[: match.start()], raw[match.end() :]) if match else (raw, b"")
    headers = _headers(head)
    message_id = _ID.search(headers.get(b"message-id", b""))
    if message_id is None:
        return f"sha256:{hashlib.sha256(raw).hexdigest()}"
    digest = hashlib.sha256()
    digest.update(message_id[0])
    for name in _COMPARED:
        digest.update(b"\0" + headers.get(name, b""))
    digest.update(b"\0" + body.replace(b"\r\n", b"\n").rstrip(b"\n"))
    return f"{message_id[0].decode('ascii', 'replace')[:_LONGEST_ID]}#{digest.hexdigest()[:32]}"


def _headers(head: bytes) -> dict[bytes, bytes]:
    """The first header of each name, unfolded, white space made single."""
    found: dict[bytes, bytes] = {}
    for line in _FOLD.sub(b" ", head).splitlines():
        name, colon, value = line.partition(b":")
        if colon:
            found.setdefault(name.strip().lower(), _SPACE.sub(b" ", value).strip())
    return found
