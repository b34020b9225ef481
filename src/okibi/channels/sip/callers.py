"""Who calls and whom: from the headers of an INVITE (RFC 3261; RFC 3325: P-Asserted-Identity; RFC 3966: tel:)."""

import re
from urllib.parse import unquote

from aiosipua.headers import parse_address
from aiosipua.message import SipRequest

from okibi.channels.clean import text_safe

_USER = re.compile(r"sips?:([^@;?>\s]+)(?:;[^@>\s]*)?@|tel:([^;?>\s]+)", re.IGNORECASE)
_HIDDEN = frozenset({"anonymous", "unavailable", "unknown", "restricted", "private"})
LONGEST = 80  # characters of a number or a name


def caller_of(request: SipRequest, *, trusted: bool) -> tuple[str, str]:
    """Number as it was given and display name; both "" for who hides them. A trunk's assertion counts first."""
    asserted = request.headers.get("p-asserted-identity") if trusted else []
    for header in [*asserted, *request.headers.get("from")]:
        number = _user(header)
        if number:
            name = _name(header)
            return number, "" if name == number or name.lower() in _HIDDEN else name
    return "", ""


def called_of(request: SipRequest) -> str:
    """The number that was called, as the trunk gave it."""
    return _user(request.uri) or _user(request.headers.get_first("to") or "")


def _user(header: str) -> str:
    match = _USER.search(header)
    user = text_safe(unquote(match[1] or match[2])).strip()[:LONGEST] if match else ""
    return "" if user.lower() in _HIDDEN else user


def _name(header: str) -> str:
    try:
        return text_safe(parse_address(header).display_name or "").strip()[:LONGEST]
    except (ValueError, IndexError):
        return ""
