"""``/healthz`` (the process lives), ``/readyz`` (it can serve), ``/metrics`` (figures for Prometheus).

A middleware, not a view: answered before sessions, languages and host checks, so that a probe needs none of them.
"""

import hmac
import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from okibi.ops import metrics


class HealthMiddleware:
    """Answers the three health addresses and passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.pages: dict[str, Callable[[HttpRequest], HttpResponseBase]] = {
            "/healthz": alive,
            "/readyz": ready,
            "/metrics": figures,
        }

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        page = self.pages.get(request.path_info)
        return page(request) if page else self.get_response(request)


def alive(_request: HttpRequest) -> HttpResponseBase:
    """200 while the process answers at all; asks nobody else."""
    return JsonResponse({"status": "ok"})


def ready(_request: HttpRequest) -> HttpResponseBase:
    """200 when the database answers, else 503; ``notices`` name what works only in part."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # noqa: BLE001  whatever the reason, we can't serve
        return JsonResponse({"status": "unready", "database": "down"}, status=503)
    notices = (
        [] if settings.OKIBI_SMTP_OUT_HOST else ["outgoing mail waits in the queue: OKIBI_SMTP_OUT_HOST is not set"]
    )
    return JsonResponse({"status": "ok", "database": "ok", "notices": notices})


def figures(request: HttpRequest) -> HttpResponseBase:
    """The figures, for this machine or for the bearer of the token."""
    if not _may_see_figures(request):
        return HttpResponse(status=403)
    return HttpResponse(metrics.render(), content_type=metrics.CONTENT_TYPE)


def _may_see_figures(request: HttpRequest) -> bool:
    token = settings.OKIBI_METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    if "X-Forwarded-For" in request.headers:
        return False  # through a proxy: the neighbour is the proxy, not the asker
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
