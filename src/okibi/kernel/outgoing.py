"""HTTP to an address that a person typed in: only where such requests may go, never followed elsewhere.

The name is resolved once, every address it has must be allowed, and the connection goes to exactly the address that was
looked at: a name that answers differently the second time (DNS rebinding) gains nothing.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from okibi.kernel.errors import InputError, OutsideError
from okibi.kernel.sentence import Sentence

PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052
READ = 2000  # bytes of an answer that are looked at

NOT_AN_ADDRESS = Sentence(
    ru="Это не адрес вида https://имя/путь.", en="This is not an address such as https://name/path."
)
NO_LOGIN = Sentence(
    ru="В адресе не должно быть имени и пароля.", en="The address must not carry a user name or a password."
)
ONLY_HTTPS = Sentence(
    ru="Нужен адрес https://: по http:// данные ушли бы открытыми.",
    en="An https:// address is needed: over http:// the data would travel in the clear.",
)
INSIDE = Sentence(
    ru="Адрес ведёт во внутреннюю сеть или на эту машину. Разрешить такие может администратор сервера.",
    en="The address leads into the internal network or to this machine. The operator can allow such addresses.",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said: status, and the beginning of its body as text."""

    status: int
    text: str
    location: str = ""


def checked(url: str, *, inside: bool = False) -> SplitResult:
    """The parts of an address to which data of ours may go by its looks. ``inside``: plain http and internal names too.

    Raises InputError. What the name resolves to is looked at when something is sent.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise InputError(NOT_AN_ADDRESS) from error
    if parts.scheme not in PORTS or not parts.hostname or port == 0 or not url.isprintable() or " " in url.strip():
        raise InputError(NOT_AN_ADDRESS)
    if parts.username or parts.password:
        raise InputError(NO_LOGIN)
    if inside:
        return parts
    if parts.scheme != "https":
        raise InputError(ONLY_HTTPS)
    if _is_number(parts.hostname) and not _may(parts.hostname):
        raise InputError(INSIDE)
    return parts


def post(url: str, body: bytes, headers: Mapping[str, str], *, timeout: float = 15.0, inside: bool = False) -> Answer:
    """POST once; redirects are told, not followed. Raises InputError (not allowed), OutsideError (no answer)."""
    parts = checked(url, inside=inside)
    host = parts.hostname or ""
    port = parts.port or PORTS[parts.scheme]
    try:
        connection = http.client.HTTPConnection(host, port, timeout=timeout)
        connection.sock = connect(host, port, timeout, inside=inside)
        if parts.scheme == "https":
            connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, {"Host": parts.netloc, "Connection": "close", **headers})
        answer = connection.getresponse()
        text = answer.read(READ).decode("utf-8", "replace")
        return Answer(answer.status, text, answer.headers.get("Location", ""))
    except (OSError, http.client.HTTPException, ValueError) as error:
        why = f"{type(error).__name__}: {error}"[:300]
        raise OutsideError(Sentence(ru=why, en=why)) from error
    finally:
        connection.close()


def connect(host: str, port: int, timeout: float, *, inside: bool) -> socket.socket:
    """A connection to an address that was looked at. Raises InputError (not allowed), OSError (no answer)."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not inside and not all(_may(str(address[0])) for *_, address in found):
        raise InputError(INSIDE)
    error: OSError = OSError("no address")
    for _, _, _, _, address in found:
        try:
            return socket.create_connection((str(address[0]), port), timeout=timeout)
        except OSError as refused:
            error = refused
    raise error


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _may(address: str) -> bool:
    """Whether an IP address is one of the public network. IPv6 that wraps IPv4 is judged by what it wraps."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found in NAT64:
            found = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        else:
            found = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1] or found
    return found.is_global and not found.is_multicast
