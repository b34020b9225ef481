"""Where signed metadata names a file. Apart from the signing, so that doors need none of its libraries."""

import re

_UNUSUAL = re.compile(r"[^A-Za-z0-9._+-]+")


def target_name(name: str) -> str:
    """A file's name where an address and a pattern may stand: no separators, no signs of patterns."""
    return _UNUSUAL.sub("_", name).lstrip(".") or "file"


def target_path(product: str, version: str, name: str) -> str:
    """``<product>/<version>/<name>``; it is served with the file's SHA-256 and a dot before the name."""
    return f"{product}/{version}/{target_name(name)}"
