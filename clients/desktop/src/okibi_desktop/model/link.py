"""Links ``okibi-ipv:new?product=desktop&version=4.2.1&error=…``, by which any program opens a new request.

Anything may write such a link, a web page too: it can fill in words and nothing else, never a file, and never sends.
"""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

SCHEME = "okibi-ipv"
LONGEST = {"error": 4000, "text": 4000, "product": 40, "version": 40, "kind": 20, "number": 20}  # characters
NUMBER = re.compile(r"[0-9]{2,4}-[0-9]{1,12}")
KINDS = ("incident", "question", "suggestion")


@dataclass(frozen=True, slots=True)
class Prefill:
    """What is filled in already when the dialog opens."""

    kind: str = ""
    text: str = ""
    product: str = ""
    version: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """``act``: new (with ``prefill``), open (a request by ``number``) or show (the list)."""

    act: str
    prefill: Prefill = Prefill()
    number: str = ""


def parse(url: str) -> Link:
    """The link; what is not understood is left out. Raises ValueError for another scheme or act."""
    parts = urlsplit(url)
    act = (parts.netloc or parts.path).strip("/") or "show"
    if parts.scheme != SCHEME or act not in {"new", "open", "show"}:
        raise ValueError(url[:80])
    asked = {
        name: _clean(values[0], LONGEST[name]) for name, values in parse_qs(parts.query).items() if name in LONGEST
    }
    kind = asked.get("kind", "")
    prefill = Prefill(
        kind if kind in KINDS else "",
        asked.get("text", ""),
        asked.get("product", ""),
        asked.get("version", ""),
        asked.get("error", ""),
    )
    number = asked.get("number", "")
    return Link(act, prefill, number if NUMBER.fullmatch(number) else "")


def _clean(value: str, longest: int) -> str:
    """Without control characters and marks that turn the direction of writing."""
    kept = (char for char in value if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co"})
    return "".join(kept)[:longest].strip()
