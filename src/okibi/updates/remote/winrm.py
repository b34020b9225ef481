"""A session by WinRM over HTTPS: docs/adr/0021. The certificate is compared before anything is sent.

Negotiate (NTLMv2, bound to the channel: RFC 5929 tls-server-end-point) where Windows offers it, as it does by default;
Basic only where nothing else is offered. Scripts go to PowerShell by its standard input.
"""

import base64
import contextlib
import hashlib
import http.client
import ssl
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Any

from okibi.kernel.later import later
from okibi.updates import waking
from okibi.updates.remote import words, wsman
from okibi.updates.remote.values import OUTPUT, Ended, Line, Login, LostError, ReachError, Where

PATH = "/wsman"
STEP = 15.0  # seconds that a step of signing in may take
ANSWER = wsman.WAIT + 20.0  # seconds that a message may stand
CHUNK = 64 * 1024  # bytes of a file in one message: twice in base64 they fit an envelope
_MEDIA = "application/soap+xml;charset=UTF-8"
_POWERSHELL = ("-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-EncodedCommand")
_READ = (
    "[Console]::OutputEncoding=[Text.Encoding]::UTF8;$ErrorActionPreference='Stop';$ProgressPreference='SilentlyContinue';"
    "$t=[Console]::In.ReadToEnd();try{& ([ScriptBlock]::Create([Text.Encoding]::UTF8.GetString("
    "[Convert]::FromBase64String($t))));exit $LASTEXITCODE}catch{Write-Output $_.Exception.Message;exit 1}"
)

spnego = later("spnego")
bindings = later("spnego.channel_bindings")
x509 = later("cryptography.x509")


class WinrmShell:
    """One signed-in session. ``shown``: the host's certificate."""

    def __init__(self, line: "_Line", shown: str) -> None:
        self._line = line
        self.shown = shown
        self._shell = ""

    def open(self) -> None:
        """Make the shell in which commands run: the first message, by which it shows whether we are let in.

        Raises ReachError, LostError.
        """
        try:
            self._shell = wsman.shell_of(self._line.first(wsman.create(self._line.to)))
        except wsman.FaultError as error:  # 5: signed in, but not allowed
            raise ReachError(words.LOGIN_REFUSED if error.code == "5" else words.LOST, self.shown) from error

    def close(self) -> None:
        """Close it; a broken connection is no reason to complain."""
        if self._shell:
            with contextlib.suppress(LostError, ReachError):
                self._line.asked(wsman.delete(self._line.to, self._shell), wsman.checked)

    def run(self, script: str, limit: float) -> Ended:
        """Give a script to PowerShell; its output and errors together. Raises LostError."""
        return self._program(_READ, [base64.b64encode(script.encode())], limit)

    def pour(self, pieces: Iterable[bytes], place: str) -> None:
        """Append to a file as the pieces come. ``place``: an expression of PowerShell. Raises LostError."""
        script = (
            f"$ErrorActionPreference='Stop';$f=[IO.File]::Open({place},[IO.FileMode]::Append);"
            "try{while($null -ne ($l=[Console]::In.ReadLine())){if($l){"
            "$b=[Convert]::FromBase64String($l);$f.Write($b,0,$b.Length)}}}finally{$f.Close()}"
        )
        lines = (base64.b64encode(part) + b"\r\n" for piece in pieces for part in _cut(piece))
        ended = self._program(script, lines, 120.0)
        if ended.code != 0:
            raise LostError(ended.output.strip()[:300])

    def _program(self, script: str, given: Iterable[bytes], limit: float) -> Ended:
        """``limit`` counts from the end of what is given."""
        to, shell = self._line.to, self._shell
        encoded = base64.b64encode(script.encode("utf-16-le")).decode()
        started = self._line.asked(
            wsman.command(to, shell, "powershell.exe", [*_POWERSHELL, encoded]), wsman.command_of
        )
        for content in given:
            self._line.asked(wsman.send(to, shell, started, content, end=False), wsman.checked)
        self._line.asked(wsman.send(to, shell, started, b"", end=True), wsman.checked)
        kept, until = bytearray(), monotonic() + limit
        try:
            while (got := self._receive(started)).code is None:
                kept += got.output[: max(0, OUTPUT - len(kept))]
                if monotonic() > until:
                    raise LostError("no answer in time")
        finally:
            with contextlib.suppress(LostError, ReachError):
                self._line.asked(wsman.terminate(to, shell, started), wsman.checked)
        kept += got.output[: max(0, OUTPUT - len(kept))]
        return Ended(got.code, kept.decode("utf-8", "replace"))

    def _receive(self, started: str) -> wsman.Received:
        try:
            return wsman.received(self._line.posted(wsman.receive(self._line.to, self._shell, started)))
        except wsman.FaultError as error:
            if error.code == wsman.TIMED_OUT:
                return wsman.Received(b"", None)
            raise LostError(str(error)) from error


class _Line:
    """One connection, kept: NTLM signs in the connection itself."""

    def __init__(self, secure: ssl.SSLSocket, where: Where, shown: str) -> None:
        self.shown = shown
        host = f"[{where.address}]" if ":" in where.address else where.address
        self.to = f"https://{host}:{where.port}{PATH}"
        self._connection = http.client.HTTPConnection(where.address, where.port)
        self._connection.auto_open = 0  # never to another connection than the one that was looked at
        self._connection.sock = secure
        self._secure = secure
        self._always = ""  # Basic goes with every message
        self._last_step = ""  # of NTLM, goes with the first one

    def asked(self, message: bytes, read: Any) -> Any:
        """Post it and read the answer. Raises LostError."""
        try:
            return read(self.posted(message))
        except wsman.FaultError as error:
            raise LostError(str(error)) from error

    def posted(self, message: bytes, proof: str = "") -> bytes:
        """The answer's body. Raises LostError for anything but an answer of the service."""
        status, _, body = self._exchange(message, proof or self._always, ANSWER)
        if status not in {200, 500}:  # 500 carries a fault
            raise LostError(f"HTTP {status}")
        return body

    def sign_in(self, login: Login) -> None:
        """Raises ReachError."""
        status, offered, _ = self._exchange(b"", "", STEP)
        schemes = {each.partition(" ")[0].lower() for each in offered}
        if status != 401 or not schemes & {"negotiate", "basic"}:
            raise ReachError(words.LOGIN_REFUSED if status == 401 else words.NOT_WINRM, self.shown)
        if "negotiate" in schemes:
            self._negotiate(login)
        else:
            pair = f"{login.name}:{login.password}".encode()
            self._always = f"Basic {base64.b64encode(pair).decode()}"

    def _negotiate(self, login: Login) -> None:
        """NTLM: the connection itself is signed in by the first message after this."""
        bound = bindings.GssChannelBindings(application_data=b"tls-server-end-point:" + _end_point(self._secure))
        try:
            context = spnego.client(
                login.name, login.password, hostname="unspecified", service="HTTP", protocol="ntlm",
                channel_bindings=bound,
            )  # fmt: skip
            status, offered, _ = self._exchange(b"", _token(context.step()), STEP)
            challenge = next((each[10:].strip() for each in offered if each.lower().startswith("negotiate ")), "")
            if status != 401 or not challenge:
                raise ReachError(words.LOGIN_REFUSED, self.shown)
            self._last_step = _token(context.step(base64.b64decode(challenge)))
        except (spnego.exceptions.SpnegoError, ValueError):
            raise ReachError(words.LOGIN_REFUSED, self.shown) from None

    def first(self, message: bytes) -> bytes:
        """The first message carries the last step of signing in. Raises ReachError where it is refused."""
        proof, self._last_step = self._last_step, ""
        status, _, body = self._exchange(message, proof or self._always, ANSWER)
        if status in {401, 403}:
            raise ReachError(words.LOGIN_REFUSED, self.shown)
        if status not in {200, 500} or not wsman.is_ours(body):
            raise ReachError(words.NOT_WINRM, self.shown)
        return body

    def _exchange(self, message: bytes, proof: str, limit: float) -> tuple[int, list[str], bytes]:
        headers = {"Content-Type": _MEDIA, "User-Agent": "okibi", "Connection": "Keep-Alive"}
        if proof:
            headers["Authorization"] = proof
        try:
            self._secure.settimeout(limit)
            self._connection.request("POST", PATH, message, headers)
            answer = self._connection.getresponse()
            body = answer.read(wsman.MOST)
            return answer.status, answer.headers.get_all("WWW-Authenticate") or [], body
        except (OSError, http.client.HTTPException) as error:
            raise LostError(f"{type(error).__name__} {error}") from error


@contextlib.contextmanager
def opened(where: Where, login: Login | None, pinned: str, trail: list[Line]) -> Iterator[WinrmShell]:
    """A session at a host whose certificate is ``pinned`` ("x509 SHA256:…"). What was tried stands in ``trail``.

    Raises ReachError as :func:`.ssh.opened` does; LostError where the line breaks off.
    """
    until = monotonic() + where.limit
    with contextlib.ExitStack() as stack:
        try:
            plain = stack.enter_context(waking.connected(where.address, where.port, until, inside=where.inside))
        except (OSError, UnicodeError, waking.ForbiddenError) as error:
            raise ReachError(waking.why_not(error)) from None
        trail.append(Line(True, words.open_port(where.address, where.port)))
        try:
            plain.settimeout(max(until - monotonic(), 0.1))
            secure = stack.enter_context(_context().wrap_socket(plain))
        except OSError as error:
            raise ReachError(words.NO_TLS) from error
        shown = _certificate(secure, trail)
        if shown != pinned:
            raise ReachError(words.KEY_CHANGED if pinned else words.KEY_NEW, shown)
        trail.append(Line(True, words.key_shown(shown)))
        if login is None:
            raise ReachError(words.NO_LOGIN, shown)
        line = _Line(secure, where, shown)
        line.sign_in(login)
        shell = WinrmShell(line, shown)
        shell.open()
        trail.append(Line(True, words.signed_in(login.name)))
        try:
            yield shell
        finally:
            shell.close()


def _certificate(secure: ssl.SSLSocket, trail: list[Line]) -> str:
    der = secure.getpeercert(binary_form=True) or b""
    thumbprint = hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()  # as Windows names certificates
    said = f"{secure.version()}, Thumbprint {thumbprint}"
    trail.append(Line(True, words.secured(said)))
    return f"x509 SHA256:{hashlib.sha256(der).hexdigest()}"


def _end_point(secure: ssl.SSLSocket) -> bytes:
    """RFC 5929 §4.1: the certificate's hash by its own signature's algorithm, SHA-256 in place of weaker ones."""
    der = secure.getpeercert(binary_form=True) or b""
    algorithm = x509.load_der_x509_certificate(der).signature_hash_algorithm
    name = algorithm.name if algorithm is not None and algorithm.name in {"sha384", "sha512"} else "sha256"
    return hashlib.new(name, der).digest()


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False  # who it is, is told by the fingerprint alone, before anything is sent
    context.verify_mode = ssl.CERT_NONE
    return context


def _token(token: bytes | None) -> str:
    return f"Negotiate {base64.b64encode(token or b'').decode()}"


def _cut(piece: bytes) -> Iterator[bytes]:
    for at in range(0, len(piece), CHUNK):
        yield piece[at : at + CHUNK]
