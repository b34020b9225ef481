"""The demo's mail server: takes every outgoing letter on a loopback port into a Maildir, and sends nothing anywhere."""

import mailbox
import signal
import threading
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 60 * 1024 * 1024  # bytes


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


def run(folder: Path, port: int) -> int:
    """Serve on 127.0.0.1 until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    server = Controller(IntoMaildir(folder), hostname="127.0.0.1", port=port, data_size_limit=LARGEST)
    server.start()
    stop.wait()
    server.stop()
    return 0
