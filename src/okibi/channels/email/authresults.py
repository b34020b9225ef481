"""What the trusted receiving server says about a sender (RFC 8601): SPF, DKIM, DMARC.

Anybody can write an Authentication-Results header into a mail. Only the topmost header that bears the id of our own
server counts; every other one is as good as absent.
"""

import re
from collections.abc import Collection

from okibi.channels.email.addresses import read_addresses
from okibi.channels.email.defects import Defects
from okibi.channels.email.headers import HeaderBlock, HeaderDecoder, read_headers, unfold
from okibi.channels.email.values import AuthResults

MAX_LENGTH = 16_000
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*(spf|dkim|dmarc)\s*(?:/\s*\d+)?\s*=\s*([A-Za-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"\b((?:smtp|header|policy)\.[a-z-]+)\s*=\s*(\"[^\"]*\"|[^\s;]+)", re.IGNORECASE)


def authentication(raw_headers: bytes, trusted: Collection[str]) -> AuthResults:
    """The results of the mail whose bytes (or header block) are given. ``trusted`` holds ids of our own servers."""
    return read_results(read_headers(raw_headers, 0, len(raw_headers), Defects()), trusted)


def read_results(block: HeaderBlock, trusted: Collection[str]) -> AuthResults:
    """The same from headers that are read already."""
    ids = {one.strip().lower() for one in trusted}
    for value in block.all("authentication-results") if ids else ():
        text = _without_comments(unfold(value).replace("\n", " ")[:MAX_LENGTH])
        server, _, results = text.partition(";")
        words = server.split()
        if words and words[0].strip('"').lower() in ids:
            return _results(results, _from_domain(block))
    return AuthResults()


def _without_comments(text: str) -> str:
    """Comments may hold anything, also text that looks like a result; nested ones go from the inside out."""
    for _ in range(10):
        shorter = _COMMENT.sub(" ", text)
        if shorter == text:
            break
        text = shorter
    return text.split("(")[0]


def _from_domain(block: HeaderBlock) -> str:
    """The domain of the only From address; empty when there is none or more than one, which proves nothing."""
    values = block.all("from")
    senders = read_addresses(values[0], HeaderDecoder(None, Defects())) if len(values) == 1 else []
    return _domain(senders[0].address) if len(senders) == 1 else ""


def _results(text: str, author: str) -> AuthResults:
    found: dict[str, str] = {}
    aligned = False
    for statement in text.split(";"):
        match = _RESULT.match(statement)
        if match is None:
            continue
        method, result = match[1].lower(), match[2].lower()
        if found.get(method) != "pass":  # of several signatures one good one is enough
            found[method] = result
        if result == "pass" and _proves(method, dict(_properties(statement)), author):
            aligned = True
    if found.get("dmarc") in ("fail", "permerror"):
        aligned = False
    return AuthResults(found.get("spf", "none"), found.get("dkim", "none"), found.get("dmarc", "none"), aligned)


def _properties(statement: str) -> list[tuple[str, str]]:
    return [(match[1].lower(), match[2].strip('"').lower()) for match in _PROPERTY.finditer(statement)]


def _proves(method: str, properties: dict[str, str], author: str) -> bool:
    """Whether a passed check speaks of the author's domain (relaxed alignment, RFC 7489, 3.1)."""
    if not author:
        return False
    if method == "dmarc":
        return _same(properties.get("header.from", author), author)
    if method == "dkim":
        return _same(properties.get("header.d") or _domain(properties.get("header.i", "")), author)
    return _same(_domain(properties.get("smtp.mailfrom", "")), author)


def _domain(address: str) -> str:
    domain = address.rpartition("@")[2].strip("<> .").lower()
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _same(one: str, author: str) -> bool:
    """Equal, or one a subdomain of the other with at least two labels in the shorter."""
    one = _domain(one)
    if not one or "." not in one:
        return False
    return one == author or author.endswith("." + one) or ("." in author and one.endswith("." + author))
