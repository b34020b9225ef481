"""Every error of the API: RFC 9457 documents with a stable code and a sentence in the caller's language.

What a room raises keeps the room's own code; its family (or the table below) says the status.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja.errors import ValidationError

from okibi.api.rendering import as_json
from okibi.kernel.errors import ConflictError, InputError, NotAllowedError, OkibiError, OutsideError
from okibi.kernel.sentence import Sentence

MEDIA_TYPE = "application/problem+json"
TYPE = "/api/problems/"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its status and what it says in general."""

    status: int
    title: Sentence


def _k(status: int, ru: str, en: str) -> Kind:
    return Kind(status, Sentence(ru=ru, en=en))


KINDS: Mapping[str, Kind] = {
    "bad_request": _k(400, "Запрос не разобрать.", "The request can't be understood."),
    "idempotency_key_missing": _k(
        400,
        "Нужен заголовок Idempotency-Key: свой для каждого нового запроса, тот же при повторе.",
        "The header Idempotency-Key is needed: a new one for each new request, the same one for a repeat.",
    ),
    "idempotency_key_short": _k(
        400,
        "Здесь Idempotency-Key должен быть неугадываемым: не короче 16 знаков, лучше всего UUID.",
        "The Idempotency-Key must be unguessable here: at least 16 characters, best a UUID.",
    ),
    "idempotency_key_malformed": _k(
        400,
        "Idempotency-Key — от 1 до 200 печатных знаков ASCII без пробелов, лучше всего UUID.",
        "An Idempotency-Key is 1 to 200 printable ASCII characters without spaces, best a UUID.",
    ),
    "unauthorized": _k(
        401,
        "Нужен действующий токен или ключ (Authorization: Bearer …).",
        "A valid token or key is needed (Authorization: Bearer …).",
    ),
    "forbidden": _k(403, "У этого ключа или токена нет такого права.", "This key or token has no right to do this."),
    "not_found": _k(404, "Этого здесь нет.", "This is not here."),
    "method_not_allowed": _k(405, "По этому адресу так нельзя.", "This address does not do that."),
    "conflict": _k(409, "Сейчас это невозможно.", "This is not possible now."),
    "length_required": _k(411, "Нужен заголовок Content-Length.", "The header Content-Length is needed."),
    "precondition_failed": _k(412, "Эта версия протокола не поддерживается.", "This protocol version is not spoken."),
    "etag_mismatch": _k(
        412, "Тем временем это изменилось: прочитайте заново.", "This has changed meanwhile: read it again."
    ),
    "too_large": _k(413, "Слишком много данных в одном запросе.", "There is too much data in one request."),
    "unsupported_media_type": _k(415, "Нужен Content-Type: {needed}.", "Content-Type must be {needed}."),
    "range_not_satisfiable": _k(416, "В файле нет таких байтов.", "The file has no such bytes."),
    "invalid": _k(422, "Данные не подходят.", "The data is not acceptable."),
    "too_many_requests": _k(429, "Слишком много запросов. Подождите немного.", "Too many requests. Wait a little."),
    "internal": _k(
        500, "Ошибка на сервере. Мы о ней уже знаем.", "Something broke on the server. It has been recorded."
    ),
    "unavailable": _k(503, "Сейчас не получилось. Повторите позже.", "This did not work now. Try again later."),
}
BY_STATUS = {kind.status: code for code, kind in reversed(list(KINDS.items()))}
STATUS_OF_CODE = {  # where the family alone would say something else
    "idempotency_key_reused": 422,
    "not_taken_in_yet": 503,
    "too_many": 429,
    "sms.day_limit": 429,
    "webhooks.off": 409,
    "uploads.too_large": 413,
    "uploads.quota": 413,
    "uploads.beyond_end": 413,
    "uploads.locked": 423,
    "uploads.checksum": 460,
}
TOLD = ("tries_left", "offset", "given_as", "kind", "expired_on")  # what an error says beside its sentence
FIELDS: Mapping[str, Sentence] = {
    "missing": Sentence("Это нужно указать.", "This is needed."),
    "string_too_long": Sentence("Слишком длинно: не больше {max_length} знаков.", "At most {max_length} characters."),
    "string_too_short": Sentence(
        "Слишком коротко: не меньше {min_length} знаков.", "At least {min_length} characters."
    ),
    "string_type": Sentence("Нужна строка.", "This must be a string."),
    "string_pattern_mismatch": Sentence("Не тот вид: {pattern}.", "This does not fit {pattern}."),
    "int_type": Sentence("Нужно целое число.", "This must be a whole number."),
    "int_parsing": Sentence("Нужно целое число.", "This must be a whole number."),
    "int_from_float": Sentence("Нужно целое число.", "This must be a whole number."),
    "greater_than_equal": Sentence("Не меньше {ge}.", "At least {ge}."),
    "less_than_equal": Sentence("Не больше {le}.", "At most {le}."),
    "enum": Sentence("Одно из: {expected}.", "One of: {expected}."),
    "literal_error": Sentence("Одно из: {expected}.", "One of: {expected}."),
    "dict_type": Sentence("Нужен объект.", "This must be an object."),
    "model_attributes_type": Sentence("Нужен объект.", "This must be an object."),
    "list_type": Sentence("Нужен список.", "This must be a list."),
    "too_long": Sentence("Не больше {max_length}.", "At most {max_length}."),
    "too_short": Sentence("Не меньше {min_length}.", "At least {min_length}."),
    "extra_forbidden": Sentence("Такого поля нет.", "There is no such field."),
    "datetime_parsing": Sentence("Нужен момент по ISO 8601.", "This must be an ISO 8601 moment."),
    "date_from_datetime_parsing": Sentence("Нужна дата: 2026-11-23.", "This must be a date: 2026-11-23."),
    "timezone_aware": Sentence("У момента должно быть смещение: +03:00.", "The moment needs an offset: +03:00."),
}
UNFIT = Sentence("Не подходит.", "This is not acceptable.")


class ProblemError(Exception):
    """Ends a request with one of :data:`KINDS`. ``said`` goes into the title's braces."""

    def __init__(self, code: str, *, headers: Mapping[str, str] | None = None, **said: str) -> None:
        super().__init__(code)
        self.code, self.headers, self.said = code, dict(headers or {}), said


def preferred(accepted: str) -> str:
    """``ru`` or ``en`` of an ``Accept-Language``, whichever stands higher in it; Russian where neither does."""
    for code, _quality in parse_accept_lang_header(accepted[:200]):
        if code[:2] in ("ru", "en"):
            return code[:2]
    return "ru"


def language_of(request: HttpRequest) -> str:
    """``ru`` or ``en``, whichever the caller prefers; Russian where nothing is said."""
    return str(getattr(request, "api_language", "ru"))


def problem(
    request: HttpRequest,
    code: str,
    *,
    status: int | None = None,
    detail: Sentence | None = None,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> HttpResponse:
    """The document. ``code`` may be a room's own; then ``status`` and ``detail`` are given."""
    kind = KINDS.get(code) or KINDS[BY_STATUS.get(status or 400, "bad_request")]
    language = language_of(request)
    title = kind.title.in_language(language).format_map(more.pop("said", None) or {"needed": "application/json"})
    body: dict[str, Any] = {
        "type": f"{TYPE}{code}",
        "title": title,
        "status": status or kind.status,
        "detail": detail.in_language(language) if detail else title,
        "code": code,
        **more,
    }
    if errors:
        body["errors"] = list(errors)
    response = HttpResponse(as_json(body), status=body["status"], content_type=MEDIA_TYPE)
    if status == 401 or kind.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="okibi"'
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def of_error(request: HttpRequest, error: OkibiError) -> HttpResponse:
    """What a room raised on purpose."""
    status = STATUS_OF_CODE.get(error.code) or _status_of_family(error)
    errors = []
    field = error.data.get("field") or getattr(error, "field", "")
    if field:
        errors.append({"field": str(field), "detail": error.sentence.in_language(language_of(request))})
    headers = {}
    after = error.data.get("retry_after") or (5 if status in (423, 503) else None)
    if after:
        headers["Retry-After"] = str(after)
    more = {name: value for name, value in error.data.items() if name in TOLD}
    return problem(request, error.code, status=status, detail=error.sentence, errors=errors, headers=headers, **more)


def _status_of_family(error: OkibiError) -> int:
    if isinstance(error, InputError):
        return 422
    if isinstance(error, NotAllowedError):
        return 404
    if isinstance(error, ConflictError):
        return 409
    return 503 if isinstance(error, OutsideError) or not error.permanent else 500


def of_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What pydantic found: each field with a sentence. A body that is no JSON is a bad request."""
    language = language_of(request)
    found = []
    for each in error.errors:
        path = [str(part) for part in each.get("loc", ())][1:]
        if each.get("loc", ("",))[0] == "body" and len(path) > 1:
            path = path[1:]
        said = FIELDS.get(each.get("type", ""), UNFIT).in_language(language)
        context = {name: str(value) for name, value in (each.get("ctx") or {}).items()}
        found.append({"field": ".".join(path), "detail": said.format_map(_Known(context))})
    return problem(request, "invalid", errors=found[:50])


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"
