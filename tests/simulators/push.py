"""A push service and the browser behind it, over real HTTP on loopback (RFC 8030), and nothing of the product's code.

It is honest: a message is in ``received`` only where it was signed by the key that the subscription was made with (RFC
8292) and the browser's own keys open it (RFC 8291, RFC 8188). Everything else is answered as the standards say.
"""

import base64
import json
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LONGEST = 4096  # bytes of one message (RFC 8030 §7.2)
LONGEST_SIGNATURE = 24 * 3600  # seconds ahead (RFC 8292 §2)


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


@dataclass
class Browser:
    """One subscription as a browser makes it: ``PushManager.subscribe({applicationServerKey})``."""

    endpoint: str
    server_key: str  # applicationServerKey, base64url
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    @property
    def keys(self) -> dict[str, str]:
        return {"p256dh": encoded(point(self.key.public_key())), "auth": encoded(self.auth)}

    def opened(self, body: bytes) -> bytes:
        """The plain text of one aes128gcm message (RFC 8291 §3.4, RFC 8188 §2). Raises InvalidTag, ValueError."""
        salt, id_length = body[:16], body[20]
        sender, sealed = body[21 : 21 + id_length], body[21 + id_length :]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        info = b"WebPush: info\x00" + point(self.key.public_key()) + sender
        material = derived(shared, self.auth, info, 32)
        content_key = derived(material, salt, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = derived(material, salt, b"Content-Encoding: nonce\x00", 12)
        padded = AESGCM(content_key).decrypt(nonce, sealed, None)
        text, delimiter, _ = padded.rpartition(b"\x02")
        if not delimiter:
            raise ValueError("no delimiter of the last record")
        return text


@dataclass
class PushServer:
    """``with PushServer() as server:`` listens on loopback; ``server.url`` is its origin."""

    received: list[tuple[str, dict[str, object]]] = field(default_factory=list)  # endpoint, what was pushed
    refused: list[tuple[int, str]] = field(default_factory=list)  # answers that were no success, and why
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)  # to the next messages, whatever they are; then honest again
    moved_to: str = ""  # a redirect to there, always
    browsers: dict[str, Browser] = field(default_factory=dict)

    def subscribe(self, server_key: str) -> Browser:
        path = f"/push/{secrets.token_urlsafe(12)}"
        self.browsers[path] = Browser(self.url + path, server_key)
        return self.browsers[path]

    def forget(self, browser: Browser) -> None:
        """The person took the permission back."""
        del self.browsers[browser.endpoint.removeprefix(self.url)]

    def __enter__(self) -> Self:
        simulator = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                status, why = simulator.take(self.path, dict(self.headers), body)
                if status != 201:
                    simulator.refused.append((status, why))
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", simulator.moved_to)
                if status == 201:
                    self.send_header("Location", f"{simulator.url}/message/1")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None: ...

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """The status of one request and, where it is no success, why."""
        given = {name.lower(): value for name, value in headers.items()}
        self.headers.append(given)
        if self.moved_to:
            return 302, "moved"
        if self.answers:
            return self.answers.pop(0), "as told"
        if not given.get("ttl", "").isdigit():
            return 400, "no TTL (RFC 8030 §5.2)"
        if len(body) > LONGEST:
            return 413, "too long"
        browser = self.browsers.get(path)
        if browser is None:
            return 410, "no such subscription (RFC 8030 §7.3)"
        why = self._wrong_signature(given.get("authorization", ""), browser)
        if why:
            return 403, why
        if given.get("content-encoding") != "aes128gcm":
            return 415, "no aes128gcm"
        try:
            pushed = json.loads(browser.opened(body))
        except (InvalidTag, ValueError, IndexError) as error:
            return 400, f"can't be opened: {error!r}"
        self.received.append((browser.endpoint, pushed))
        return 201, ""

    def _wrong_signature(self, authorization: str, browser: Browser) -> str:
        """What is wrong with a VAPID header (RFC 8292 §2 and §3), "" where nothing is."""
        scheme, _, rest = authorization.partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
        if scheme.lower() != "vapid" or {"t", "k"} - parts.keys():
            return "no vapid"
        if parts["k"] != browser.server_key:
            return "another key than the subscription's"
        head, claims, signature = parts["t"].split(".")
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(parts["k"]))
        raw = decoded(signature)
        der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        try:
            key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return "a forged signature"
        said = json.loads(decoded(claims))
        if said["aud"] != self.url:
            return f"for another server: {said['aud']}"
        if not 0 < said["exp"] - time.time() <= LONGEST_SIGNATURE:
            return "signed for too long, or expired"
        return "" if str(said.get("sub", "")).startswith(("mailto:", "https:")) else "nobody to write to"
