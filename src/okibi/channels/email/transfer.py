"""Content-Transfer-Encoding undone (RFC 2045), however badly it was done."""

import binascii
import re

from okibi.channels.email.defects import Defects
from okibi.channels.email.uuencoded import decode_body

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_SPACE = re.compile(rb"\s+")
_PADDING = re.compile(rb"=+")
_IDENTITY = {"", "7bit", "8bit", "binary", "none", "7-bit", "8-bit", "plain", "text"}


def undo(data: bytes, encoding: str | None, defects: Defects) -> bytes:
    """The bytes that were encoded. Bytes that don't fit their encoding stay as they are, with a defect."""
    name = (encoding or "").strip().strip("\"'").split(";")[0].strip().lower()
    if name in _IDENTITY:
        return data
    if name == "base64":
        return _base64(data, defects)
    if name in ("quoted-printable", "quotedprintable", "quoted_printable", "qp"):
        return binascii.a2b_qp(data)
    if name in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return decode_body(data, defects)
    defects.add("unknown_encoding", name)
    return data


def _base64(data: bytes, defects: Defects) -> bytes:
    compact = data.translate(None, b"\r\n\t ")
    try:
        return binascii.a2b_base64(compact, strict_mode=True)
    except binascii.Error:
        pass
    foreign = len(_NOT_BASE64.findall(compact[:20_000]))
    sample = min(len(compact), 20_000)
    spaces = data[:20_000].count(b" ")
    # Prose has a space in every seventh place, code has none inside its lines.
    if foreign > max(2, sample * 0.05) or (sample > 20 and spaces > sample * 0.12):
        defects.add("bad_base64", "not base64 at all")
        return data
    compact = _NOT_BASE64.sub(b"", compact)
    padded = compact.rstrip(b"=")
    if foreign or len(padded) % 4 == 1 or b"=" in padded:
        defects.add("bad_base64")
    else:
        defects.add("bad_base64", "padding")
    # Several encoded pieces glued together each bring padding of their own.
    return b"".join(_group(group) for group in _PADDING.split(compact))


def _group(group: bytes) -> bytes:
    usable = group[:-1] if len(group) % 4 == 1 else group
    return binascii.a2b_base64(usable + b"=" * (-len(usable) % 4))
