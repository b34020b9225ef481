"""Answers as caches understand them: ETag, 304, how long (RFC 9110 §13)."""

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from okibi.kernel import file_answers
from okibi.releases.kinds import media_type_of

if TYPE_CHECKING:
    from okibi.kernel.models import Blob

FOR_EVER = "public, max-age=31536000, immutable"
SHORT = "public, max-age=60"
OWN = "private, no-cache"


def document(request: HttpRequest, body: bytes, type_: str, caching: str) -> HttpResponse:
    """A small answer with an ETag of its bytes; 304 for who has it."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": caching}
    if file_answers.is_known(request, etag):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(body, content_type=type_, headers=headers)


def as_json(request: HttpRequest, value: Mapping[str, Any], caching: str) -> HttpResponse:
    """JSON in UTF-8, keys in a fixed order."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return document(request, body, "application/json", caching)


def file(request: HttpRequest, blob: "Blob", name: str, kind: str, caching: str) -> HttpResponseBase:
    """A stored file, whole or in one part; its ETag is its SHA-256."""
    return file_answers.answer(request, blob, name, media_type_of(kind), caching, by_proxy=True)
