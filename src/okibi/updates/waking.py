"""Saying "wake up and poll" to an updater's open port, and nothing else: docs/adr/0020.

TLS 1.3, each side known by its very certificate; the only request is ``POST /wake`` without a body. Whatever the port
answers is turned into words that tell a specialist what is closed. A name is resolved once, and the connection goes to
the address that was looked at.
"""

import base64
import contextlib
import errno
import hashlib
import ipaddress
import os
import socket
import ssl
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

from okibi.kernel.later import later
from okibi.kernel.sentence import Sentence

TIMEOUT = 10.0  # seconds for everything
LONGEST = 4096  # bytes of an answer that are looked at
_FROM, _UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2074, 1, 1, tzinfo=UTC)

x509 = later("cryptography.x509")
oid = later("cryptography.x509.oid")
ed25519 = later("cryptography.hazmat.primitives.asymmetric.ed25519")
serialization = later("cryptography.hazmat.primitives.serialization")


@dataclass(frozen=True, slots=True)
class Tried:
    """How it went: a stable code and what it means."""

    code: str
    sentence: Sentence

    @property
    def ok(self) -> bool:
        return self.code in {"woken", "reached"}


def _tried(code: str, ru: str, en: str) -> Tried:
    return Tried(code, Sentence(ru, en))


WOKEN = _tried("woken", "Порт открыт, программа обновления отвечает.", "The port is open and the updater answers.")
NAME_UNKNOWN = _tried(
    "name_unknown",
    "Имя компьютера не находится: проверьте адрес или назовите IP.",
    "The host's name can't be found: check the address, or give an IP.",
)
FORBIDDEN = _tried(
    "forbidden",
    "Адрес ведёт на эту машину или в её локальный сегмент: туда соединяться нельзя.",
    "The address leads to this machine or its link: no connection goes there.",
)
REFUSED = _tried(
    "refused",
    "Компьютер отвечает, но порт закрыт: программа обновления не слушает его, или брандмауэр отказывает.",
    "The host answers, but the port is closed: the updater does not listen there, or a firewall refuses.",
)
TIMED_OUT = _tried(
    "timeout",
    "Ответа нет: компьютер выключен, или брандмауэр по пути отбрасывает соединения с этим портом.",
    "No answer: the host is off, or a firewall on the way drops connections to this port.",
)
UNREACHABLE = _tried("unreachable", "До этой сети нет пути.", "There is no route to this network.")
NOT_TLS = _tried(
    "not_tls",
    "Порт открыт, но слушает его не программа обновления: TLS 1.3 там нет.",
    "The port is open, but something else listens there: it speaks no TLS 1.3.",
)
NOT_KNOWN_YET = _tried(
    "not_known_yet",
    "Программа обновления ещё не назвала свой сертификат: она сделает это, когда сама спросит сервер.",
    "The updater has not told its certificate yet: it does so when it next asks the server by itself.",
)
WRONG_CERTIFICATE = _tried(
    "wrong_certificate",
    "Порт открыт, но сертификат там чужой: отвечает другой компьютер, или соединение кто-то подменяет.",
    "The port is open, but the certificate is another's: a different host answers, or somebody is in between.",
)
WE_ARE_REFUSED = _tried(
    "we_are_refused",
    "Программа обновления не приняла наш сертификат: он обновится, когда она сама спросит сервер.",
    "The updater does not take our certificate: it learns the new one when it next asks the server by itself.",
)
OTHER_ANSWER = _tried(
    "other_answer", "Порт открыт, но ответ непонятен.", "The port is open, but its answer makes no sense."
)


def wake(address: str, port: int, fingerprint: str, seed: str, *, inside: bool = False) -> Tried:
    """Say it once, within :data:`TIMEOUT` seconds.

    ``fingerprint``: SHA-256 of the updater's certificate (DER), hex; ``seed``: the installation's wake key; ``inside``:
    this machine's own addresses too. Raises nothing: whatever happens is an answer.
    """
    if not fingerprint:
        return NOT_KNOWN_YET
    until = monotonic() + TIMEOUT
    try:
        with connected(address, port, until, inside=inside) as plain:
            return _spoken(plain, address, port, fingerprint, seed, until)
    except (OSError, UnicodeError, ForbiddenError) as error:
        return why_not(error)


def why_not(error: Exception) -> Tried:
    """Why :func:`connected` did not come there, or a connection fell silent, in words."""
    if isinstance(error, socket.gaierror | UnicodeError):  # a name that is nobody's, or none by IDNA's rules
        return NAME_UNKNOWN
    if isinstance(error, ForbiddenError):
        return FORBIDDEN
    if isinstance(error, ConnectionRefusedError):
        return REFUSED
    away = isinstance(error, OSError) and error.errno in {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL}
    return UNREACHABLE if away else TIMED_OUT


def may(address: str) -> bool:
    """Whether a host may stand at an IP address: not this machine, not its link, nobody's or many hosts'."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or found.sixtofour or found
    return not (
        found.is_loopback or found.is_link_local or found.is_multicast or found.is_unspecified
        or found == ipaddress.IPv4Address("255.255.255.255")
    )  # fmt: skip


@cache
def certificate(seed: str) -> str:
    """Our client certificate as PEM; the same for ever for one seed (base64url, 32 bytes)."""
    builder = x509.CertificateBuilder()
    key = _key(seed)
    name = x509.Name([x509.NameAttribute(oid.NameOID.COMMON_NAME, "okibi wake")])
    public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    made = (
        builder.subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(hashlib.sha256(public).digest()[:15], "big") | 1)
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([oid.ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .sign(key, None)
    )
    return str(made.public_bytes(serialization.Encoding.PEM).decode())


class ForbiddenError(Exception):
    """The address is one of this machine's."""


@contextlib.contextmanager
def connected(address: str, port: int, until: float, *, inside: bool) -> Iterator[socket.socket]:
    """A connection to where a host may stand; ``until``: on the monotonic clock. Raises OSError, ForbiddenError."""
    found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)
    if not inside and not all(may(str(each[4][0])) for each in found):
        raise ForbiddenError
    error: OSError = TimeoutError()
    for *_, where in found:
        try:
            plain = socket.create_connection((str(where[0]), port), timeout=_left(until))
        except OSError as refused:
            error = refused
            continue
        with plain:
            yield plain
        return
    raise error


def _spoken(plain: socket.socket, address: str, port: int, fingerprint: str, seed: str, until: float) -> Tried:
    try:
        secure = _context(seed).wrap_socket(plain)
    except TimeoutError:
        return TIMED_OUT
    except (ssl.SSLError, ConnectionError):
        return NOT_TLS
    with secure:
        shown = hashlib.sha256(secure.getpeercert(binary_form=True) or b"").hexdigest()
        if shown != fingerprint.lower():
            return WRONG_CERTIFICATE
        host = f"[{address}]" if ":" in address else address.encode("idna").decode()
        try:
            secure.settimeout(_left(until))
            secure.sendall(
                f"POST /wake HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
            )
            return _judged(_status_line(secure, until))
        except (ssl.SSLError, ConnectionError):  # in TLS 1.3 a refused client certificate is told at the first reading
            return WE_ARE_REFUSED


def _status_line(secure: ssl.SSLSocket, until: float) -> bytes:
    read = b""
    while b"\r\n" not in read and len(read) < LONGEST:
        secure.settimeout(_left(until))
        piece = secure.recv(LONGEST)
        if not piece:
            break
        read += piece
    return read.partition(b"\r\n")[0]


def _judged(line: bytes) -> Tried:
    parts = line.split()
    said = parts[1] if len(parts) > 1 and parts[0].startswith(b"HTTP/1.") else b""
    return WOKEN if said in {b"204", b"429"} else OTHER_ANSWER


def _left(until: float) -> float:
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


@cache
def _context(seed: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False  # who it is, is told by the fingerprint alone, before anything is sent
    context.verify_mode = ssl.CERT_NONE
    secret = _key(seed).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    handle, name = tempfile.mkstemp()  # the library reads its key from a file only; 0600, gone at once
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secret + certificate(seed).encode())
        context.load_cert_chain(name)
    finally:
        Path(name).unlink()
    return context


def _key(seed: str) -> Any:
    raw = base64.urlsafe_b64decode(seed + "=" * (-len(seed) % 4))
    return ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"okibi wake" + raw).digest())
