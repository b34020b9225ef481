"""Address lists (RFC 5322), read for what their authors meant: lost brackets, bare commas, groups, Cyrillic, IDN."""

import re
from collections.abc import Iterator

from okibi.channels.email.headers import HeaderDecoder, clean, unfold
from okibi.channels.email.values import Address

MAX_ADDRESSES = 2000
_TOKEN = re.compile(
    r"""
    (?P<word>=\?[^?\s]{1,80}\?[bBqQ]\?[^\n]{0,500}?\?=)  # an encoded word may hold anything, even commas
  | (?P<quoted>"(?:[^"\\]|\\.){0,200}")
  | (?P<angle><[^<>]{0,1000}>)
  | (?P<open><[^<>,;]*)                              # the closing bracket is lost
  | (?P<comment>\((?:[^()\\]|\\.){0,200}\))
  | (?P<end>[,;])
  | (?P<colon>:)
  | (?P<text>[^"<>(),;:=]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_BARE = re.compile(r"[^\s<>\"(),;:\[\]]{1,128}@[^\s<>\"(),;:]{1,255}")
_STRAY = re.compile(r"^[\s<>'\"\[\](),;:]+|[\s<>'\"\[\](),;:.]+$")


def read_addresses(value: str, decoder: HeaderDecoder) -> list[Address]:
    """The mailboxes of a raw header value, in order, without repeats and without what has no address in it."""
    found: dict[Address, None] = {}
    for tokens in _mailboxes(unfold(value).replace("\n", " ")):
        for address in _mailbox(tokens, decoder):
            found.setdefault(address)
        if len(found) >= MAX_ADDRESSES:
            break
    if not found and "=?" in value:
        # Some programs encode the whole header, brackets and all.
        text = clean(decoder.words(unfold(value)))
        if "@" in text and text != value:
            return read_addresses(text.replace("=?", ""), decoder)
    return list(found)


def _mailboxes(value: str) -> Iterator[list[tuple[str, str]]]:
    """Tokens of each mailbox. A group's name before its colon is dropped, its members are ordinary mailboxes."""
    tokens: list[tuple[str, str]] = []
    for match in _TOKEN.finditer(value):
        kind = str(match.lastgroup)
        if kind == "end":
            yield tokens
            tokens = []
        elif kind == "colon" and not any("@" in text for _, text in tokens):
            tokens = []
        else:
            tokens.append((kind, match[0]))
    yield tokens


def _mailbox(tokens: list[tuple[str, str]], decoder: HeaderDecoder) -> Iterator[Address]:
    names, comments, plain, address = [], [], [], ""
    for kind, text in tokens:
        if kind in ("angle", "open"):
            inner = text.strip("<>").strip()
            if "@" in inner or not address:
                address = inner or address
        elif kind == "comment":
            comments.append(text[1:-1])
        else:
            names.append(re.sub(r"\\(.)", r"\1", text[1:-1]) if kind == "quoted" else text)
            plain.append(text)
    if not address:
        yield from _bare("".join(plain), comments, decoder)
        return
    address = address.removeprefix("mailto:").split(":")[-1] if address.startswith("@") else address
    mailbox = _tidy(decoder.words(address.removeprefix("mailto:").removeprefix("MAILTO:")))
    if mailbox:
        yield Address(_name("".join(names) or " ".join(comments), decoder), mailbox)


def _bare(text: str, comments: list[str], decoder: HeaderDecoder) -> Iterator[Address]:
    """Addresses that stand without angle brackets: ``anna@example.org (Anna)``, ``a@b c@d``, ``foo foo@bar``."""
    matches = list(_BARE.finditer(text)) if "@" in text else []
    quoted_local = re.match(r'\s*("(?:[^"\\]|\\.)*"@[^\s<>,;]+)', text)
    if quoted_local:
        yield Address(_name(" ".join(comments), decoder), clean(decoder.words(quoted_local[1])))
        return
    for index, match in enumerate(matches):
        name = text[: match.start()] if index == 0 and len(matches) == 1 else ""
        name = name or (" ".join(comments) if len(matches) == 1 else "")
        yield Address(_name(name, decoder), _tidy(decoder.words(match[0])))


def _name(text: str, decoder: HeaderDecoder) -> str:
    name = clean(decoder.words(text)).strip("<>,; ")
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    return re.sub(r'^"|"$', "", name).strip() if name.count('"') == 1 else name


def _tidy(address: str) -> str:
    """The address without stray signs around it; empty when nothing of an address is left."""
    text = _STRAY.sub("", clean(address)).replace(" ", "")
    return text if text.strip("@") else ""
