"""What the contract of all channels asks of e-mail: its messages as raw bytes, and the world it sends into."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from okibi.channels.email import smtp_out
from tests.simulators.mail import MailServer

HEAD = (
    "From: =?utf-8?b?0JDQvdC90LAg0JLQvtC70YzRgdC60LDRjw==?= <anna@example.org>\r\nTo: support@example.org\r\n"
    "Message-ID: <{id}@example.org>\r\nDate: Fri, 20 Nov 2026 12:41:00 +0300\r\nMIME-Version: 1.0\r\n"
)
ADDRESSES = ("anna@example.org", "boris@example.org", "vera@example.org")


def plain(text: str, key: str = "1") -> bytes:
    head = HEAD.format(id=key) + "Subject: =?utf-8?b?0J7RiNC40LHQutCwIEUtMTc=?=\r\n"
    return (head + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + text).encode()


def with_file(text: str, name: str, content: bytes) -> bytes:
    head = HEAD.format(id="file") + 'Subject: file\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    part = "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text + "\r\n"
    encoded = "".join(f"%{octet:02X}" for octet in name.encode())
    file = (
        f"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''{encoded}\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return (head + part + file).encode() + content + b"\r\n--b--\r\n"


UNREADABLE = b""


class Outside:
    """Somebody to send to: ``took`` says what arrived, by address."""

    def __init__(self, server: MailServer) -> None:
        self.server = server

    def refuse_for_good(self, address: str) -> None:
        self.server.refuse_for_good(address)

    def refuse_for_now(self, address: str) -> None:
        self.server.refuse_for_now(address)

    def took(self) -> list[tuple[str, str]]:
        return [
            (got.rcpt_to[0], got.message.get_body(("plain",)).get_content().strip())  # type: ignore[union-attr]
            for got in self.server.received
        ]


@contextmanager
def outside(settings: Any) -> Iterator[Outside]:
    with MailServer() as server:
        settings.OKIBI_SMTP_OUT_HOST, settings.OKIBI_SMTP_OUT_PORT = server.host, server.port
        settings.OKIBI_SMTP_OUT_TLS, settings.OKIBI_SMTP_OUT_USER = "none", ""
        yield Outside(server)
        smtp_out.close_idle()


def misconfigure(settings: Any) -> None:
    """Settings under which the channel has something to complain of."""
    settings.OKIBI_SMTP_OUT_HOST = ""
    settings.OKIBI_SMTP_INLET_ENABLED = False
    settings.OKIBI_IMAP_HOST = ""
