"""Mails made for tests: bytes are joined here, so that each test shows only what it is about."""

from pathlib import Path

FIXTURES = Path(__file__).parent / "fixtures"

HEAD = (
    b"From: Anna Volskaya <anna@example.org>\r\nTo: support@example.org\r\n"
    b"Date: Fri, 20 Nov 2026 12:41:00 +0300\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n"
)


def mail(body: bytes | str = b"", *headers: str | bytes, head: bytes = HEAD) -> bytes:
    """A mail of the usual sender with more headers and a body; text is UTF-8."""
    lines = b"".join((one.encode() if isinstance(one, str) else one) + b"\r\n" for one in headers)
    return head + lines + b"\r\n" + (body.encode() if isinstance(body, str) else body)


def text_mail(text: str, charset: str = "utf-8", *headers: str | bytes) -> bytes:
    """A plain mail written in a charset and labelled so."""
    return mail(text.encode(charset), f"Content-Type: text/plain; charset={charset}", *headers)


def html_mail(html: str, *headers: str | bytes) -> bytes:
    return mail(html, "Content-Type: text/html; charset=utf-8", *headers)


def part(content: bytes | str, *headers: str | bytes) -> bytes:
    """One part with its headers."""
    lines = b"".join((one.encode() if isinstance(one, str) else one) + b"\r\n" for one in headers)
    return lines + b"\r\n" + (content.encode() if isinstance(content, str) else content)


def multipart(subtype: str, *parts: bytes, boundary: str = "frontier", extra: str = "") -> bytes:
    """A whole multipart as a part: its Content-Type header and its body."""
    mark = boundary.encode()
    body = b"".join(b"--" + mark + b"\r\n" + one + b"\r\n" for one in parts) + b"--" + mark + b"--\r\n"
    return part(body, f'Content-Type: multipart/{subtype}; boundary="{boundary}"{extra}')


def plain(text: str) -> bytes:
    return part(text, "Content-Type: text/plain; charset=utf-8")


def html(text: str) -> bytes:
    return part(text, "Content-Type: text/html; charset=utf-8")


def multipart_mail(subtype: str, *parts: bytes, extra: str = "", head: bytes = HEAD) -> bytes:
    return head + multipart(subtype, *parts, extra=extra)


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()
