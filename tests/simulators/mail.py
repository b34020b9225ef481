"""The mail server of the other side, in memory: takes mails over real SMTP and does what a test tells it to do.

It is honest: whatever it answers with 250 stands in ``received``, and nothing else does, except where a test asks for
the one dishonest thing that real servers do, ``break_after_content``.
"""

import asyncio
import socket
import ssl
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass(frozen=True)
class Received:
    """One mail as it came over the wire."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    raw: bytes
    options: tuple[str, ...]  # of MAIL FROM
    connection: int  # which connection it came by, counted from 1

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)


@dataclass
class MailServer:
    """``with MailServer() as server:`` listens on ``server.host``, ``server.port`` of loopback until the block ends."""

    utf8: bool = True
    size_limit: int = 40_000_000
    tls: ssl.SSLContext | None = None
    starttls: bool = True  # with ``tls``: by STARTTLS, else from the first byte
    password: str = ""  # asked for when given, with any user name
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    recipients: dict[str, str] = field(default_factory=dict)  # address → answer to RCPT
    content_answers: list[str] = field(default_factory=list)  # answers to the next mails' content, then 250 again
    sender_answers: list[str] = field(default_factory=list)  # answers to the next MAIL FROM, then 250 again
    break_after_content: int = 0  # so many mails are taken and the connection dropped before the answer
    slowness: float = 0.0  # seconds between taking a mail and saying so
    at_once: list[str] = field(default_factory=list)  # Message-IDs that came by two connections at the same time
    break_before_sender: int = 0  # so many times the connection is dropped at MAIL FROM

    host = "127.0.0.1"
    port = 0

    def refuse_for_good(self, address: str) -> None:
        self.recipients[address] = "550 5.1.1 no such user here"

    def refuse_for_now(self, address: str) -> None:
        self.recipients[address] = "450 4.2.1 greylisted, come again"

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._servers: set[SMTP] = set()
        self.in_hand: set[str] = set()
        listening = socket.create_server((self.host, self.port))
        self.port = listening.getsockname()[1]
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(listening, ready), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def drop_connections(self) -> None:
        """Close every open connection, as a restart would."""
        done = threading.Event()

        def drop() -> None:
            for server in list(self._servers):
                if server.transport is not None:
                    server.transport.close()
            self._loop.call_later(0.05, done.set)

        self._loop.call_soon_threadsafe(drop)
        assert done.wait(10)

    def _run(self, listening: socket.socket, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        wrapped = self.tls if self.tls and not self.starttls else None
        server = self._loop.run_until_complete(self._loop.create_server(self._factory, sock=listening, ssl=wrapped))
        self._loop.call_soon(ready.set)
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    def _factory(self) -> SMTP:
        self.connections += 1
        server = SMTP(
            _Handler(self, self.connections),
            data_size_limit=self.size_limit,
            enable_SMTPUTF8=self.utf8,
            hostname="mx.example.org",
            tls_context=self.tls if self.starttls else None,
            auth_required=bool(self.password),
            auth_require_tls=self.tls is not None and self.starttls,
            authenticator=self._authenticate if self.password else None,
            loop=self._loop,
        )
        self._servers.add(server)
        return server

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _kind: str, given: object
    ) -> AuthResult:
        return AuthResult(success=getattr(given, "password", b"") == self.password.encode(), handled=False)


class _Handler:
    def __init__(self, world: MailServer, connection: int) -> None:
        self.world = world
        self.connection = connection

    async def handle_MAIL(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, mail_options: list[str]
    ) -> str:
        if self.world.break_before_sender:
            self.world.break_before_sender -= 1
            server.transport.abort()
            return "421 gone"
        answer = self.world.sender_answers.pop(0) if self.world.sender_answers else "250 2.1.0 ok"
        if answer.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(mail_options)
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        answer = self.world.recipients.get(address, "250 2.1.5 ok")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.world.content_answers.pop(0) if self.world.content_answers else "250 2.0.0 taken"
        if answer.startswith("250"):
            self.world.received.append(
                Received(
                    str(envelope.mail_from),
                    tuple(envelope.rcpt_tos),
                    bytes(envelope.original_content or b""),
                    tuple(envelope.mail_options),
                    self.connection,
                )
            )
            await self._dawdle(str(self.world.received[-1].message["Message-ID"]))
            if self.world.break_after_content:
                self.world.break_after_content -= 1
                server.transport.abort()
        return answer

    async def _dawdle(self, message_id: str) -> None:
        if message_id in self.world.in_hand:
            self.world.at_once.append(message_id)
        self.world.in_hand.add(message_id)
        try:
            if self.world.slowness:
                await asyncio.sleep(self.world.slowness)
        finally:
            self.world.in_hand.discard(message_id)
