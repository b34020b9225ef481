"""Writes that may be sent again: ``Idempotency-Key``, the answer made in the transaction of the act."""

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse

from okibi.api import limits
from okibi.api.auth import caller_name
from okibi.api.problems import ProblemError
from okibi.api.rendering import as_json
from okibi.kernel.once_only import Answer, fingerprint_of, once

P = ParamSpec("P")
T = TypeVar("T")
Operation = Callable[Concatenate[HttpRequest, P], Answer]
KEY = re.compile(r"[\x21-\x7e]{1,200}")


def answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """What an operation answers."""
    return Answer(status, as_json(body) if body is not None else b"", dict(headers or {}))


def key_of(request: HttpRequest) -> str:
    """The key that was given, or "". Raises ProblemError for one that is none."""
    given = request.headers.get("Idempotency-Key")
    key = (given or "").strip()
    if given is not None and not KEY.fullmatch(key):
        raise ProblemError("idempotency_key_malformed")
    return key


def repeatable(
    *, needed: bool, rate: str = "CREATING"
) -> Callable[[Operation[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """The operation is carried out once for each key of a caller.

    ``needed``: a call without a key is refused, and counted by this rate of :mod:`limits`.
    """

    def around(operation: Operation[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(operation)
        def told(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            key = key_of(request)
            if needed and not key:
                raise ProblemError("idempotency_key_missing")
            if needed:  # counted apart from the act's transaction, which would hold the count's row
                limits.take_once(request, caller_name(request), getattr(limits, rate))
            if not key:
                return response(operation(request, *args, **kwargs))
            asked = fingerprint_of(
                request.method.encode() if request.method else b"", request.path.encode(), request.body
            )
            return response(once(caller_name(request), key, asked, lambda: operation(request, *args, **kwargs)))

        told.okibi_idempotency = "needed" if needed else "taken"  # type: ignore[attr-defined]
        return told  # type: ignore[return-value]  # ninja passes the request by position, the rest by name

    return around


def kept_by_the_act(operation: T) -> T:
    """Marks an operation that takes a key and keeps by itself what a repeat needs (no secret, no token)."""
    operation.okibi_idempotency = "taken"  # type: ignore[attr-defined]
    return operation


def response(given: Answer) -> HttpResponse:
    """An answer as the door gives it."""
    made = HttpResponse(given.body, status=given.status, content_type="application/json")
    if not given.body:
        del made.headers["Content-Type"]
    for name, value in given.headers.items():
        made.headers[name] = value
    if given.again:
        made.headers["Idempotency-Replayed"] = "true"
    return made
