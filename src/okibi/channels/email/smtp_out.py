"""The way out: one SMTP server of the operator's, its connections kept while a batch is sent."""

import contextlib
import re
import smtplib
import socket
import ssl
import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from okibi.channels.email.compose import Features, Mail, UnsendableError, compose
from okibi.channels.email.options import MailOptions
from okibi.channels.email.own_addresses import ascii_domain, make_message_id
from okibi.channels.file_streams import LostFileError
from okibi.channels.port import Outgoing, SendError

TIMEOUT = 30.0  # seconds per answer of the server
FRESH_FOR = 2.0  # seconds a connection is believed to be alive without asking (NOOP)
IDLE_FOR = 30.0  # seconds after which an unused connection is closed rather than used again
MOST_LETTERS = 100  # per connection; many servers limit it
KEPT = 4  # idle connections
_DOT = re.compile(rb"^\.", re.MULTILINE)


class _Stage(StrEnum):
    """Which answer of the server we stand at."""

    SENDER = "MAIL FROM"
    RECIPIENT = "RCPT TO"
    CONTENT = "DATA"


class _StaleError(Exception):
    """The server had closed a connection that lay idle: that says nothing about the letter."""


@dataclass(slots=True)
class _Session:
    client: smtplib.SMTP
    options: MailOptions
    used_at: float  # seconds, monotonic
    letters: int = 0

    def features(self) -> Features:
        return Features(eight_bit=self.client.has_extn("8bitmime"), utf8=self.client.has_extn("smtputf8"))


_idle: list[_Session] = []
_lock = threading.Lock()


def send(message: Outgoing, options: MailOptions, moment: datetime) -> str:
    """Hand one message to the server; gives its Message-ID. ``moment`` becomes its Date. Raises SendError.

    A connection that breaks after the last byte leaves the message's fate unknown. As every mail server does, we call
    that temporary and send it with the same Message-ID again: receivers drop the repeat, and a letter that comes twice
    is better than one that never comes.
    """
    if not message.external_id:
        message = replace(message, external_id=make_message_id(f"{message.recipient.address} {moment}", options))
    session = _take(options)
    if session is not None:
        with contextlib.suppress(_StaleError):
            return _hand_over(session, message, moment)
    return _hand_over(_open(options), message, moment)


def close_idle() -> None:
    """Say goodbye to the server on every kept connection (a worker that stops, a test that ends)."""
    with _lock:
        sessions, _idle[:] = list(_idle), []
    for session in sessions:
        _quit(session)


# ---------------------------------------------------------------- one letter


def _hand_over(session: _Session, message: Outgoing, moment: datetime) -> str:
    try:
        mail = _composed(message, session, moment)
        _converse(session, mail)
    except SendError as refusal:
        _after_refusal(session, refusal)
        raise
    except (smtplib.SMTPException, OSError, LostFileError):  # a mail without its end is none
        session.client.close()
        raise
    session.letters += 1
    _keep(session)
    return mail.message_id


def _composed(message: Outgoing, session: _Session, moment: datetime) -> Mail:
    features = session.features()
    try:
        mail = compose(message, session.options, moment, features)
    except UnsendableError as error:
        raise SendError(str(error), permanent=True) from error
    except LostFileError as error:
        raise SendError(f"a file is lost: {error}") from error
    if mail.utf8 and not features.utf8:
        raise SendError("the mail server takes no addresses with letters beyond ASCII (SMTPUTF8)", permanent=True)
    return mail


def _converse(session: _Session, mail: Mail) -> None:
    """MAIL, RCPT, DATA. Raises SendError for every refusal and break; _StaleError where an old connection was dead."""
    client, stage = session.client, _Stage.SENDER
    client.command_encoding = "utf-8" if mail.utf8 else "ascii"
    try:
        _accept(stage, *client.mail(mail.sender, _parameters(client, mail)))
        stage = _Stage.RECIPIENT
        _accept(stage, *client.rcpt(mail.recipient))
        stage = _Stage.CONTENT
        _accept(stage, *_data(client, mail))
    except smtplib.SMTPDataError as error:
        _accept(stage, error.smtp_code, error.smtp_error)
    except (smtplib.SMTPException, OSError) as error:
        client.close()
        if stage is _Stage.SENDER and session.letters:
            raise _StaleError from error
        raise SendError(f"the mail server broke the conversation at {stage}: {_words(error)}") from error


def _data(client: smtplib.SMTP, mail: Mail) -> tuple[int, bytes]:
    """The content, piece by piece (``smtplib`` wants it whole); the server's answer. Raises SMTPDataError.

    A piece begins a line, so a dot at its beginning is doubled like any other (RFC 5321 section 4.5.2).
    """
    code, answer = client.docmd("data")
    if code != 354:
        raise smtplib.SMTPDataError(code, answer)
    piece = b""
    for piece in mail.pieces():
        client.send(_DOT.sub(b"..", piece))
    client.send(b".\r\n" if piece.endswith(b"\r\n") else b"\r\n.\r\n")
    return client.getreply()


def _parameters(client: smtplib.SMTP, mail: Mail) -> list[str]:
    parameters = []
    if client.has_extn("size"):
        parameters.append(f"SIZE={mail.size}")
    if not mail.is_ascii and client.has_extn("8bitmime"):
        parameters.append("BODY=8BITMIME")
    if mail.utf8:
        parameters.append("SMTPUTF8")
    return parameters


def _accept(stage: _Stage, code: int, answer: bytes | str) -> None:
    """Raise what the server's answer means (RFC 5321 section 4.2.1): 4xx may pass, 5xx will not.

    A refused sender is the operator's to mend and hits every letter alike, so it is tried again; only a letter that is
    too large (552, 5.3.4) is refused for good there.
    """
    if 200 <= code < 300:
        return
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    if code == 421 and stage is _Stage.SENDER:  # it closes the line before it knows the letter
        raise SendError(f"{stage}: {code} {text}"[:500], unreachable=True)
    final = code >= 500 and (stage is not _Stage.SENDER or code == 552 or text.startswith("5.3.4"))
    raise SendError(f"{stage}: {code} {text}"[:500], permanent=final)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


# ---------------------------------------------------------------- connections


def _open(options: MailOptions) -> _Session:
    """Connect, protect, sign in. Raises SendError(unreachable): no letter is at fault when this fails."""
    client: smtplib.SMTP | None = None
    name = ascii_domain(options.domain)
    try:
        if options.smtp_tls == "tls":
            context = ssl.create_default_context()
            client = smtplib.SMTP_SSL(options.smtp_host, options.smtp_port, name, timeout=TIMEOUT, context=context)
        else:
            client = smtplib.SMTP(options.smtp_host, options.smtp_port, name, timeout=TIMEOUT)
            if options.smtp_tls == "starttls":
                client.starttls(context=ssl.create_default_context())
        client.ehlo_or_helo_if_needed()
        if options.smtp_user:
            client.login(options.smtp_user, options.smtp_password)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        if client is not None:
            client.close()
        place = f"{options.smtp_host}:{options.smtp_port}"
        raise SendError(f"the mail server {place} can't be used: {_words(error)}", unreachable=True) from error
    if client.sock is not None:  # a letter's last piece must not wait for the server's word on the one before (Nagle)
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return _Session(client, options, time.monotonic())


def _take(options: MailOptions) -> _Session | None:
    """An idle connection made with the same options and still alive, or None."""
    while True:
        with _lock:
            session = _idle.pop() if _idle else None
        if session is None:
            return None
        idle = time.monotonic() - session.used_at
        if session.options != options or idle > IDLE_FOR or session.letters >= MOST_LETTERS:
            _quit(session)
        elif idle <= FRESH_FOR or _alive(session):
            return session


def _keep(session: _Session) -> None:
    session.used_at = time.monotonic()
    with _lock:
        if len(_idle) < KEPT:
            _idle.append(session)
            return
    _quit(session)


def _after_refusal(session: _Session, refusal: SendError) -> None:
    """Keep the connection after a refused letter where the server still talks; 421 and a break end it."""
    if session.client.sock is None or ": 421 " in str(refusal):
        session.client.close()
        return
    try:
        session.client.rset()
    except (smtplib.SMTPException, OSError):
        session.client.close()
        return
    session.letters += 1
    _keep(session)


def _alive(session: _Session) -> bool:
    try:
        return bool(session.client.noop()[0] == 250)
    except (smtplib.SMTPException, OSError):
        session.client.close()
        return False


def _quit(session: _Session) -> None:
    with contextlib.suppress(smtplib.SMTPException, OSError):
        session.client.quit()
    session.client.close()
