"""Resumable uploads by tus 1.0 (tus.io/protocols/resumable-upload): creation, creation-with-upload, expiration,
termination and checksum. Bodies are read piece by piece; what arrived before a line broke is kept.
"""

import base64
import binascii
from datetime import datetime

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils.http import http_date

from okibi.api.auth import DeviceCaller, KeyCaller, known
from okibi.api.problems import ProblemError
from okibi.api.rendering import as_json, moment
from okibi.api.repeats import key_of
from okibi.channels.clean import text_safe
from okibi.channels.email.attachments import name_for, safe_name
from okibi.kernel.once_only import Answer, fingerprint_of, once
from okibi.uploads import services
from okibi.uploads.selectors import Upload, upload_of
from okibi.uploads.services import Checksum

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination,checksum"
ALGORITHMS = ("sha256", "sha1", "md5")
PIECE_TYPE = "application/offset+octet-stream"


def uploads(request: HttpRequest) -> HttpResponse:
    """``/uploads``: OPTIONS says what is spoken, POST begins an upload."""
    if request.method == "OPTIONS":
        return _told(_options())
    _check_version(request)
    if request.method != "POST":
        raise ProblemError("method_not_allowed", headers={"Allow": "OPTIONS, POST", **_VERSION})
    return _told(_create(request, _owner(request)))


def upload(request: HttpRequest, upload_id: str) -> HttpResponse:
    """``/uploads/{id}``: HEAD says how much arrived, PATCH brings more, DELETE gives it up, GET describes it."""
    if request.method == "OPTIONS":
        return _told(_options())
    method = request.headers.get("X-HTTP-Method-Override", "").upper() if request.method == "POST" else request.method
    acts = {"HEAD": _head, "GET": _get, "PATCH": _patch, "DELETE": _delete}
    if method != "GET":
        _check_version(request)
    if method not in acts:
        raise ProblemError("method_not_allowed", headers={"Allow": "OPTIONS, GET, HEAD, PATCH, DELETE", **_VERSION})
    return _told(acts[method](request, upload_of(_owner(request), upload_id)))


_VERSION = {"Tus-Resumable": VERSION}


def _told(response: HttpResponse) -> HttpResponse:
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    return response


def _check_version(request: HttpRequest) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise ProblemError("precondition_failed", headers={"Tus-Version": VERSION, **_VERSION})


def _owner(request: HttpRequest) -> str:
    found: DeviceCaller | KeyCaller | None = known(request)
    if found is None:
        raise ProblemError("unauthorized", headers=_VERSION)
    return found.caller


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


def _create(request: HttpRequest, owner: str) -> HttpResponse:
    size = _number(request, "Upload-Length")
    metadata = request.headers.get("Upload-Metadata", "")
    words = _words(metadata)
    key, length = key_of(request), _length(request)

    def begin() -> Upload:
        type_ = text_safe(words.get("filetype") or words.get("type") or "")[:120]
        name = safe_name(text_safe(words.get("filename") or words.get("name") or "")) or name_for(type_, 1)
        return services.begin(owner, size, name=name, type_=type_, metadata=metadata)

    if length:
        _check_type(request)
        return _created(request, _append(request, begin(), 0, length))
    if not key:
        return _created(request, begin())
    asked = fingerprint_of(b"POST", request.path.encode(), str(size).encode(), metadata.encode())
    known_id = once(owner, key, asked, lambda: Answer(201, begin().public_id.encode())).body.decode()
    return _created(request, upload_of(owner, known_id))


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
        "expires_at": moment(found.expires_at),
    }
    return HttpResponse(as_json(body), content_type="application/json", headers=_standing(found))


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
        raise ProblemError("bad_request", headers=_VERSION)
    return int(given)


def _length(request: HttpRequest) -> int:
    given = request.META.get("CONTENT_LENGTH") or ""
    if given.isdecimal():
        return int(given)
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        raise ProblemError("length_required", headers=_VERSION)
    return 0


def _check_type(request: HttpRequest) -> None:
    if (request.content_type or "").lower() != PIECE_TYPE:
        raise ProblemError("unsupported_media_type", needed=PIECE_TYPE, headers=_VERSION)


def _words(metadata: str) -> dict[str, str]:
    """``Upload-Metadata``: pairs "key base64" between commas."""
    found: dict[str, str] = {}
    if len(metadata) > 4000 or not metadata.isascii():
        raise ProblemError("bad_request", headers=_VERSION)
    for pair in filter(None, (part.strip() for part in metadata.split(","))):
        name, _, value = pair.partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode("utf-8", "replace")
        except (ValueError, binascii.Error):
            raise ProblemError("bad_request", headers=_VERSION) from None
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
        raise ProblemError("bad_request", headers=_VERSION)
    return Checksum(algorithm, digest)
