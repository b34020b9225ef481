"""What a file is, whatever it calls itself: by its first bytes, with its name as a hint between like ones."""

from pathlib import Path

import puremagic

UNKNOWN = "application/octet-stream"
HEAD = 64 * 1024  # bytes that are looked at
SURE = 0.25  # puremagic counts bytes that fit: three or more are enough beside the name
_BETTER = {"text/x-python": "text/plain", "image/x-png": "image/png", "image/pjpeg": "image/jpeg"}


def type_of(path: Path, name: str, announced: str) -> str:
    """A media type. Text is what has no zero byte and is UTF-8 or a Windows code page by its name."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    return _by_magic(head, name) or _as_text(head, announced) or UNKNOWN


def _by_magic(head: bytes, name: str) -> str:
    try:
        found = [match for match in puremagic.magic_string(head) if "/" in match.mime_type and match.confidence >= SURE]
    except (puremagic.PureError, ValueError):
        return ""
    if not found:
        return ""
    extension = Path(name).suffix.lower()
    like = [match for match in found if match.byte_match == found[0].byte_match]
    chosen = next((match for match in like if match.extension.lower() == extension), found[0])
    return _BETTER.get(str(chosen.mime_type), str(chosen.mime_type))[:120]


def _as_text(head: bytes, announced: str) -> str:
    if b"\0" in head or not announced.startswith(("text/", "application/json", "application/xml")):
        return ""
    return announced
