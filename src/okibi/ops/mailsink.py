"""The demo's mail server: takes every outgoing letter on a loopback port into a Maildir, and sends nothing anywhere."""

import asyncio
import mailbox
import signal
import socket
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 60 * 1024 * 1024  # bytes
BACKLOG = 100  # letters' connections that wait while the part is being started anew


class IntoMaildir:
    """Stores each letter once per recipient, as a mail server would deliver it."""

    def __init__(self, folder: Path) -> None:
        self.box = mailbox.Maildir(folder, create=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        for recipient in envelope.rcpt_tos:
            letter = message_from_bytes(envelope.original_content or b"", policy=policy.compat32)
            letter["Delivered-To"] = recipient
            letter["Return-Path"] = f"<{envelope.mail_from}>"
            self.box.add(mailbox.MaildirMessage(letter))
        return "250 OK"


def listen(port: int = 0) -> socket.socket:
    """A listening socket on 127.0.0.1; 0 takes a port that nobody has.

    Whoever starts the part holds it open over the part's death: were the port free for a moment, another product on
    this machine could take it, and our letters would land in its mailbox.
    """
    return socket.create_server(("127.0.0.1", port), backlog=BACKLOG)


def run(folder: Path, listening: socket.socket) -> int:
    """Serve until SIGTERM or SIGINT."""
    asyncio.run(_run(IntoMaildir(folder), listening))
    return 0


async def _run(handler: IntoMaildir, listening: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="localhost", data_size_limit=LARGEST, loop=loop), sock=listening
    )
    await stop.wait()
    server.close()
