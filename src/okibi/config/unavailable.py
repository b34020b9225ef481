"""What is answered when something broke: 503 with a moment to come again while the database is away, 500 otherwise.

Django calls ``handler500`` inside the ``except`` of whatever went wrong, in a view or in a middleware around it: the
one place that sees them all, so no door has to think of it. (A middleware of ours would see only what stands below it.)
A restart of the database takes seconds; a 500 would tell clients not to try again, and people that we are broken.
"""

import sys

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.views.defaults import server_error

from okibi.api.frame import framed
from okibi.api.problems import ProblemError

log = structlog.get_logger(__name__)

RETRY_AFTER = 5  # seconds
SAFE = ("GET", "HEAD")
MACHINES = "/hooks/"


def broken(request: HttpRequest) -> HttpResponseBase:
    """Django's ``handler500``. A page that was only looked at loads again by itself, a form is not sent again."""
    error = sys.exc_info()[1]
    if not isinstance(error, OperationalError | InterfaceError):
        return server_error(request)
    log.warning("page_without_database", path=request.path, method=request.method, error=type(error).__name__)
    if request.path.startswith("/api/"):
        return _problem(request)
    response = HttpResponse(_page(request), status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(request: HttpRequest) -> str:
    """Nothing for who reads no page: the console's script has a sentence of its own, and keeps what was typed."""
    if request.headers.get("HX-Request") or request.path.startswith(MACHINES):
        return ""
    return render_to_string("503.html", {"again": RETRY_AFTER if request.method in SAFE else 0})


@framed
def _problem(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001
    """For what breaks around the API's views; within them ``okibi.api.frame`` says the same."""
    raise ProblemError("unavailable", headers={"Retry-After": str(RETRY_AFTER)})
