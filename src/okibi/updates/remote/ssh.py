"""A session by SSH (RFC 4251 to 4254), by paramiko: docs/adr/0021.

The host's key is compared before a name or a password leaves. Scripts go to ``sh -s`` by its standard input, so that
no login shell reads them.
"""

import contextlib
import io
import logging
import socket
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Any

from okibi.kernel.later import later
from okibi.updates import waking
from okibi.updates.remote import words
from okibi.updates.remote.values import OUTPUT, Ended, Line, Login, LostError, ReachError, Where

LONGEST_BANNER = 100
STEP = 15.0  # seconds that a step of the protocol may take
WINDOW = 2**21
_SIGNED_BY = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256")}
_KEYS = ("Ed25519Key", "ECDSAKey", "RSAKey")

paramiko = later("paramiko")
exceptions = later("cryptography.exceptions")
serialization = later("cryptography.hazmat.primitives.serialization")
logging.getLogger("paramiko").setLevel(logging.CRITICAL)  # it tells of every refused login; the caller does that


class PassphraseError(ValueError):
    """A private key that only its passphrase opens: nobody is there to type it in the night."""


class SshShell:
    """One signed-in session. ``shown``: the host's key."""

    def __init__(self, transport: Any, shown: str) -> None:
        self._transport = transport
        self.shown = shown

    def run(self, script: str, limit: float) -> Ended:
        """Give a script to ``sh``; its output and errors together. Raises LostError."""
        until = monotonic() + limit
        with self._command("sh -s") as channel:
            channel.settimeout(limit)
            channel.sendall(script.encode())
            channel.shutdown_write()
            return Ended(*self._answer(channel, until))

    def pour(self, pieces: Iterable[bytes], place: str) -> None:
        """Append to a file as the pieces come. Raises LostError; what the caller's pieces raise goes through."""
        with self._command(f"sh -c 'umask 077; cat >> {place}'") as channel:
            channel.settimeout(60.0)
            for piece in pieces:
                channel.sendall(piece)
            channel.shutdown_write()
            code, said = self._answer(channel, monotonic() + 60)
            if code != 0:
                raise LostError(said.strip()[:300])

    @contextlib.contextmanager
    def _command(self, line: str) -> Iterator[Any]:
        try:
            channel = self._transport.open_session(timeout=STEP)
            with contextlib.closing(channel):
                channel.set_combine_stderr(True)
                channel.exec_command(line)
                yield channel
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise LostError(f"{type(error).__name__} {error}") from error

    def _answer(self, channel: Any, until: float) -> tuple[int, str]:
        kept = bytearray()
        while True:
            channel.settimeout(_left(until))
            piece = channel.recv(32768)
            if not piece:
                break
            kept += piece[: max(0, OUTPUT - len(kept))]
        if not channel.status_event.wait(_left(until)):
            raise LostError("no exit status")
        return int(channel.exit_status), kept.decode("utf-8", "replace")


@contextlib.contextmanager
def opened(where: Where, login: Login | None, pinned: str, trail: list[Line]) -> Iterator[SshShell]:
    """A session at a host whose key is ``pinned`` ("ssh-ed25519 SHA256:…"). What was tried stands in ``trail``.

    Raises ReachError: nothing there, another key than the pinned one (nothing was sent then), no login, a refused one.
    """
    until = monotonic() + where.limit
    with _reached(where, until, trail) as plain:
        transport = _negotiated(plain, pinned, until, trail)
        try:
            shown = _key_of(transport)
            if shown != pinned:
                raise ReachError(words.KEY_CHANGED if pinned else words.KEY_NEW, shown)
            trail.append(Line(True, words.key_shown(shown)))
            if login is None:
                raise ReachError(words.NO_LOGIN, shown)
            _sign_in(transport, login, shown)
            trail.append(Line(True, words.signed_in(login.name)))
            yield SshShell(transport, shown)
        finally:
            transport.close()


@contextlib.contextmanager
def _reached(where: Where, until: float, trail: list[Line]) -> Iterator[socket.socket]:
    with contextlib.ExitStack() as stack:
        try:
            plain = stack.enter_context(waking.connected(where.address, where.port, until, inside=where.inside))
        except (OSError, UnicodeError, waking.ForbiddenError) as error:
            raise ReachError(waking.why_not(error)) from None
        trail.append(Line(True, words.open_port(where.address, where.port)))
        yield plain


def _negotiated(plain: socket.socket, pinned: str, until: float, trail: list[Line]) -> Any:
    """Keys are exchanged; nobody has signed in. Only keys of the pinned kind are asked for."""
    transport = None
    try:
        transport = paramiko.Transport(plain, default_window_size=WINDOW)
        transport.banner_timeout = transport.auth_timeout = STEP
        transport.set_keepalive(15)
        if pinned:
            kind = pinned.partition(" ")[0]
            options = transport.get_security_options()
            options.key_types = [each for each in _SIGNED_BY.get(kind, (kind,)) if each in options.key_types]
        transport.start_client(timeout=max(_left(until), 0.1))
    except (paramiko.SSHException, OSError, EOFError) as error:
        said = str(transport.remote_version) if transport is not None and transport.remote_version else ""
        if transport is not None:
            transport.close()
        if pinned and isinstance(error, paramiko.ssh_exception.IncompatiblePeer):
            raise ReachError(words.KEY_CHANGED) from error  # it has no key of that kind any more
        if not said:
            raise ReachError(words.NOT_SSH) from error
        raise ReachError(words.LOST) from error
    trail.append(Line(True, words.banner(transport.remote_version[:LONGEST_BANNER])))
    return transport


def _key_of(transport: Any) -> str:
    key = transport.get_remote_server_key()
    return f"{key.get_name()} {key.fingerprint}"


def _sign_in(transport: Any, login: Login, shown: str) -> None:
    try:
        if login.key:
            further = transport.auth_publickey(login.name, private_key(login.key))
        else:
            further = transport.auth_password(login.name, login.password)
    except ValueError:
        raise ReachError(words.BAD_KEY, shown) from None
    except paramiko.AuthenticationException as error:
        late = "timeout" in str(error).lower()
        raise ReachError(words.LOST if late else words.LOGIN_REFUSED, shown) from None
    except (paramiko.SSHException, OSError, EOFError):
        raise ReachError(words.LOST, shown) from None
    if further or not transport.is_authenticated():  # a second factor is asked for
        raise ReachError(words.LOGIN_REFUSED, shown)


def private_key(text: str) -> Any:
    """A private key of OpenSSH, PEM or PKCS #8 form, without a passphrase. Raises PassphraseError, ValueError."""
    plain = _openssh(text)
    for name in _KEYS:
        try:
            return getattr(paramiko, name).from_private_key(io.StringIO(plain))
        except (paramiko.SSHException, ValueError, IndexError, TypeError):
            continue
    raise ValueError("not a private key")


def _openssh(text: str) -> str:
    """The same key in the one form that is read for every kind."""
    load = serialization.load_ssh_private_key if "OPENSSH" in text[:60] else serialization.load_pem_private_key
    try:
        key = load(text.encode(), password=None)
        form = serialization.PrivateFormat.OpenSSH
        plain: bytes = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
        return plain.decode()
    except TypeError:
        raise PassphraseError("a passphrase protects it") from None
    except exceptions.UnsupportedAlgorithm as error:
        raise ValueError("not a kind of key that is used here") from error


def _left(until: float) -> float:
    left = until - monotonic()
    if left <= 0:
        raise LostError("no answer in time")
    return left
