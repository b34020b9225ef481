"""Attachments as values: names that are safe to save under, sizes, digests."""

import hashlib
import mimetypes
import re
import unicodedata

from okibi.channels.email.headers import clean
from okibi.channels.email.values import Attachment, Origin

MAX_NAME = 180  # characters; file systems take 255 bytes, and a Cyrillic letter is two in UTF-8 … so bytes are cut too
_MAX_NAME_BYTES = 240

# Controls, marks that turn the direction of writing (so that "exe.doc" may read "doc.exe"), invisible signs.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffd]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_EXTENSIONS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "text/rfc822-headers": ".txt",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
    "application/pgp-keys": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/ms-tnef": ".dat",
    "application/octet-stream": ".bin",
}
_STEMS = {"image": "image", "message": "message", "text": "text", "audio": "audio", "video": "video"}
_KNOWN_STEMS = {
    "text/calendar": "invite",
    "message/delivery-status": "delivery-status",
    "text/rfc822-headers": "headers",
    "application/pgp-signature": "signature",
    "application/pkcs7-signature": "smime",
    "application/x-pkcs7-signature": "smime",
    "application/pkcs7-mime": "smime",
    "application/x-pkcs7-mime": "smime",
}


def safe_name(name: str) -> str:
    """The name without folders, hidden signs and what file systems refuse; empty when nothing is left.

    Letters are composed (NFC), as macOS sends «й» in two pieces.
    """
    text = unicodedata.normalize("NFC", _HIDDEN.sub("", name.encode("utf-8", "ignore").decode("utf-8")))
    text = re.split(r"[/\\]", text)[-1]
    text = _FORBIDDEN.sub("_", text)
    text = re.sub(r"\s+", " ", text).strip(" .\t")
    if _RESERVED.match(text):
        text = "_" + text
    return _shorten(text)


def _shorten(name: str) -> str:
    if len(name) <= MAX_NAME and len(name.encode()) <= _MAX_NAME_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 16:
        stem, dot, extension = name, "", ""
    room = _MAX_NAME_BYTES - len((dot + extension).encode())
    stem = stem[: MAX_NAME - len(dot + extension)].encode()[:room].decode("utf-8", "ignore")
    return stem.rstrip(" .") + dot + extension


def name_for(type_: str, number: int) -> str:
    """A name for an attachment that came without one: ``image-2.png``."""
    extension = _EXTENSIONS.get(type_) or mimetypes.guess_extension(type_) or ".bin"
    if type_ in _KNOWN_STEMS:
        return _KNOWN_STEMS[type_] + extension
    return f"{_STEMS.get(type_.partition('/')[0], 'attachment')}-{number}{extension}"


def make(
    content: bytes,
    *,
    name: str,
    type_: str,
    number: int,
    inline: bool = False,
    content_id: str | None = None,
    origin: Origin = Origin.PART,
) -> Attachment:
    """An attachment with its name made safe, or made up from its type and ``number`` when it has none."""
    kept = safe_name(name) or name_for(type_, number)
    if origin is Origin.MESSAGE and "." not in kept[-6:]:
        kept = _shorten(kept + ".eml")
    digest = hashlib.sha256(content).hexdigest()
    cid = clean(content_id)[:500] if content_id else None
    return Attachment(kept, clean(type_)[:200], len(content), digest, inline, cid or None, content, origin)


def type_by_name(name: str, type_: str = "application/octet-stream") -> str:
    """The media type that a file's name speaks of, when its sender gave none worth having."""
    return mimetypes.guess_type(name)[0] or type_
