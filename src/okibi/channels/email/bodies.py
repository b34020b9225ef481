"""From the tree of parts to what a reader sees: the text, the HTML, and everything else as attachments."""

import re
from dataclasses import dataclass, field

from okibi.channels.email import attachments, calendars, html, rtf, tnef, uuencoded
from okibi.channels.email.charsets import decode
from okibi.channels.email.defects import Defects
from okibi.channels.email.headers import HeaderDecoder, read_headers, scrub
from okibi.channels.email.mime import Part
from okibi.channels.email.parameters import Parameters, decoded, read_parameters
from okibi.channels.email.transfer import undo
from okibi.channels.email.values import Attachment, CalendarPart, Origin, Protection

MAX_TEXT = 5_000_000  # characters of text that are kept readable; the rest is in the stored mail
_BODY_TYPES = {"text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown"}
_TNEF_TYPES = {"application/ms-tnef", "application/vnd.ms-tnef"}
_SMIME_TYPES = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_SMIME_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature"}
_ENRICHED = re.compile(r"<(/?)([a-z-]{1,60})>", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,40})", re.IGNORECASE)
_CONTENT_ID = re.compile(r"<([^<>]*)>")


@dataclass(slots=True)
class Block:
    """A stretch of the mail's body: as text, as HTML, or as both when they say the same."""

    text: str | None = None
    html: str | None = None

    def as_text(self) -> str:
        stub = self.text is not None and not self.text.strip() and self.html is not None
        if self.text is not None and not stub:
            return self.text
        return html.to_text(self.html or "")

    def as_html(self) -> str:
        return self.html if self.html is not None else html.from_text(self.text or "")


@dataclass(slots=True)
class Bodies:
    """All that was found in the parts of a mail."""

    blocks: list[Block] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    calendar: list[CalendarPart] = field(default_factory=list)
    reports: list[bytes] = field(default_factory=list)
    returned: list[bytes] = field(default_factory=list)
    encrypted: Protection | None = None
    signed: Protection | None = None

    def texts(self) -> list[str]:
        """The text of each block that has words."""
        pieces = [scrub(block.as_text()).strip("\n")[:MAX_TEXT] for block in self.blocks]
        return [piece for piece in pieces if piece.strip()]

    @property
    def html(self) -> str:
        if all(block.html is None for block in self.blocks):
            return ""
        return scrub("\n".join(block.as_html() for block in self.blocks))


def read_bodies(raw: bytes, root: Part, decoder: HeaderDecoder, defects: Defects) -> Bodies:
    """The bodies of a mail. Never raises."""
    return _Reader(raw, decoder, defects).run(root)


def leaf_bytes(raw: bytes, part: Part, defects: Defects) -> bytes:
    """The content of a part with its transfer encoding undone."""
    return undo(raw[part.start : part.end], part.block.first("content-transfer-encoding"), defects)


class _Reader:
    def __init__(self, raw: bytes, decoder: HeaderDecoder, defects: Defects) -> None:
        self.raw = raw
        self.decoder = decoder
        self.defects = defects
        self.found = Bodies()
        self.sole = False

    def run(self, root: Part) -> Bodies:
        self.sole = not root.children
        blocks = _without_repeats(self._part(root))
        # An invitation is named above the words, where neither a quote nor a signature can swallow it.
        self.found.blocks = [Block(text=calendars.summary_line(event)) for event in self.found.calendar] + blocks
        return self.found

    def _part(self, part: Part) -> list[Block]:
        """The blocks of a part; depth is bounded by the splitter."""
        if not part.children:
            return self._leaf(part)
        if part.type == "multipart/alternative":
            return self._alternative(part)
        if part.type == "multipart/signed":
            protocol = part.content_type.plain("protocol").lower()
            self.found.signed = Protection.SMIME if "pkcs7" in protocol else Protection.PGP
        elif part.type == "multipart/encrypted":
            self.found.encrypted = Protection.PGP
        return [block for child in part.children for block in self._part(child)]

    def _alternative(self, part: Part) -> list[Block]:
        """One block that is both: the text of the child that has text, the HTML of the richest."""
        children = [self._part(child) for child in part.children]
        text = next((blocks for blocks in children if any(b.text and b.text.strip() for b in blocks)), None)
        rich = next((blocks for blocks in reversed(children) if any(b.html is not None for b in blocks)), None)
        if rich is not None and text is rich and len(rich) == 1:
            return rich
        if text is None and rich is None:
            return next((blocks for blocks in children if blocks), [])
        plain = "\n\n".join(b.text or "" for b in text).strip("\n") if text and text is not rich else None
        if rich is None:
            return text or []
        return [Block(plain or None, "\n".join(b.as_html() for b in rich))]

    def _leaf(self, part: Part) -> list[Block]:
        disposition = read_parameters(part.block.first("content-disposition"))
        name = self._name(part, disposition)
        type_ = part.type
        data = leaf_bytes(self.raw, part, self.defects)
        if type_ in _TNEF_TYPES or name.lower() == "winmail.dat":
            blocks = self._tnef(data)
            if blocks is not None:
                return blocks
        attached = disposition.value.startswith("attachment") or (
            bool(attachments.safe_name(name)) and not self._is_sole_body(disposition.value, type_)
        )
        if type_ in _BODY_TYPES and not attached:
            return self._body(part, data)
        self._note(part, type_, data)
        inline = disposition.value.startswith("inline") and not type_.startswith(("message/", "text/"))
        if type_.startswith(("message/rfc822", "message/global")) and not name:
            name = self._subject(data)
        self._attach(part, data, name, inline=inline)
        if type_ == "text/calendar":
            self._calendar(part, data)
        return []

    def _is_sole_body(self, disposition: str, type_: str) -> bool:
        """Some programs give even the words of a mail a file name; the only part of a mail is its words."""
        return self.sole and disposition in ("", "inline") and type_ in _BODY_TYPES

    def _name(self, part: Part, disposition: Parameters) -> str:
        from_disposition = decoded(disposition, "filename", self.decoder, self.defects)
        name = from_disposition or decoded(part.content_type, "name", self.decoder, self.defects)
        if not name.strip() and part.block.first("content-location") and not part.type.startswith("text/"):
            name = self.decoder.text(str(part.block.first("content-location"))).split("?")[0]
        return name.strip()

    def _body(self, part: Part, data: bytes) -> list[Block]:
        declared = part.content_type.plain("charset")
        if not declared and part.type == "text/html":
            meta = _META_CHARSET.search(data[:4096])
            declared = meta[1].decode("ascii") if meta else ""
        found = decode(data, declared or None, self.decoder.hint)
        self.defects.add(found.defect, declared)
        if found.charset not in ("ascii", "utf-8") and self.decoder.hint is None:
            self.decoder.hint = found.charset
        text = found.text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
        if part.type == "text/html":
            return [Block(html=text)]
        if part.type in ("text/enriched", "text/richtext"):
            text = _ENRICHED.sub("", re.sub(r"(?is)<param>.{0,500}?</param>", "", text.replace("<nl>", "\n")))
        elif part.content_type.plain("format").lower() == "flowed":
            text = unflow(text, delsp=part.content_type.plain("delsp").lower() == "yes")
        text, files = uuencoded.extract(text, self.defects)
        for file in files:
            self._add(file.content, file.name, attachments.type_by_name(file.name), origin=Origin.UUENCODE)
        self._inline_pgp(text)
        if len(text) > MAX_TEXT:
            self.defects.add("long_text")
        return [Block(text=text.replace("\u00a0", " ").replace("\ufeff", ""))]

    def _inline_pgp(self, text: str) -> None:
        if "-----BEGIN PGP MESSAGE-----" in text:
            self.found.encrypted = Protection.PGP
        if "-----BEGIN PGP SIGNED MESSAGE-----" in text:
            self.found.signed = Protection.PGP

    def _note(self, part: Part, type_: str, data: bytes) -> None:
        """What the rest of the parser wants to know about parts that are not shown."""
        if type_ == "message/delivery-status":
            self.found.reports.append(data)
        elif type_ in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"):
            self.found.returned.append(data)
        elif type_ in _SMIME_TYPES:
            if "signed-data" in part.content_type.plain("smime-type").lower():
                self.found.signed = Protection.SMIME
            else:
                self.found.encrypted = Protection.SMIME
        elif type_ in _SMIME_SIGNATURES:
            self.found.signed = Protection.SMIME
        elif type_ == "application/pgp-encrypted":
            self.found.encrypted = Protection.PGP

    def _subject(self, data: bytes) -> str:
        """The name of a message that travels inside this one."""
        quiet = Defects()
        block = read_headers(data[:100_000], 0, min(len(data), 100_000), quiet)
        subject = block.first("subject")
        inner = HeaderDecoder(self.decoder.hint, quiet).text(subject) if subject else ""
        return inner.replace("/", "_").replace("\\", "_")

    def _attach(self, part: Part, data: bytes, name: str, *, inline: bool) -> None:
        content_id = part.block.first("content-id")
        match = _CONTENT_ID.search(content_id) if content_id else None
        cid = (match[1] if match else (content_id or "")).strip() or None
        message = part.type in ("message/rfc822", "message/global")
        self._add(data, name, part.type, inline=inline, cid=cid, origin=Origin.MESSAGE if message else Origin.PART)

    def _add(
        self, data: bytes, name: str, type_: str, *, inline: bool = False, cid: str | None = None, origin: Origin
    ) -> None:
        self.found.attachments.append(
            attachments.make(
                data,
                name=name,
                type_=type_,
                number=len(self.found.attachments) + 1,
                inline=inline,
                content_id=cid,
                origin=origin,
            )
        )

    def _calendar(self, part: Part, data: bytes) -> None:
        text = decode(data, part.content_type.plain("charset") or "utf-8", self.decoder.hint).text
        event = calendars.read_calendar(text.replace("\r\n", "\n"))
        if event is not None and event not in self.found.calendar:
            self.found.calendar.append(event)

    def _tnef(self, data: bytes) -> list[Block] | None:
        opened = tnef.open_tnef(data)
        if opened is None:
            self.defects.add("bad_tnef")
            return None
        for file in opened.files:
            type_ = file.type if "/" in file.type else attachments.type_by_name(file.name)
            self._add(file.content, file.name, type_.lower(), cid=file.content_id or None, origin=Origin.TNEF)
        text, rich = opened.text, opened.html
        if not rich and opened.rtf:
            rtf_text, rich = rtf.read_rtf(opened.rtf)
            text = text or rtf_text
        if not text and not rich:
            return []
        return [Block(text.replace("\r\n", "\n").replace("\r", "\n") or None, rich or None)]


def _without_repeats(blocks: list[Block]) -> list[Block]:
    """A text followed by the same text as HTML is one block, as if it had been sent as an alternative."""
    kept: list[Block] = []
    for block in blocks:
        last = kept[-1] if kept else None
        repeats = last is not None and last.text is not None and last.html is None and block.text is None
        if last is not None and repeats and _same_words(str(last.text), block.as_text()):
            kept[-1] = Block(last.text, block.html)
        elif block.html is not None or (block.text or "").strip():
            kept.append(block)
    return kept


def _same_words(one: str, other: str) -> bool:
    return one.split() == other.split()


def unflow(text: str, *, delsp: bool) -> str:
    """Lines that were cut for transport (RFC 3676) made whole again, within one depth of quoting."""
    out: list[list[str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        body = line[depth:].removeprefix(" ")
        flows = body.endswith(" ") and body != "-- "
        piece = body[:-1] if flows and delsp else body
        if open_depth == depth and body != "-- ":
            out[-1].append(piece)
        else:
            out.append([f"{'>' * depth} {piece}" if depth else piece])
        open_depth = depth if flows else None
    return "\n".join("".join(pieces) for pieces in out)


def report_type(root: Part) -> str:
    """The ``report-type`` of a multipart/report in lower case, empty when the mail is no report."""
    return root.content_type.plain("report-type").lower() if root.type == "multipart/report" else ""
