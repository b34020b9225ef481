"""From an outbox row to the bytes of a mail (RFC 5322, 2045–2049, 2231, 6532): pure but for the files' bytes.

The top headers are written here by hand: the standard library re-folds long References into encoded words, and a value
that is made safe at one place can't carry a header of its own, whoever chose its text.
"""

import base64
import quopri
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from okibi.channels.email.options import MailOptions
from okibi.channels.email.own_addresses import ascii_domain, letter_token, loop_mark, with_detail
from okibi.channels.file_streams import opened, pieces
from okibi.channels.port import IncomingFile, Outgoing

LINE = 76  # characters a header line should stay under (RFC 5322 section 2.1.1)
LONGEST_BODY_LINE = 998  # octets (RFC 5322 section 2.1.1); longer ones are encoded
LONGEST_HEADER = 20_000  # characters; more is cut: nobody reads it, and servers refuse it
READ = 57 * 4096  # bytes of a file at a time: whole lines of base64
MOST_REFERENCES = 30  # the first and the newest are kept (RFC 5322 section 3.6.4 lets us shorten)
FORWARDED = ("In-Reply-To", "References", "Reply-To")
OF_A_LIST = ("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post")  # RFC 2919, 2369, 8058
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9])?|\[[a-z0-9:.]{2,60}\]")
_LOCAL = re.compile(r"[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]{1,128}")
_ID = re.compile(r"<[^<>\s]+>")


class UnsendableError(ValueError):
    """The row can't become a mail: its recipient is no address."""


@dataclass(frozen=True, slots=True)
class Features:
    """What the receiving server offers (its EHLO answer)."""

    eight_bit: bool = False  # 8BITMIME, RFC 6152
    utf8: bool = False  # SMTPUTF8, RFC 6531


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to hand over. ``utf8``: its addresses need a server that offers SMTPUTF8.

    Its words are held in memory; its files are read and encoded while it is handed over.
    """

    sender: str
    recipient: str
    parts: tuple[bytes | IncomingFile, ...]
    size: int  # bytes on the wire
    message_id: str
    utf8: bool

    def pieces(self) -> Iterator[bytes]:
        """The mail, at most a third of a megabyte of its files at a time. Each piece begins a line and ends one."""
        for part in self.parts:
            if isinstance(part, bytes):
                yield part
            else:
                yield from map(_base64, pieces(part, READ))

    def as_bytes(self) -> bytes:
        """The whole mail."""
        return b"".join(self.pieces())

    @property
    def is_ascii(self) -> bool:
        """Whether it can go to a server without 8BITMIME."""
        return all(part.isascii() for part in self.parts if isinstance(part, bytes))


def compose(message: Outgoing, options: MailOptions, moment: datetime, features: Features) -> Mail:
    """Build the mail. ``moment`` is its Date (aware). Raises UnsendableError, LostFileError."""
    recipient = wire_address(message.recipient.address)
    message_id = message.external_id
    utf8 = not recipient.isascii() or not wire_address(options.sender).isascii()
    headers = [*_headers(message, options, moment, recipient)]
    head = b"".join(f"{name}: {value}\r\n".encode() for name, value in headers if value)
    parts = (head, *_body(message, features))
    return Mail(
        sender=_envelope_sender(message_id, options),
        recipient=recipient,
        parts=parts,
        size=sum(len(part) if isinstance(part, bytes) else _size_in_base64(part) for part in parts),
        message_id=message_id,
        utf8=utf8,
    )


def _headers(message: Outgoing, options: MailOptions, moment: datetime, recipient: str) -> Iterable[tuple[str, str]]:
    yield "From", mailbox(options.sender_name, wire_address(options.sender), "From")
    yield "To", mailbox(message.recipient.name, recipient, "To")
    reply_to = message.headers.get("Reply-To", "")
    if reply_to:
        yield "Reply-To", mailbox(options.sender_name, wire_address(reply_to), "Reply-To")
    yield "Subject", text_header(message.subject, "Subject")
    yield "Date", format_datetime(moment)
    yield "Message-ID", _one_line(message.external_id)
    yield "In-Reply-To", fold_ids(_ID.findall(message.headers.get("In-Reply-To", ""))[:1], "In-Reply-To")
    yield "References", fold_ids(capped(_ID.findall(message.headers.get("References", ""))), "References")
    to_many = "List-Id" in message.headers
    if message.automatic:
        yield "Auto-Submitted", "auto-generated" if to_many else "auto-replied"  # RFC 3834 section 5
        yield "X-Auto-Response-Suppress", "All"  # Exchange's and Outlook's own word for the same
        yield "Precedence", "list" if to_many else "auto_reply"
    for name in OF_A_LIST:  # never folded: programs that sign or read them stumble over it
        yield name, _one_line(message.headers.get(name, ""))
    yield "X-OKIBI-Loop", loop_mark(options)
    for name, value in message.headers.items():
        if name.startswith("X-OKIBI-") and name != "X-OKIBI-Loop" and re.fullmatch(r"[A-Za-z0-9-]+", name):
            yield name, text_header(value, name)


def _envelope_sender(message_id: str, options: MailOptions) -> str:
    """Where bounces go: an address that names the letter, where the operator's server takes plus signs."""
    token = letter_token(message_id, options) if options.bounce_addresses else ""
    return wire_address(with_detail(options.sender, f"b-{token}") if token else options.sender)


# ---------------------------------------------------------------- header values


def _one_line(value: str) -> str:
    """A value without line ends and other control characters, and without halves of surrogate pairs."""
    return _CONTROL.sub(" ", value).encode("utf-8", "replace").decode("utf-8").strip()[:LONGEST_HEADER]


def wire_address(address: str) -> str:
    """The address for the envelope and for headers: its domain in A-labels. Raises UnsendableError."""
    local, _, domain = address.strip().rpartition("@")
    host = ascii_domain(domain)
    if not _HOST.fullmatch(host) or not _LOCAL.fullmatch(local):
        raise UnsendableError(f"not an e-mail address: {address[:200]!r}")
    return f"{local}@{host}"


def mailbox(name: str, address: str, header: str) -> str:
    """``Анна <anna@example.org>`` as a header wants it; the name quoted or encoded where it must be."""
    shown = _one_line(name)
    if not shown:
        return address
    if not shown.isascii() or "=?" in shown:
        shown = _encoded(shown, header)
    elif not _ATOMS.fullmatch(shown):
        escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
        shown = f'"{escaped}"'
    last = shown.rpartition("\n")[2]
    room = LINE - len(last) - (len(header) + 2 if "\n" not in shown else 0)
    return f"{shown}{' ' if len(address) + 3 <= room else chr(13) + chr(10) + ' '}<{address}>"


def text_header(value: str, header: str) -> str:
    """Free text for a header: folded at its spaces when plain, as encoded words otherwise."""
    line = _one_line(value)
    if not line.isascii() or "=?" in line or any(len(word) > LONGEST_BODY_LINE - 80 for word in line.split(" ")):
        return _encoded(line, header)
    return _folded(line.split(" "), header)


def _encoded(value: str, header: str) -> str:
    return Header(value, "utf-8", maxlinelen=LINE, header_name=header).encode(linesep="\r\n")


def fold_ids(ids: Iterable[str], header: str) -> str:
    """Message ids, each whole on a line where it does not fit beside others."""
    return _folded([_one_line(item) for item in ids if item.isascii()], header)


def capped(ids: list[str]) -> list[str]:
    """At most MOST_REFERENCES ids: the first, which names the thread, and the newest."""
    unique = list(dict.fromkeys(ids))
    return unique if len(unique) <= MOST_REFERENCES else [unique[0], *unique[1 - MOST_REFERENCES :]]


def _folded(words: list[str], header: str) -> str:
    lines, room = [""], LINE - len(header) - 2
    for index, word in enumerate(words):
        if index and word and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
            room = LINE - 1
        else:
            lines[-1] += (" " if index else "") + word
    return "\r\n ".join(lines)


# ---------------------------------------------------------------- body


def _body(message: Outgoing, features: Features) -> Iterator[bytes | IncomingFile]:
    """MIME headers, a blank line, the parts: text, HTML beside it, files after.

    Written by hand like the top headers: the library's generator took a third of what a letter costs.
    """
    words = _text_part(message.text, "plain", features)
    if message.html:
        words = _multipart("alternative", words, _text_part(message.html, "html", features))
    if not message.files:
        yield b"MIME-Version: 1.0\r\n" + words
        return
    boundary = _boundary()
    between = f"\r\n--{boundary}\r\n".encode()
    head = f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{boundary}"\r\n'.encode()
    yield head + between + words
    for file in message.files:
        yield between + _head_of(file)
        yield file
    yield f"\r\n--{boundary}--\r\n".encode()


def _boundary() -> str:
    return f"=-okibi-{secrets.token_hex(16)}"  # base64 and quoted-printable never begin a line so


def _multipart(subtype: str, *parts: bytes) -> bytes:
    boundary = _boundary()
    whole = b"".join(b"\r\n--%s\r\n%s" % (boundary.encode(), part) for part in parts)
    head = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n'.encode()
    return head + whole + f"\r\n--{boundary}--\r\n".encode()


def _text_part(text: str, subtype: str, features: Features) -> bytes:
    """Readable on the wire where the server takes it: 7bit, 8bit; else the shorter of quoted-printable and base64."""
    clean = re.sub(r"\r\n?", "\n", text.replace("\x00", ""))
    octets = (clean if clean.endswith("\n") else f"{clean}\n").encode("utf-8", "replace")
    too_long = max(map(len, octets.split(b"\n"))) > LONGEST_BODY_LINE
    if not too_long and (octets.isascii() or features.eight_bit):
        encoding = "7bit" if octets.isascii() else "8bit"
        written = octets.replace(b"\n", b"\r\n")
    elif _mostly_foreign(octets):
        encoding, written = "base64", _base64(octets.replace(b"\n", b"\r\n"))  # RFC 2045 section 6.8
    else:
        encoding, written = "quoted-printable", _quoted_printable(octets)
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head.encode() + written


def _quoted_printable(octets: bytes) -> bytes:
    """RFC 2045 section 6.7; lines end with CRLF."""
    return quopri.encodestring(octets).replace(b"\n", b"\r\n")


def _mostly_foreign(octets: bytes) -> bool:
    """Whether base64 (4 for 3) is shorter than quoted-printable (3 for 1 of each foreign octet)."""
    return sum(octet > 127 for octet in octets) * 6 > len(octets)


def _head_of(file: IncomingFile) -> bytes:
    """The headers of one file's part, always base64, its name by RFC 2231, and the blank line."""
    maintype, _, subtype = file.type.partition("/")
    if not re.fullmatch(r"[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+", file.type) or maintype in {"multipart", "message"}:
        maintype, subtype = "application", "octet-stream"
    part = EmailMessage(policy=SMTP)
    name = _one_line(file.name) or "file"
    part.set_content(b"", maintype, subtype, disposition="attachment", filename=name)
    del part["MIME-Version"]
    return part.as_bytes().rstrip(b"\r\n") + b"\r\n\r\n"


def _base64(piece: bytes) -> bytes:
    """Whole lines with CRLF; ``piece`` is whole lines too, but for the last."""
    return base64.encodebytes(piece).replace(b"\n", b"\r\n")


def _size_in_base64(file: IncomingFile) -> int:
    """Bytes on the wire. Raises LostFileError."""
    stream, size = opened(file)
    stream.close()
    characters = (size + 2) // 3 * 4
    return characters + -(-characters // LINE) * 2
