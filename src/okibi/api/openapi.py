"""The OpenAPI 3.1 document: made from the code, completed by what the code does around every operation."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from okibi.api.problems import MEDIA_TYPE
from okibi.api.shapes import Problem

if TYPE_CHECKING:
    from ninja import NinjaAPI

PREFIX = "/api/v1"
SHORTEST_KEY = 16  # characters of an enrolment's: who guesses it would get the enrolment's secret
METHODS = ("get", "post", "put", "patch", "delete")
ALWAYS = {"401": "No valid token or key", "404": "Not here, or not yours", "422": "The data is not acceptable",
          "429": "Too many requests: see Retry-After", "500": "Something broke"}  # fmt: skip
WITH_BODY = {"400": "Not understood", "409": "Not possible now", "413": "Too much data", "415": "Not JSON",
             "503": "Not now: see Retry-After"}  # fmt: skip
KEY_NOTE = "A word of the caller's own (a UUID): the same one again gives the first answer and does nothing."
KEY_TAKEN = "Taken, so that every write may carry one, and not needed: the same call again changes nothing more."


def complete(api: "NinjaAPI", made: Mapping[str, Any]) -> dict[str, Any]:
    """The document with problems, repeats, uploads and events."""
    document: dict[str, Any] = dict(made)
    repeats = _repeats(api)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method in METHODS:
                _complete_operation(operation, method, repeats.get(operation["operationId"], ""), path)
    document["paths"] |= _by_hand()
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    document["components"]["schemas"]["Problem"] = schema
    document["components"]["schemas"]["Upload"] = _UPLOAD
    document["components"]["securitySchemes"].pop("MaybeDevice", None)  # told as DeviceToken or nothing
    document["servers"] = [{"url": "/"}]
    return document


def document(api: "NinjaAPI") -> dict[str, Any]:
    """The whole document, its paths as they are called."""
    made: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/"))
    made["paths"] = {f"{PREFIX}{path}": each for path, each in sorted(made["paths"].items())}
    return made


def _repeats(api: "NinjaAPI") -> dict[str, str]:
    found: dict[str, str] = {}
    for bound in api._get_bound_routers():  # noqa: SLF001  ninja's own document walks them so
        for view in bound.path_operations.values():
            for operation in view.operations:
                taken = getattr(operation.view_func, "okibi_idempotency", "")
                found[operation.operation_id or ""] = taken
    return found


def _complete_operation(operation: dict[str, Any], method: str, repeats: str, path: str) -> None:
    answers = ALWAYS | (WITH_BODY if method != "get" else {})
    if "/vendor" in path or any("ApiKey" in each for each in operation.get("security", [])):
        answers |= {"403": "The key lacks the scope"}
    answers.setdefault("403", "Not with this token or key")
    if path.endswith("/{file_id}"):
        answers |= {"416": "No such bytes"}
    for status, said in answers.items():
        operation["responses"].setdefault(status, _problem(said))
    if method in ("put", "patch", "delete"):
        operation["responses"].setdefault("412", _problem("Changed meanwhile: If-Match"))
    if method == "get":
        operation["responses"].setdefault("304", {"description": "As your ETag says: unchanged"})
    if method != "get":
        least = SHORTEST_KEY if operation["operationId"] == "beginEnrolment" else 1
        note = KEY_NOTE if repeats else KEY_TAKEN
        operation.setdefault("parameters", []).append(_key(note, least, required=repeats == "needed"))
    if any("MaybeDevice" in each for each in operation.get("security", [])):
        operation["security"] = [{"DeviceToken": []}, {}]
    operation["responses"] = {str(status): each for status, each in operation["responses"].items()}


def _key(note: str, least: int = 1, *, required: bool = False) -> dict[str, Any]:
    shape = {"type": "string", "minLength": least, "maxLength": 200, "pattern": "^[!-~]+$"}
    return {"in": "header", "name": "Idempotency-Key", "required": required, "description": note, "schema": shape}


def _problem(said: str) -> dict[str, Any]:
    return {"description": said, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


# ---------------------------------------------------------------- what ninja does not see

_UPLOAD: dict[str, Any] = {
    "type": "object",
    "description": "A file on its way in. ``sha256`` is there once it is whole.",
    "required": ["id", "name", "type", "size", "offset", "whole", "sha256", "expires_at"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "type": {"type": "string"},
        "size": {"type": "integer"},
        "offset": {"type": "integer"},
        "whole": {"type": "boolean"},
        "sha256": {"type": "string"},
        "expires_at": {"type": "string", "format": "date-time"},
    },
}
_EITHER: list[dict[str, Any]] = [{"DeviceToken": []}, {"ApiKey": []}]
_TUS = "tus 1.0: https://tus.io/protocols/resumable-upload"


def _header(name: str, *, required: bool = True, value: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"in": "header", "name": name, "required": required, "schema": dict(value or {"type": "string"})}


def _tus_operation(
    name: str, summary: str, parameters: list[dict[str, Any]], good: Mapping[str, str]
) -> dict[str, Any]:
    bad = ALWAYS | WITH_BODY | {"403": "Not with this token", "405": "Not so", "411": "No Content-Length",
                                "412": "Another version of tus", "423": "Somebody writes into it now",
                                "460": "The checksum does not match"}  # fmt: skip
    return {
        "operationId": name,
        "summary": summary,
        "description": _TUS,
        "tags": ["uploads"],
        "parameters": parameters,
        "responses": {
            **{status: {"description": said} for status, said in good.items()},
            **{status: _problem(said) for status, said in bad.items()},
        },
        "security": _EITHER,
    }


def _by_hand() -> dict[str, Any]:
    version = _header("Tus-Resumable", value={"type": "string", "const": "1.0.0"})
    number = {"type": "integer", "minimum": 0, "maximum": 999_999_999_999_999}
    upload_id = {"in": "path", "name": "upload_id", "required": True, "schema": {"type": "string", "maxLength": 24}}
    described = _tus_operation("getUpload", "How an upload stands", [], {})
    described["responses"]["200"] = {
        "description": "OK",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Upload"}}},
    }
    piece = _tus_operation(
        "continueUpload",
        "Bring more bytes",
        [version, _header("Upload-Offset", value=number), _header("Upload-Checksum", required=False), _key(KEY_TAKEN)],
        {"204": "They arrived: Upload-Offset says how far"},
    )
    piece["requestBody"] = {
        "required": True,
        "content": {"application/offset+octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
    begin = [version, _header("Upload-Length", value=number), _header("Upload-Metadata", required=False)]
    begin.append(_key(KEY_NOTE))
    return {
        "/uploads": {
            "post": _tus_operation("beginUpload", "Begin an upload", begin, {"201": "Location is where to send it"})
        },
        "/uploads/{upload_id}": {
            "parameters": [upload_id],
            "get": described,
            "patch": piece,
            "delete": _tus_operation(
                "giveUpUpload", "Give an upload up", [version, _key(KEY_TAKEN)], {"204": "It is gone"}
            ),
        },
        "/events": {"get": _EVENTS},
    }


_EVENTS: dict[str, Any] = {
    "operationId": "events",
    "summary": "What happens, as it happens",
    "description": "Server-sent events (WHATWG HTML). `id` is the place to resume from; events: `request.placed`, "
    "`request.message`, `request.state`, `request.read`, `request.typing`; data: `{number, …}`, never words.",
    "tags": ["events"],
    "parameters": [
        {"in": "query", "name": "ticket", "required": False, "schema": {"type": "string"}},
        _header("Last-Event-ID", required=False),
    ],
    "responses": {
        "200": {
            "description": "A stream without end",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        "401": _problem("No valid token or ticket"),
    },
    "security": [{"DeviceToken": []}, {}],
}
