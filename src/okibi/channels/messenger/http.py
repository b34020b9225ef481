"""HTTP to a messenger's servers: one request, no redirects, and every failure is told as the outbox understands it."""

import hashlib
import http.client
import json
import secrets
import ssl
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from okibi.channels import file_streams
from okibi.channels.port import IncomingFile, SendError
from okibi.kernel import blobs, outgoing
from okibi.kernel.errors import InputError

TIMEOUT = 30.0  # seconds
READ = 1024 * 1024  # bytes of an answer
CHUNK = 64 * 1024


class Reached(Protocol):
    """Whose servers are spoken to."""

    @property
    def is_local(self) -> bool:
        """Whether they are simulators on this machine."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said."""

    status: int
    document: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was downloaded; ``path`` is the caller's to remove."""

    path: Path
    sha256: str
    size: int
    type: str


class TooLargeError(Exception):
    """The file is larger than what is taken."""


class FetchError(Exception):
    """The file did not come. ``permanent``: it never will."""

    def __init__(self, why: str, *, permanent: bool = False) -> None:
        super().__init__(why)
        self.permanent = permanent


def call(
    account: Reached, method: str, url: str, document: Any = None, *,
    headers: Mapping[str, str] | None = None, body: bytes | Iterable[bytes] | None = None, timeout: float = TIMEOUT,
) -> Answer:  # fmt: skip
    """One request. Raises SendError: unreachable before a byte has left, uncertain after the request has."""
    given = {"Accept": "application/json", "Connection": "close", **(headers or {})}
    if document is not None:
        body = json.dumps(document, ensure_ascii=False).encode()
        given["Content-Type"] = "application/json"
    with _connected(account, url, timeout) as (connection, path):
        try:
            connection.request(method, path, body, given)
            found = connection.getresponse()
            raw = found.read(READ)
        except (OSError, http.client.HTTPException) as error:
            raise SendError(f"no answer: {type(error).__name__}", uncertain=method != "GET") from error
    text = raw.decode("utf-8", "replace")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = {}
    known = {name.lower(): value for name, value in found.getheaders()}
    return Answer(found.status, said if isinstance(said, dict) else {"items": said}, known, text[:500])


def download(
    account: Reached, url: str, headers: Mapping[str, str], folder: Path, largest: int, timeout: float = TIMEOUT
) -> Fetched:
    """A file into ``folder``, in constant memory. Raises TooLargeError, FetchError."""
    try:
        with _connected(account, url, timeout) as (connection, path):
            connection.request("GET", path, headers={"Connection": "close", **headers})
            found = connection.getresponse()
            if found.status != http.client.OK:
                gone = found.status in {400, 401, 403, 404, 410}
                raise FetchError(f"HTTP {found.status}", permanent=gone)
            said = found.headers.get("Content-Length", "")
            if said.isdigit() and int(said) > largest:
                raise TooLargeError
            return _kept(found, folder, largest, int(said) if said.isdigit() else None)
    except (OSError, http.client.HTTPException) as error:
        raise FetchError(type(error).__name__) from error
    except SendError as error:
        raise FetchError(str(error), permanent=error.permanent_failure) from error


def _kept(found: http.client.HTTPResponse, folder: Path, largest: int, said: int | None) -> Fetched:
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        path = Path(file.name)
        try:
            while chunk := found.read(CHUNK):
                size += len(chunk)
                if size > largest:
                    raise TooLargeError  # noqa: TRY301  the file must go, whatever the reason
                digest.update(chunk)
                file.write(chunk)
            if said is not None and size < said:
                raise FetchError(f"{size} of {said} bytes")  # noqa: TRY301
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return Fetched(path, digest.hexdigest(), size, found.headers.get_content_type())


@contextmanager
def _connected(account: Reached, url: str, timeout: float) -> Iterator[tuple[http.client.HTTPConnection, str]]:
    """A connection to exactly the address that was looked at; inside ones only where the account itself is local."""
    try:
        parts = outgoing.checked(url, inside=account.is_local)
        host, port = parts.hostname or "", parts.port or outgoing.PORTS[parts.scheme]
        connection = http.client.HTTPConnection(host, port, timeout=timeout)
        try:
            connection.sock = outgoing.connect(host, port, timeout, inside=account.is_local)
            if parts.scheme == "https":
                connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
        except OSError as error:
            raise SendError(f"{host} is away: {type(error).__name__}", unreachable=True) from error
    except InputError as error:
        raise SendError(str(error), permanent=True) from error
    try:
        yield connection, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    finally:
        connection.close()


class Form:
    """A multipart/form-data body with one file (RFC 7578; file names in UTF-8), sent a quarter of a megabyte at a time.

    The file is opened at once: what is lost is told before a byte has left. Raises LostFileError.
    """

    def __init__(self, fields: Mapping[str, str], name: str, file: IncomingFile) -> None:
        boundary = f"okibi-{secrets.token_hex(16)}"
        self.type = f"multipart/form-data; boundary={boundary}"
        lines = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in fields.items()
        ]
        quoted = file.name.replace('"', "%22").replace("\r", " ").replace("\n", " ")
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{quoted}"\r\n'
            f"Content-Type: {file.type or 'application/octet-stream'}\r\n\r\n"
        )
        self._head = b"".join([*lines, head.encode()])
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self._file, size = file_streams.opened(file)
        self.size = len(self._head) + size + len(self._tail)  # bytes

    def __iter__(self) -> Iterator[bytes]:
        yield self._head
        while piece := self._file.read(blobs.PIECE):
            yield piece
        yield self._tail

    def close(self) -> None:
        self._file.close()


def upload(
    account: Reached, url: str, form: Form, headers: Mapping[str, str] | None = None, timeout: float = TIMEOUT
) -> Answer:
    """POST the form, in constant memory, and close it. Raises SendError as :func:`call`."""
    given = {**(headers or {}), "Content-Type": form.type, "Content-Length": str(form.size)}
    with closing(form):
        return call(account, "POST", url, headers=given, body=form, timeout=timeout)


def host_of(url: str) -> str:
    """The host name of an address in lower case, "" where it has none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
