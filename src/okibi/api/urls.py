"""Addresses of the public API: what django-ninja answers, uploads, and a problem for everything else."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path

from okibi.api.api import api
from okibi.api.frame import framed
from okibi.api.openapi import document
from okibi.api.problems import ProblemError
from okibi.api.rendering import as_json
from okibi.api.views import tus


def openapi(request: HttpRequest) -> HttpResponse:
    """The description of all this, OpenAPI 3.1."""
    del request
    return HttpResponse(as_json(document(api)), content_type="application/json")


def nothing(request: HttpRequest) -> HttpResponse:
    """An address that there is not."""
    del request
    raise ProblemError("not_found")


_described = {
    str(pattern.pattern): framed(pattern.callback)
    for pattern in api.urls[0]
    if isinstance(pattern, URLPattern) and pattern.name != "api-root"
}
urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/openapi.json", framed(openapi), name="api-openapi"),
    path("v1/uploads", framed(tus.uploads, takes_bytes=True), name="api-uploads"),
    path("v1/uploads/<str:upload_id>", framed(tus.upload, takes_bytes=True), name="api-upload"),
    *(path(f"v1/{route}", view) for route, view in _described.items()),
    re_path(r"^.*$", framed(nothing), name="api-nothing"),
]
