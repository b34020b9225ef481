"""What every answer of the API passes through: language, sizes, foreign sites, ETags, headers, errors of any kind."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_etags

from okibi.api import limits
from okibi.api.problems import BY_STATUS, MEDIA_TYPE, ProblemError, language_of, of_error, preferred, problem
from okibi.api.repeats import key_of
from okibi.kernel.errors import NotAllowedError, OkibiError

log = structlog.get_logger(__name__)

LARGEST_BODY = 512 * 1024  # bytes of JSON; files come as uploads
JSON = "application/json"
WRITES = ("POST", "PUT", "PATCH", "DELETE")
ALLOWED = (
    "Authorization, Content-Type, Accept-Language, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, Range, "
    "If-Range"
)
TUS_HEADERS = (
    "Tus-Resumable, Upload-Length, Upload-Offset, Upload-Metadata, Upload-Checksum, Upload-Expires, Upload-Defer-Length"
)
EXPOSED = (
    "ETag, Location, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Idempotency-Replayed, "
    "Content-Disposition, Content-Range, Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm, "
    + TUS_HEADERS
)

View = Callable[..., HttpResponseBase]


CHANGES = ("PUT", "PATCH", "DELETE")


def framed(view: View, *, takes_bytes: bool = False) -> View:
    """The view as the API answers it. ``takes_bytes``: it reads its body itself, of any size and type."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.api_language = preferred(request.headers.get("Accept-Language", ""))  # type: ignore[attr-defined]
        with translation.override(language_of(request)):
            response = _answered(view, request, args, kwargs, takes_bytes=takes_bytes)
            return _finished(request, response)

    answered.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie opens anything here
    return answered


def _answered(
    view: View, request: HttpRequest, args: tuple[Any, ...], kwargs: dict[str, Any], *, takes_bytes: bool
) -> HttpResponseBase:
    try:
        if _is_preflight(request):
            return HttpResponse(status=204)
        if request.method in WRITES:
            key_of(request)  # any write may carry one; a malformed one would pass for none
        done = view(request, *args, **kwargs) if takes_bytes else _carried_out(view, request, args, kwargs)
        return _as_problem(request, done)
    except ProblemError as error:
        return problem(request, error.code, headers=error.headers, said=error.said or None)
    except OkibiError as error:
        return of_error(request, error)
    except RequestDataTooBig:
        return problem(request, "too_large")
    except (SuspiciousOperation, UnreadablePostError):
        return problem(request, "bad_request")
    except (OperationalError, InterfaceError):  # the database restarts: the same call again is right, a 500 says not to
        log.warning("api_without_database", path=request.path, method=request.method)
        return problem(request, "unavailable", headers={"Retry-After": "5"})
    except Exception:
        log.exception("api_failed", path=request.path, method=request.method)
        return problem(request, "internal")


def _carried_out(view: View, request: HttpRequest, args: tuple[Any, ...], kwargs: dict[str, Any]) -> HttpResponseBase:
    _check_body(request)
    if request.method == "HEAD":
        return _as_get(view, request, args, kwargs)
    if request.method in CHANGES and "If-Match" in request.headers:
        _check_unchanged(request, _as_get(view, request, args, kwargs))
    return view(request, *args, **kwargs)


def _as_get(view: View, request: HttpRequest, args: tuple[Any, ...], kwargs: dict[str, Any]) -> HttpResponseBase:
    """What GET would answer."""
    method, request.method = request.method, "GET"
    try:
        return view(request, *args, **kwargs)
    except NotAllowedError as error:
        return of_error(request, error)
    finally:
        request.method = method


def _check_unchanged(request: HttpRequest, current: HttpResponseBase) -> None:
    """``If-Match`` (RFC 9110 §13.1.1) against what GET answers now. Raises ProblemError."""
    given = request.headers["If-Match"].strip()
    known = _etag_of(current) if current.status_code == 200 and isinstance(current, HttpResponse) else ""
    if not known or (given != "*" and known not in parse_etags(given)):
        raise ProblemError("etag_mismatch")


def _check_body(request: HttpRequest) -> None:
    if request.method not in WRITES:
        return
    length = request.headers.get("Content-Length", "")
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower() and not length:
        raise ProblemError("length_required")
    if length.isdecimal() and int(length) > LARGEST_BODY:
        raise ProblemError("too_large")
    if length not in ("", "0") and (request.content_type or "").lower() != JSON:
        raise ProblemError("unsupported_media_type", needed=JSON)


def _as_problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Refusals that the framework made itself."""
    if response.status_code < 400 or response.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
        return response
    if response.status_code == 405 and request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": _allowed(response)})
    kept = {name: response.headers[name] for name in ("Retry-After",) if name in response.headers}
    if "Allow" in response.headers:
        kept["Allow"] = _allowed(response)
    return problem(request, BY_STATUS.get(response.status_code, "bad_request"), headers=kept)


def _allowed(response: HttpResponseBase) -> str:
    methods = [each.strip() for each in response.headers.get("Allow", "").split(",") if each.strip()]
    heads = ["HEAD"] if "GET" in methods and "HEAD" not in methods else []
    return ", ".join(dict.fromkeys([*methods, *heads, "OPTIONS"]))


def _finished(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    response.headers["Content-Language"] = language_of(request)
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    patch_vary_headers(response, ["Authorization", "Accept-Language", "Origin"])
    limits.tell(request, response)
    _let_foreign_sites(request, response)
    may_be_known = "no-store" not in response.headers["Cache-Control"]
    if request.method in ("GET", "HEAD") and response.status_code == 200 and isinstance(response, HttpResponse):
        response = _conditional(request, response) if may_be_known else response
    if isinstance(response, HttpResponse) and not response.content:
        response.headers.pop("Content-Type", None)
    return response


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    etag = response.headers["ETag"] = _etag_of(response)
    found = get_conditional_response(request, etag=etag, response=response) or response
    return problem(request, "etag_mismatch") if found.status_code == 412 else found


def _etag_of(response: HttpResponse) -> str:
    return response.headers.get("ETag") or f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'


def _is_preflight(request: HttpRequest) -> bool:
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


def _let_foreign_sites(request: HttpRequest, response: HttpResponseBase) -> None:
    origin = request.headers.get("Origin", "")
    if not origin or origin not in limits.origins():
        return
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if _is_preflight(request):
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = f"{ALLOWED}, {TUS_HEADERS}"
        response.headers["Access-Control-Max-Age"] = "7200"
