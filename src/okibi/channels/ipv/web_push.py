"""Web Push: waking a device by its push service (RFC 8030), encrypted for it (RFC 8291), signed by us (RFC 8292).

Nothing leaves unless the operator switched it on (OKIBI_WEB_PUSH). An endpoint comes from a stranger's device, so it
must be https, must lead to a public address, and the connection goes to the very address that was checked; redirects
are not followed. Only the address of OKIBI_WEB_PUSH_TEST_SERVER is spared that, for trials on one's own machine.
"""

import base64
import ipaddress
import socket
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from okibi.channels.port import SendError
from okibi.kernel.errors import InputError
from okibi.kernel.later import later
from okibi.kernel.sentence import Sentence

pywebpush = later("pywebpush")
py_vapid = later("py_vapid")
urllib3 = later("urllib3")
certifi = later("certifi")
ec = later("cryptography.hazmat.primitives.asymmetric.ec")
serialization = later("cryptography.hazmat.primitives.serialization")

LIVES = 24 * 3600  # seconds that the push service keeps a message for a device that is away
SIGNED_FOR = 12 * 3600  # seconds; RFC 8292 allows 24 hours
TIMEOUT = 10  # seconds
LONGEST = 3000  # bytes of one message; a push service takes at least 4096 encrypted
HTTPS = 443


class UnsafeEndpointError(InputError):
    """No push service of the outside world: another scheme, a private address, odd keys."""

    code = "push_endpoint"

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                ru="Адрес или ключи push-сервиса не подходят.", en="The push service's address or keys are not valid."
            ),
            field="endpoint",
        )


class GoneError(Exception):
    """The subscription is over (404 or 410): the device took it back."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a push goes and the keys it is encrypted for, both base64url."""

    endpoint: str
    p256dh: str  # uncompressed P-256 point, 65 bytes
    auth: str  # 16 bytes


def enabled() -> bool:
    """Whether the operator switched pushes on."""
    return bool(settings.OKIBI_WEB_PUSH and settings.OKIBI_VAPID_KEY)


def public_key() -> str:
    """What a browser needs to subscribe (applicationServerKey), base64url; "" while pushes are off."""
    if not enabled():
        return ""
    point = _vapid().public_key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def check(target: Target) -> None:
    """Raises UnsafeEndpointError for what can be seen to be no subscription, without asking anybody."""
    url = _parts(target.endpoint)
    if len(target.endpoint) > 1000 or url is None:
        raise UnsafeEndpointError
    if _is_address(url.hostname or "") and not _is_test_server(url) and not _public(url.hostname or ""):
        raise UnsafeEndpointError
    point, auth = _decoded(target.p256dh), _decoded(target.auth)
    if len(auth) != 16 or len(point) != 65:
        raise UnsafeEndpointError
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise UnsafeEndpointError from None


def deliver(target: Target, content: bytes) -> None:
    """Hand one message over. Raises GoneError, SendError (permanent: never try again), UnsafeEndpointError."""
    if not enabled():
        raise SendError("pushes are switched off", permanent=True)
    url = _parts(target.endpoint)
    if url is None or len(content) > LONGEST:
        raise UnsafeEndpointError
    address = _address_of(url)
    subscription = {"endpoint": target.endpoint, "keys": {"p256dh": target.p256dh, "auth": target.auth}}
    body = pywebpush.WebPusher(subscription).encode(content, "aes128gcm")["body"]
    headers = {
        **_signature(url),
        "Host": url.netloc,
        "TTL": str(LIVES),
        "Urgency": "high",
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
    }
    status = _post(url, address, bytes(body), headers)
    if status in (404, 410):
        raise GoneError
    if not 200 <= status < 300:
        raise SendError(f"push service answered {status}", permanent=status < 500 and status != 429)


def _post(url: SplitResult, address: str, body: bytes, headers: dict[str, str]) -> int:
    """Post to the checked address under the name of the endpoint; gives the status. Redirects are an answer."""
    given = {"host": address, "port": url.port or HTTPS, "retries": False, "timeout": TIMEOUT}
    if url.scheme == "https":
        named = {"server_hostname": url.hostname, "assert_hostname": url.hostname, "ca_certs": certifi.where()}
        pool = urllib3.HTTPSConnectionPool(**given, **named)
    else:
        pool = urllib3.HTTPConnectionPool(**given)
    path = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
    try:
        answer = pool.request("POST", path, body=body, headers=headers, redirect=False, preload_content=False)
        return int(answer.status)
    except urllib3.exceptions.HTTPError as error:
        raise SendError(f"push service is away: {type(error).__name__}", unreachable=True) from error
    finally:
        pool.close()


def _address_of(url: SplitResult) -> str:
    """A public address of the endpoint's host. Raises UnsafeEndpointError where any of them is not public."""
    host = url.hostname or ""
    try:
        found = socket.getaddrinfo(host, url.port or HTTPS, proto=socket.IPPROTO_TCP)
    except OSError as error:
        raise SendError(f"push service is away: {error}", unreachable=True) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not _is_test_server(url) and not all(_public(address) for address in addresses):
        raise UnsafeEndpointError
    return addresses[0]


def _parts(endpoint: str) -> SplitResult | None:
    """The endpoint's parts where it is https (or the test server's own), without a user name in it."""
    try:
        url = urlsplit(endpoint)
        port = url.port
    except ValueError:
        return None
    if not url.hostname or url.username or url.password or port == 0 or not endpoint.isascii():
        return None
    return url if url.scheme == "https" or _is_test_server(url) else None


def _is_test_server(url: SplitResult) -> bool:
    own = urlsplit(settings.OKIBI_WEB_PUSH_TEST_SERVER)
    return bool(own.hostname) and (url.scheme, url.netloc) == (own.scheme, own.netloc)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global and not found.is_multicast


def _signature(url: SplitResult) -> dict[str, str]:
    claims = {
        "aud": f"{url.scheme}://{url.netloc}",
        "sub": f"mailto:{settings.OKIBI_MAIL_FROM}",
        "exp": int(time.time()) + SIGNED_FOR,
    }
    return dict(_vapid().sign(claims))


def _vapid() -> Any:
    return py_vapid.Vapid02.from_raw(settings.OKIBI_VAPID_KEY.encode())


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""
