"""The SMTP and LMTP inlets: 250 only when the raw bytes are committed, 451 when they can't be.

Lines end with CRLF and nothing else, so no content can smuggle commands in (a dot between bare LFs ends no mail).
"""

import asyncio
import errno
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from aiosmtpd.controller import Controller, UnixSocketController
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax
from django.db import close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from okibi.channels.email.identity import external_id
from okibi.channels.email.listening import Place
from okibi.channels.email.options import MailOptions
from okibi.channels.email.own_addresses import ascii_domain, is_ours
from okibi.channels.inbox import receive

log = structlog.get_logger(__name__)

MOST_CONNECTIONS = 50  # at once
MOST_RECIPIENTS = 100  # per mail (RFC 5321 section 4.5.3.1.8)
MOST_ERRORS = 20  # wrong recipients per connection before it is closed: that is how addresses are guessed
SILENCE = 120.0  # seconds without a byte before a connection is closed
LINGER = 5.0  # seconds that a client has to hear our goodbye
WRITERS = 4  # threads that store mail; each keeps one database connection
TOO_LONG = b"500 Line too long (see RFC5321 4.5.3.1.6)"  # aiosmtpd's words for a line that is larger than a mail may be
TOO_MUCH = b"552 5.3.4 the mail is too large"  # RFC 5321 section 4.5.3.1.9, RFC 3463
STORED = "250 2.0.0 stored"
TRY_LATER = "451 4.3.0 can't be stored now, try again later"


class Handler:
    """What aiosmtpd asks about each command. One for all connections of an inlet; ``source``: smtp or lmtp."""

    def __init__(self, options: MailOptions, source: str) -> None:
        self.options = options
        self.source = source
        self.connections: set[object] = set()
        self.errors: WeakKeyDictionary[Session, int] = WeakKeyDictionary()
        self.databases: set[BaseDatabaseWrapper] = set()  # one for each writer's thread
        self.writers = ThreadPoolExecutor(max_workers=WRITERS, thread_name_prefix=f"okibi-{self.source}")

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        """Take our own recipients only: an inlet that takes others would be an open relay, or a black hole."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        if not is_ours(address, self.options):
            self.errors[session] = self.errors.get(session, 0) + 1
            if self.errors[session] >= MOST_ERRORS:
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
        except Exception:  # whatever it is, the sender's server still has the mail, and must keep it
            log.exception("mail_not_stored", source=self.source, size=len(raw))
            return TRY_LATER
        return STORED

    async def handle_exception(self, error: Exception) -> str:
        """A fault of ours at any command; without this it would be answered with 500, and the mail given up."""
        log.error("mail_inlet_fault", source=self.source, exc_info=error)
        return TRY_LATER

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
    """Counts the connections of its inlet, tells the one too many to come back later, and means it when it says 421.

    A line may be as long as a whole mail: many programs break the standard's 998 octets (RFC 5321 section 4.5.3.1.6),
    and a refused mail is a lost one. What is larger than a mail may be is refused as that, for good, however it is cut.
    A connection holds at most twice the largest mail in memory, with long lines as without.
    """

    event_handler: Handler
    transport: asyncio.BaseTransport | None
    _reset_timeout: Callable[..., None]

    def __init__(self, handler: Handler, **behaviour: Any) -> None:
        self.line_length_limit = handler.options.inlet_limit  # octets; aiosmtpd's reader takes it when it is made
        super().__init__(handler, **behaviour)  # type: ignore[call-arg]

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

    def data_received(self, data: bytes) -> None:
        if self in self.event_handler.connections:
            self._reset_timeout()  # a large mail on a slow line is no silence
            super().data_received(data)  # type: ignore[misc]

    def eof_received(self) -> bool | None:
        if self in self.event_handler.connections:
            return super().eof_received()  # type: ignore[misc,no-any-return]
        return None

    async def push(self, status: str | bytes) -> None:
        """Answer; after 421 the connection is closed, whatever the client has sent already (RFC 5321 section 3.8)."""
        line = status.encode() if isinstance(status, str) else status
        await super().push(line.replace(TOO_LONG, TOO_MUCH))  # type: ignore[misc]
        if status[:3] in ("421", b"421") and isinstance(self.transport, asyncio.WriteTransport):
            loop = asyncio.get_running_loop()
            loop.call_later(LINGER, self.transport.abort)
            self.transport.close()
            await loop.create_future()  # the end of the connection cancels us; no further command is read


class _SmtpServer(_Limited, SMTP):
    pass


class _LmtpServer(_Limited, LMTP):
    """LMTP answers a mail's content once for each recipient, refusals too (RFC 2033 section 4.2)."""

    _owed = 1  # answers

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802  aiosmtpd's name
        try:
            await super().smtp_DATA(arg)
        finally:
            self._owed = 1

    async def push(self, status: str | bytes) -> None:
        line = status.encode() if isinstance(status, str) else status
        owed = self._owed
        if line.startswith(b"354") and self.envelope is not None:
            self._owed = len(self.envelope.rcpt_tos)
        await super().push(b"\r\n".join([line] * owed))


def _behaviour(options: MailOptions) -> dict[str, Any]:
    return {
        "server_hostname": ascii_domain(options.domain),
        "ident": "OKIBI",
        "data_size_limit": options.inlet_limit,
        "enable_SMTPUTF8": True,
        "timeout": SILENCE,
        "auth_exclude_mechanism": ["LOGIN", "PLAIN"],
    }


class SmtpInlet(Controller):
    """The SMTP inlet: ``start()``, ``stop()``. ``start`` raises OSError when the port is taken.

    Listens where the operator said (loopback by default), without TLS and passwords: a mail server of the operator's
    stands before it.
    """

    source, server_class = "smtp", _SmtpServer

    def __init__(self, options: MailOptions, place: Place | None = None) -> None:
        place = place or Place(host=options.inlet_bind, port=options.inlet_port)
        super().__init__(Handler(options, self.source), hostname=place.host, port=place.port, **_behaviour(options))

    def factory(self) -> SMTP:
        return self.server_class(self.handler, **self.SMTP_kwargs)

    def start(self) -> None:
        family = socket.AF_INET6 if ":" in self.hostname else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:  # the controller would tell it after five seconds
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((self.hostname, self.port))
        super().start()

    def stop(self, no_assert: bool = False) -> None:
        """Stop listening, let what is being stored be stored, let go of the database."""
        super().stop(no_assert=no_assert)
        self.handler.close()


class LmtpInlet(SmtpInlet):
    """The same for LMTP on a port."""

    source, server_class = "lmtp", _LmtpServer  # type: ignore[assignment]


class LmtpSocketInlet(UnixSocketController):
    """The same for LMTP on a socket file. ``start`` raises OSError when another process listens there.

    As with a port, every user of this machine may connect; the folder's permissions can narrow that.
    """

    def __init__(self, options: MailOptions, place: Place) -> None:
        self.place = place
        super().__init__(Handler(options, "lmtp"), place.path, **_behaviour(options))

    def factory(self) -> SMTP:
        return _LmtpServer(self.handler, **self.SMTP_kwargs)

    def start(self) -> None:
        if self.place.answers():  # asyncio would take the file away from whoever listens there
            raise OSError(errno.EADDRINUSE, "another process listens on this socket")
        super().start()
        Path(self.place.path).chmod(0o666)

    def stop(self, no_assert: bool = False) -> None:
        """Stop listening, remove the file, let what is being stored be stored, let go of the database."""
        super().stop(no_assert=no_assert)
        Path(self.place.path).unlink(missing_ok=True)
        self.handler.close()


def lmtp_inlet(options: MailOptions, place: Place) -> LmtpInlet | LmtpSocketInlet:
    """The LMTP inlet for a socket file or for a port."""
    return LmtpSocketInlet(options, place) if place.path else LmtpInlet(options, place)
