"""What was read in a file. Made by the limited process: every value is checked before it is taken."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

LONGEST = 300  # characters of a text that a stranger's file brought
MOST = 20  # values of a list
_HEX = re.compile(r"[0-9a-f]{64}")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Facts:
    """What one file says of itself; "" and 0: nothing was said. ``faults`` are codes of :mod:`.words`.

    ``signature``: "valid", "broken" or "" (none). ``certificates``: SHA-256 of the signers' DER, hex;
    ``ancestors``: the same of the keys that an APK's proof of rotation leads back to.
    ``subsystem``: the Windows NT number that an EXE asks for; ``dotnet``: the .NET Framework it was built for.
    """

    kind: str
    platform: str = ""
    architecture: str = "any"
    version: str = ""
    versions: tuple[str, ...] = ()  # other spellings in the same file: an EXE has up to four
    title: str = ""
    company: str = ""
    package: str = ""
    version_code: int = 0
    min_sdk: int = 0
    target_sdk: int = 0
    debuggable: bool = False
    upgrade_code: str = ""
    product_code: str = ""
    subsystem: str = ""
    managed: bool = False
    dotnet: str = ""
    signature: str = ""
    schemes: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    ancestors: tuple[str, ...] = ()
    signer: str = ""
    entries: int = 0
    unpacked: int = 0  # bytes
    faults: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Without what was not said."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items() if v or name == "kind"}


def facts_from(given: Mapping[str, Any]) -> Facts:
    """The facts out of JSON, whoever wrote it. Raises ValueError where it is not of that shape."""
    types = {field.name: field.type for field in fields(Facts)}
    values = {name: _checked(str(types[name]), value) for name, value in given.items() if name in types}
    if "kind" not in values:
        raise ValueError("kind")
    for name in ("certificates", "ancestors"):
        if not all(_HEX.fullmatch(each) for each in values.get(name, ())):
            raise ValueError(name)
    return Facts(**values)


def clean(text: str) -> str:
    """Safe to store and to show: no control or direction characters, not long."""
    return " ".join(_UNSEEN.sub(" ", text).split())[:LONGEST]


def _checked(wanted: str, value: object) -> Any:
    if "bool" in wanted and isinstance(value, bool):
        return value
    if "int" in wanted and isinstance(value, int) and not isinstance(value, bool):
        return max(0, min(value, 2**63 - 1))
    if "tuple" in wanted and isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(clean(each) for each in value[:MOST])
    if "tuple" not in wanted and "str" in wanted and isinstance(value, str):
        return clean(value)
    raise ValueError(wanted)
