"""The API as django-ninja knows it: the routers, and what becomes of errors."""

import json
from typing import Any, NoReturn

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from okibi.api.openapi import complete
from okibi.api.problems import BY_STATUS, of_shape, problem
from okibi.api.rendering import JsonRenderer
from okibi.api.views import agreements, articles, enrolments, events, files, numbers, policy, requests, similar, vendor

DESCRIPTION = """The public API of OKIBI Support: placing and following requests from applications (ИПВ), and the
vendor's own systems. Errors are RFC 9457 documents with a stable `code`. Moments are ISO 8601 with an offset.
`Accept-Language: ru` or `en`. HEAD goes wherever GET goes, but to the stream of events. Each GET has an `ETag`:
`If-None-Match` answers 304, `If-Match` with a PUT, PATCH or DELETE refuses what has changed meanwhile (412,
`etag_mismatch`). `RateLimit-*` tell what is left of a caller's calls."""


class StrictParser(Parser):
    """JSON as RFC 8259 has it: no NaN, no Infinity."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Raises ValueError."""
        return json.loads(request.body, parse_constant=_no_number)


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


class Api(NinjaAPI):
    """Its OpenAPI document also tells what ninja can't see: uploads, events, problems, headers."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Any:
        """The whole document."""
        return complete(self, super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params))


api = Api(
    title="OKIBI Support",
    version="1.0.0",
    description=DESCRIPTION,
    urls_namespace="api-v1",
    openapi_url=None,
    docs_url=None,
    renderer=JsonRenderer(),
    parser=StrictParser(),
)
for part in (policy, enrolments, requests, agreements, similar, articles, files, events, numbers, vendor):
    api.add_router("", part.router)


def _to_the_frame(request: HttpRequest, error: Any) -> HttpResponse:
    """The frame around every view knows what to answer (:mod:`okibi.api.frame`)."""
    del request
    raise error


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, BY_STATUS.get(error.status_code, "bad_request"))


def _not_found(request: HttpRequest, error: Any) -> HttpResponse:
    del error
    return problem(request, "not_found")


def _shape(request: HttpRequest, error: Any) -> HttpResponse:
    return of_shape(request, error)


api.add_exception_handler(Exception, _to_the_frame)
api.add_exception_handler(HttpError, _http_error)
api.add_exception_handler(Http404, _not_found)
api.add_exception_handler(ValidationError, _shape)
