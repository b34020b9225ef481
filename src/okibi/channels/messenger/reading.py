"""Taking values out of foreign JSON: whatever is there, a value of the asked kind comes out. Pure."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from okibi.channels.messenger.values import Correspondent, Network, Notice, Told
from okibi.policy.phone_numbers import PhoneNumberError, parse_phone

_VCARD_NAME = re.compile(r"^FN[^:\n]*:(.+?)\s*$", re.MULTILINE | re.IGNORECASE)
_VCARD_PHONE = re.compile(r"^TEL[^:\n]*:(.+?)\s*$", re.MULTILINE | re.IGNORECASE)
_LATEST = 253_402_300_799  # 9999-12-31T23:59:59Z


def table(value: object) -> Mapping[str, Any]:
    """A JSON object, or an empty one."""
    return value if isinstance(value, dict) else {}


def tables(value: object) -> Sequence[Mapping[str, Any]]:
    """The objects of a JSON array, or none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: object) -> str:
    """A string; a number is its digits (ids come as either); anything else is ""."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def number(value: object) -> float | None:
    """A JSON number, or None."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def size(value: object) -> int | None:
    """Bytes, or None where that is no size."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def moment(seconds: object) -> datetime | None:
    """Unix seconds (a number or its digits) as an aware moment in UTC."""
    said = text(seconds)
    if not said.isascii() or not said.isdigit() or len(said) > 12 or int(said) > _LATEST:
        return None
    return datetime.fromtimestamp(int(said), UTC)


def moment_of_ms(milliseconds: object) -> datetime | None:
    """Unix milliseconds as an aware moment in UTC."""
    return moment(milliseconds // 1000) if isinstance(milliseconds, int) and milliseconds >= 0 else None


def moment_of_iso(value: object) -> datetime | None:
    """An ISO 8601 time with its zone as an aware moment."""
    try:
        found = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None and 1 < found.year < 9999 else None


def e164(digits: object) -> str:
    """A number as messengers write it ("79000000001", "+7 900 …") as E.164; "" where it is none."""
    said = text(digits).strip()
    if not said or len(said) > 40:
        return ""
    try:
        return parse_phone(said if said.startswith("+") else f"+{said}").e164
    except PhoneNumberError:
        return ""


def hex_digest(value: object) -> str:
    """A SHA-256 in hex, whether the vendor writes hex or base64 (as Meta's webhooks do); "" for anything else."""
    said = text(value).strip()
    if len(said) == 64:
        try:
            return bytes.fromhex(said).hex()
        except ValueError:
            return ""
    try:
        raw = base64.b64decode(said, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return raw.hex() if len(raw) == 32 else ""


def safe_name(value: object, fallback: str) -> str:
    """A file name without folders and control characters."""
    said = text(value).replace("\\", "/").rpartition("/")[2]
    clean = "".join(character for character in said if character.isprintable()).strip(" .")
    return clean[:255] or fallback


def in_a_group(network: Network, at: datetime | None = None) -> Told:
    """What is written where several people read along: kept, and nobody is answered there, for what is a person's own
    must not stand before others, and a group is nobody's identity.
    """
    return Told(Correspondent(network, ""), at=at, event=Notice("in a group"))


def vcard_name(card: str) -> str:
    """The name in a vCard (RFC 6350), or ""."""
    return next(iter(_VCARD_NAME.findall(card)), "")


def vcard_phones(card: str) -> tuple[str, ...]:
    """The telephones in a vCard, each as E.164 where it is one."""
    return tuple(e164(each) or each for each in _VCARD_PHONE.findall(card))
