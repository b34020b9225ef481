"""The port by which the desk may say "poll now", and nothing else: TLS 1.3, both sides pinned, one request, no body.

An open port can't install anything: what is said here has no content, and the poll that follows goes out to the
configured server.
"""

import hashlib
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from okibi_updater import keeping

log = logging.getLogger(__name__)

HEAD = 8 * 1024  # bytes
WHOLE = 5.0  # seconds for everything
PAUSE = 10.0  # seconds between two wakings
RESTS = 0.2  # seconds after an accept that failed
AT_ONCE = 8  # connections; more are closed
_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME: the pin counts, not the date
_REASONS = {
    204: "No Content",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    429: "Too Many Requests",
}


class Listener:
    """Listens until closed. ``desk``: the file with the desk's certificate (poll replaces it); without it none gets in.

    ``woken`` is called at most once in ten seconds. Raises OSError where the port is taken.
    """

    def __init__(self, address: tuple[str, int], home: Path, desk: Path, woken: Callable[[], None]) -> None:
        self.own, self.desk, self.woken = keeping.wake_certificate(home), desk, woken
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.socket = socket.create_server(address, family=family)
        self.port: int = self.socket.getsockname()[1]
        self.last = -PAUSE
        self.lock = threading.Lock()
        self.closed = threading.Event()
        self.seats = threading.BoundedSemaphore(AT_ONCE)
        threading.Thread(target=self._accept, name="wake", daemon=True).start()

    def close(self) -> None:
        self.closed.set()
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:  # a knock that was taken back, or no more files: only closing ends the listening
                if self.closed.wait(RESTS):
                    return
                continue
            if not self.seats.acquire(blocking=False):
                connection.close()
                continue
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, suppress(OSError, ValueError):
                connection.settimeout(WHOLE)
                context, pin = self._context()
                with context.wrap_socket(connection, server_side=True) as line:
                    shown = line.getpeercert(binary_form=True) or b""
                    if hashlib.sha256(shown).hexdigest() == pin:
                        line.sendall(self._answer(_head(line)))
        finally:
            self.seats.release()

    def _context(self) -> tuple[ssl.SSLContext, str]:
        """Made for each connection: the desk's certificate may have been replaced. Raises OSError, ValueError."""
        pem = self.desk.read_text(encoding="ascii")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(self.own)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=pem)
        context.verify_flags |= ssl.VerifyFlags(ssl.VERIFY_X509_PARTIAL_CHAIN | _NO_CHECK_TIME)
        return context, keeping.fingerprint(pem)

    def _answer(self, head: bytes) -> bytes:
        lines = head.decode("latin-1").split("\r\n")
        method, _, rest = lines[0].partition(" ")
        fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if rest.partition(" ")[0] != "/wake":
            return _said(404)
        if method != "POST":
            return _said(405, "Allow: POST\r\n")
        if fields.get("content-length", "0") != "0" or "transfer-encoding" in fields:
            return _said(400)
        with self.lock:
            left = self.last + PAUSE - time.monotonic()
            if left > 0:
                return _said(429, f"Retry-After: {int(left) + 1}\r\n")
            self.last = time.monotonic()
        log.info("woken")
        self.woken()
        return _said(204)


def _head(line: ssl.SSLSocket) -> bytes:
    """The header block. Raises ValueError where it is too long, too slow or not whole."""
    until, read = time.monotonic() + WHOLE, b""
    while b"\r\n\r\n" not in read:
        line.settimeout(max(until - time.monotonic(), 0.01))
        piece = line.recv(2048)
        read += piece
        if not piece or len(read) > HEAD:
            raise ValueError("no header block")
    head, _, body = read.partition(b"\r\n\r\n")
    return head + (b"\r\nTransfer-Encoding: some" if body else b"")


def _said(status: int, field: str = "") -> bytes:
    return f"HTTP/1.1 {status} {_REASONS[status]}\r\n{field}Content-Length: 0\r\nConnection: close\r\n\r\n".encode()
