"""The SMTP or LMTP inlet: says 250 only when the raw bytes are committed, 451 when they can't be."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from okibi.channels.email.identity import external_id
from okibi.channels.email.options import MailOptions
from okibi.channels.email.own_addresses import ascii_domain, is_ours
from okibi.channels.inbox import receive

log = structlog.get_logger(__name__)

LONGEST_LINE = 1024 * 1024  # octets; the standard's 998 are broken by many programs, and a refused mail is a lost one
MOST_CONNECTIONS = 50  # at once
MOST_RECIPIENTS = 100  # per mail (RFC 5321 section 4.5.3.1.8)
MOST_ERRORS = 20  # wrong recipients per connection before it is closed: that is how addresses are guessed
SILENCE = 120.0  # seconds without a command before a connection is closed
WRITERS = 4  # threads that store mail; each keeps one database connection
STORED = "250 2.0.0 stored"
TRY_LATER = "451 4.3.0 can't be stored now, try again later"


class Handler:
    """What aiosmtpd asks about each command. One for all connections."""

    def __init__(self, options: MailOptions) -> None:
        self.options = options
        self.source = "lmtp" if options.inlet_lmtp else "smtp"
        self.connections: set[object] = set()
        self.errors: WeakKeyDictionary[Session, int] = WeakKeyDictionary()
        self.databases: set[BaseDatabaseWrapper] = set()  # one for each writer's thread
        self.writers = ThreadPoolExecutor(max_workers=WRITERS, thread_name_prefix=f"okibi-{self.source}")

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        """Take our own recipients only: an inlet that takes others would be an open relay, or a black hole."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        if not is_ours(address, self.options):
            self.errors[session] = self.errors.get(session, 0) + 1
            if self.errors[session] >= MOST_ERRORS:
                asyncio.get_running_loop().call_later(0.1, _hang_up, server)
                return "421 4.7.0 too many unknown recipients"
            return "550 5.1.1 no such recipient here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(rcpt_options)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        raw = bytes(envelope.original_content or b"")
        known = {
            "mail_from": (envelope.mail_from or "").strip("<>"),
            "rcpt_to": list(envelope.rcpt_tos),
            "peer": str((session.peer or ("",))[0]),
            "helo": session.host_name or "",
        }
        try:
            await asyncio.get_running_loop().run_in_executor(self.writers, self._store, raw, known)
            answer = STORED
        except Exception:  # whatever it is, the sender's server still has the mail, and must keep it
            log.exception("mail_not_stored", source=self.source, size=len(raw))
            answer = TRY_LATER
        # LMTP answers for each recipient (RFC 2033 section 4.2).
        return "\r\n".join([answer] * (len(envelope.rcpt_tos) if self.options.inlet_lmtp else 1))

    def _store(self, raw: bytes, envelope: dict[str, Any]) -> None:
        """In a writer's thread: commit the bytes. A database that was away and came back is found again."""
        close_old_connections()
        self.databases.add(connections["default"])
        try:
            row, new = receive("email", external_id(raw), raw, self.source, envelope)
        except Exception:
            connections["default"].close()
            raise
        log.info("mail_stored", inbound=row.pk, new=new, source=self.source, size=len(raw))

    def close(self) -> None:
        """Wait for what is being stored, then let go of the writers' database connections."""
        self.writers.shutdown(wait=True)
        for database in self.databases:
            database.inc_thread_sharing()  # their threads are gone
            database.close()
            database.dec_thread_sharing()


class _Limited:
    """Counts the connections of its inlet; the one too many is told to come back later."""

    line_length_limit = LONGEST_LINE
    event_handler: Handler

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        open_now = self.event_handler.connections
        if len(open_now) >= MOST_CONNECTIONS and isinstance(transport, asyncio.WriteTransport):
            transport.write(b"421 4.7.0 too many connections, try again later\r\n")
            transport.close()
            return
        open_now.add(self)
        super().connection_made(transport)  # type: ignore[misc]

    def connection_lost(self, error: Exception | None) -> None:
        if self in self.event_handler.connections:
            self.event_handler.connections.discard(self)
            super().connection_lost(error)  # type: ignore[misc]


class _SmtpServer(_Limited, SMTP):
    pass


class _LmtpServer(_Limited, LMTP):
    pass


class SmtpInlet(Controller):
    """The listening inlet: ``start()``, ``stop()``. ``start`` raises OSError when the port is taken.

    Listens where the operator said (loopback by default), without TLS and passwords: a mail server of the operator's
    stands before it.
    """

    def __init__(self, options: MailOptions) -> None:
        self.options = options
        super().__init__(
            Handler(options),
            hostname=options.inlet_bind,
            port=options.inlet_port,
            server_hostname=ascii_domain(options.domain),
            ident="OKIBI",
            data_size_limit=options.inlet_limit,
            enable_SMTPUTF8=True,
            timeout=SILENCE,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
        )

    def factory(self) -> SMTP:
        kind = _LmtpServer if self.options.inlet_lmtp else _SmtpServer
        return kind(self.handler, **self.SMTP_kwargs)

    def stop(self, no_assert: bool = False) -> None:
        """Stop listening, let what is being stored be stored, let go of the database."""
        super().stop(no_assert=no_assert)
        self.handler.close()


def _hang_up(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.close()
