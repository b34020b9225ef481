"""A mail's bytes in, a `ParsedMail` out. The one door of this library; it never raises, whatever the bytes are."""

import re
from collections.abc import Collection
from dataclasses import replace

from okibi.channels.email import automatic, html
from okibi.channels.email.addresses import read_addresses
from okibi.channels.email.authresults import read_results
from okibi.channels.email.bodies import Bodies, read_bodies, report_type
from okibi.channels.email.bounces import read_bounce
from okibi.channels.email.dates import read_date
from okibi.channels.email.defects import Defects
from okibi.channels.email.headers import HeaderBlock, HeaderDecoder, unfold
from okibi.channels.email.markers import FORWARD_SUBJECT
from okibi.channels.email.mime import Part, split
from okibi.channels.email.quoting import fold_all
from okibi.channels.email.values import Address, Attachment, AuthResults, Defect, ParsedMail

MAX_REFERENCES = 500
_ID = re.compile(r"<[^<>]{1,1000}>")
_BARE_ID = re.compile(r"[^\s<>,;]+@[^\s<>,;]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd]")
_PGP_HEAD = re.compile(r"^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z-]{1,40}:[^\n]*\n)*\n?", re.MULTILINE)
_PGP_TAIL = re.compile(r"^-----BEGIN PGP SIGNATURE-----\n[^-]*-----END PGP SIGNATURE-----\n?", re.MULTILINE)


def parse(raw: bytes, trusted: Collection[str] = frozenset()) -> ParsedMail:
    """The mail in ``raw``. ``trusted``: ids of our receiving servers, whose word on SPF, DKIM and DMARC counts.

    What is wrong with the mail is in its defects; ``unreadable`` is there when nothing at all could be found, and
    ``parser_failed`` when this library met something it was not written for: the mail goes to a person, not to waste.
    """
    try:
        return _parse(raw, trusted)
    except Exception as error:  # noqa: BLE001 - one hostile mail must not stop the inlet; the tests look for the defect
        return replace(
            _parse(b"", frozenset()), defects=(Defect("unreadable"), Defect("parser_failed", repr(error)[:200]))
        )


def _parse(raw: bytes, trusted: Collection[str]) -> ParsedMail:
    defects = Defects()
    data = _tidy_bytes(raw, defects)
    root = split(data, defects)
    decoder = HeaderDecoder(None, defects)
    bodies = read_bodies(data, root, decoder, defects)
    return _assemble(data, root, decoder, bodies, defects, trusted)


def _tidy_bytes(raw: bytes, defects: Defects) -> bytes:
    data = raw.lstrip(b"\r\n\x00\xef\xbb\xbf") if raw[:1] in (b"\r", b"\n", b"\x00", b"\xef") else raw
    if b"\n" not in data and b"\r" in data:
        defects.add("bare_cr")
        data = data.replace(b"\r", b"\n")
    return data


def _assemble(
    data: bytes, root: Part, decoder: HeaderDecoder, bodies: Bodies, defects: Defects, trusted: Collection[str]
) -> ParsedMail:
    block = root.block
    senders = _addresses(block, "from", decoder, defects)
    subject = decoder.text(_single(block, "subject", defects))
    texts = bodies.texts()
    text = "\n\n".join(texts)
    safe = (
        html.sanitise(bodies.html) if bodies.html else html.SafeHtml("", remote_images=False, content_ids=frozenset())
    )
    folded = fold_all([_without_armour(one) for one in texts], forwarded=bool(FORWARD_SUBJECT.match(subject)))
    sender = senders[0] if senders else None
    bounce = read_bounce(data, block.headers, sender.address if sender else "", subject, text, bodies)
    report = report_type(root)
    grounds = automatic.reasons(block.headers, sender, subject, text, report=report, bounced=bounce is not None)
    if not block.headers and not bodies.attachments and (not text.strip() or _is_noise(text)):
        defects.add("unreadable")
    elif sender is None:
        defects.add("no_sender")
    return ParsedMail(
        sender=sender,
        senders=senders,
        reply_to=_addresses(block, "reply-to", decoder, defects),
        to=_addresses(block, "to", decoder, defects),
        cc=_addresses(block, "cc", decoder, defects),
        return_path=_return_path(block),
        delivered_to=_delivered_to(block, decoder),
        subject=subject,
        date=read_date(decoder.text(block.first("date") or ""), defects),
        message_id=_first_id(_single(block, "message-id", defects)),
        in_reply_to=_first_id(block.first("in-reply-to") or ""),
        references=_ids(" ".join(block.all("references"))),
        text=text,
        reply=folded.reply,
        quoted=folded.quoted,
        signature=folded.signature,
        html=safe.html,
        remote_images=safe.remote_images,
        attachments=_shown(bodies.attachments, safe.content_ids),
        calendar=tuple(bodies.calendar),
        automatic=bool(grounds),
        automatic_reasons=grounds,
        bounce=bounce,
        encrypted=bodies.encrypted,
        signed=bodies.signed,
        authentication=read_results(block, trusted) if trusted else AuthResults(),
        headers=tuple((name, _plain(value)) for name, value in block.headers),
        defects=defects.as_tuple(),
    )


def _plain(value: str) -> str:
    """An unfolded value; raw bytes are read as UTF-8 or, failing that, as Latin-1, so that none is lost."""
    text = unfold(value).replace("\n", " ").replace("\0", "")
    if text.isascii():
        return text
    data = text.encode("utf-8", "surrogateescape")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _single(block: HeaderBlock, name: str, defects: Defects) -> str:
    """The value of a header that stands once; of several the first that is not empty."""
    values = block.all(name)
    if len(values) > 1:
        defects.add("repeated_header", name)
    return next((value for value in values if value.strip()), "")


def _addresses(block: HeaderBlock, name: str, decoder: HeaderDecoder, defects: Defects) -> tuple[Address, ...]:
    values = block.all(name)
    if len(values) > 1:
        defects.add("repeated_header", name)
    found: dict[Address, None] = {}
    for value in values[:20]:
        for address in read_addresses(value, decoder):
            found.setdefault(address)
            if "@" not in address.address:
                defects.add("bad_address", address.address)
    return tuple(found)


def _return_path(block: HeaderBlock) -> str | None:
    """The envelope sender that the delivering server wrote down: empty for ``<>``, None when it is not said."""
    value = block.first("return-path")
    return None if value is None else _plain(value).strip().strip("<>").strip()


def _delivered_to(block: HeaderBlock, decoder: HeaderDecoder) -> tuple[str, ...]:
    """Every address that the mail was delivered to by its headers; replies to plus-addresses are found by it."""
    names = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-real-to")
    found: dict[str, None] = {}
    for name in names:
        for value in block.all(name)[:20]:
            for one in read_addresses(value, decoder):
                found.setdefault(one.address)
    return tuple(found)


def _ids(value: str) -> tuple[str, ...]:
    """Message ids as they stand, brackets and all; without brackets where the header has none."""
    text = _plain(value)
    found = _ID.findall(text) or _BARE_ID.findall(text)
    ids = list(dict.fromkeys(re.sub(r"\s+", "", one) for one in found if len(one.strip("<> \t")) > 0))
    # A thread is recognised by its beginning and its end.
    return tuple(ids if len(ids) <= MAX_REFERENCES else [*ids[:50], *ids[50 - MAX_REFERENCES :]])


def _first_id(value: str) -> str | None:
    ids = _ids(value)
    if ids:
        return ids[0]
    rest = re.sub(r"[\s<>]+", "", _plain(value))
    return rest[:1000] or None


def _is_noise(text: str) -> bool:
    """Whether a text without any header is no words at all but the bytes of something else: a picture, an archive."""
    sample = text[:4000]
    return len(_CONTROLS.findall(sample)) > 0.04 * len(sample)


def _shown(found: list[Attachment], content_ids: frozenset[str]) -> tuple[Attachment, ...]:
    """The attachments, with those marked as inline that the HTML shows."""
    return tuple(
        replace(one, inline=True) if one.content_id is not None and one.content_id in content_ids else one
        for one in found
    )


def _without_armour(text: str) -> str:
    """The words of a text signed by PGP in the old way, without the marks around them."""
    if "-----BEGIN PGP SIGNED MESSAGE-----" not in text:
        return text
    bare = _PGP_TAIL.sub("", _PGP_HEAD.sub("", text, count=1), count=1)
    return re.sub(r"^- (?=-)", "", bare, flags=re.MULTILINE)
