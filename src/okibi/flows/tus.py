"""Resumable uploads by tus 1.0 (tus.io/protocols/resumable-upload) as the doors speak them: creation,
creation-with-upload, expiration, termination and checksum. Bodies are read piece by piece; what arrived before a line
broke is kept. A door says whose the upload is, and how its refusals look.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import get_language

from okibi.channels.clean import text_safe
from okibi.channels.email.attachments import name_for, safe_name
from okibi.channels.ipv.adapter import StoredFile
from okibi.kernel.errors import ConflictError, NotAllowedError, OkibiError
from okibi.kernel.once_only import Answer, fingerprint_of, once
from okibi.uploads import services
from okibi.uploads.errors import BeyondEndError
from okibi.uploads.selectors import Upload, upload_of
from okibi.uploads.services import Checksum, Room, take

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination,checksum"
ALGORITHMS = ("sha256", "sha1", "md5")
PIECE_TYPE = "application/offset+octet-stream"
_VERSION = {"Tus-Resumable": VERSION}
STATUS = {  # of a refusal, where its family alone would say something else
    "uploads.too_large": 413,
    "uploads.quota": 413,
    "uploads.beyond_end": 413,
    "uploads.locked": 423,
    "uploads.checksum": 460,
}


class TusRefusedError(Exception):
    """Not tus 1.0: a status, a code ("bad_request" …) and headers. ``needed``: the media type that was expected."""

    def __init__(self, status: int, code: str, headers: Mapping[str, str] | None = None, needed: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.needed = status, code, needed
        self.headers = {**_VERSION, **(headers or {})}


@dataclass(frozen=True, slots=True)
class Door:
    """What a door knows: whose the uploads of a request are, and under which key a creation may be repeated ("" none).

    ``room``: what such an owner may have on its way. ``count``: told the bytes of each file before it begins. All of
    them may raise; nothing is read before they answered.
    """

    owner: Callable[[HttpRequest], str]
    key: Callable[[HttpRequest], str]
    room: Room | None = None
    count: Callable[[int], None] = lambda _: None


def uploads(request: HttpRequest, door: Door) -> HttpResponse:
    """The collection: OPTIONS says what is spoken, POST begins an upload. Raises TusRefusedError and the room's."""
    if request.method == "OPTIONS":
        return _told(_options())
    if request.method != "POST":
        raise TusRefusedError(405, "method_not_allowed", {"Allow": "OPTIONS, POST"})
    _check_version(request)
    return _told(_create(request, door))


def upload(request: HttpRequest, upload_id: str, door: Door) -> HttpResponse:
    """One upload: HEAD says how much arrived, PATCH brings more, DELETE gives it up, GET describes it."""
    if request.method == "OPTIONS":
        return _told(_options())
    method = request.headers.get("X-HTTP-Method-Override", "").upper() if request.method == "POST" else request.method
    acts = {"HEAD": _head, "GET": _get, "PATCH": _patch, "DELETE": _delete}
    if method not in acts:
        raise TusRefusedError(405, "method_not_allowed", {"Allow": "OPTIONS, GET, HEAD, PATCH, DELETE"})
    if method != "GET":
        _check_version(request)
    return _told(acts[method](request, upload_of(door.owner(request), upload_id)))


def in_words(act: Callable[[], HttpResponse]) -> HttpResponse:
    """What a page's own script is answered: a refusal is a sentence in the reader's language."""
    try:
        return act()
    except TusRefusedError as error:
        return HttpResponse(status=error.status, headers=error.headers)
    except OkibiError as error:
        said = error.sentence.in_language((get_language() or "ru")[:2])
        return HttpResponse(said, status=_status_of(error), content_type="text/plain; charset=utf-8")


def _status_of(error: OkibiError) -> int:
    if isinstance(error, NotAllowedError):
        return 404
    return STATUS.get(error.code) or (409 if isinstance(error, ConflictError) else 422)


def files_of(owner: str, ids: list[str]) -> tuple[StoredFile, ...]:
    """Whole uploads as a message takes them, in that order. Raises NoSuchUploadError, NotWholeError."""
    return tuple(StoredFile(each.name, each.type, each.sha256) for each in (take(owner, ids) if ids else ()))


def _told(response: HttpResponse) -> HttpResponse:
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    return response


def _check_version(request: HttpRequest) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise TusRefusedError(412, "precondition_failed", {"Tus-Version": VERSION})


def _options() -> HttpResponse:
    return HttpResponse(
        status=204,
        headers={
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(services.most()),
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        },
    )


# ---------------------------------------------------------------- the acts


def _create(request: HttpRequest, door: Door) -> HttpResponse:
    owner = door.owner(request)
    size = _number(request, "Upload-Length")
    metadata = request.headers.get("Upload-Metadata", "")
    words = _words(metadata)
    key, length = door.key(request), _length(request)

    def begin() -> Upload:
        type_ = text_safe(words.get("filetype") or words.get("type") or "")[:120]
        name = safe_name(text_safe(words.get("filename") or words.get("name") or "")) or name_for(type_, 1)
        door.count(size)
        return services.begin(owner, size, name=name, type_=type_, metadata=metadata, room=door.room)

    if length:
        _check_type(request)
        if length > size:
            raise BeyondEndError
    if key:
        asked = fingerprint_of(b"POST", request.path.encode(), str(size).encode(), metadata.encode())
        known_id = once(owner, key, asked, lambda: Answer(201, begin().public_id.encode())).body.decode()
        begun = upload_of(owner, known_id)
    else:
        begun = begin()
    if length and not begun.offset:  # a repeat goes on by PATCH from where the first one broke
        begun = _append(request, begun, 0, length)
    return _created(request, begun)


def _created(request: HttpRequest, begun: Upload) -> HttpResponse:
    location = request.build_absolute_uri(f"{request.path.rstrip('/')}/{begun.public_id}")
    return HttpResponse(status=201, headers={"Location": location, **_standing(begun)})


def _head(request: HttpRequest, found: Upload) -> HttpResponse:
    del request
    headers = {"Upload-Length": str(found.size), **_standing(found)}
    if found.metadata:
        headers["Upload-Metadata"] = found.metadata
    return HttpResponse(status=200, headers=headers)


def _get(request: HttpRequest, found: Upload) -> HttpResponse:
    del request
    body = {
        "id": found.public_id,
        "name": found.name,
        "type": found.type,
        "size": found.size,
        "offset": found.offset,
        "whole": found.is_whole,
        "sha256": found.sha256,
        "expires_at": timezone.localtime(found.expires_at).isoformat(timespec="milliseconds"),
    }
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False}, headers=_standing(found))


def _patch(request: HttpRequest, found: Upload) -> HttpResponse:
    _check_type(request)
    offset, length = _number(request, "Upload-Offset"), _length(request)
    return HttpResponse(status=204, headers=_standing(_append(request, found, offset, length)))


def _append(request: HttpRequest, found: Upload, offset: int, length: int) -> Upload:
    def read(size: int) -> bytes:
        try:
            return bytes(request.read(size))
        except (UnreadablePostError, OSError):  # the line broke: what came before is kept
            return b""

    return services.append(found, offset, length, read, _checksum(request))


def _delete(request: HttpRequest, found: Upload) -> HttpResponse:
    del request
    services.terminate(found)
    return HttpResponse(status=204)


# ---------------------------------------------------------------- headers


def _standing(found: Upload) -> dict[str, str]:
    return {"Upload-Offset": str(found.offset), "Upload-Expires": _http_date(found.expires_at)}


def _http_date(at: datetime) -> str:
    return http_date(at.timestamp())


def _number(request: HttpRequest, name: str) -> int:
    given = request.headers.get(name, "")
    if not (given.isascii() and given.isdecimal() and len(given) < 16):
        raise TusRefusedError(400, "bad_request")
    return int(given)


def _length(request: HttpRequest) -> int:
    given = request.META.get("CONTENT_LENGTH") or ""
    if given.isdecimal():
        return int(given)
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        raise TusRefusedError(411, "length_required")
    return 0


def _check_type(request: HttpRequest) -> None:
    if (request.content_type or "").lower() != PIECE_TYPE:
        raise TusRefusedError(415, "unsupported_media_type", needed=PIECE_TYPE)


def _words(metadata: str) -> dict[str, str]:
    """``Upload-Metadata``: pairs "key base64" between commas."""
    found: dict[str, str] = {}
    if len(metadata) > 4000 or not metadata.isascii():
        raise TusRefusedError(400, "bad_request")
    for pair in filter(None, (part.strip() for part in metadata.split(","))):
        name, _, value = pair.partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode("utf-8", "replace")
        except (ValueError, binascii.Error):
            raise TusRefusedError(400, "bad_request") from None
    return found


def _checksum(request: HttpRequest) -> Checksum | None:
    given = request.headers.get("Upload-Checksum", "")
    if not given:
        return None
    algorithm, _, encoded = given.partition(" ")
    try:
        digest = base64.b64decode(encoded.strip(), validate=True)
    except (ValueError, binascii.Error):
        digest = b""
    if algorithm not in ALGORITHMS or not digest:
        raise TusRefusedError(400, "bad_request")
    return Checksum(algorithm, digest)
