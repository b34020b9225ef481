"""How often one caller may call: counted for all processes, told in headers."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from okibi.api.problems import ProblemError
from okibi.kernel.rates import Counted, Rate, count

KNOWN = Rate("api", 600, 60)  # of one device or key
UNKNOWN = Rate("api-open", 120, 60)  # of one network without a valid token
ENROLLING = Rate("api-enrol", 30, 3600)  # of one network
CREATING = Rate("api-create", 60, 60)  # requests and messages of one device


def take(request: HttpRequest, rate: Rate, key: str) -> None:
    """Count one call. Raises ProblemError 429 with ``Retry-After`` once there were too many."""
    counted = count(rate, key)
    request.api_counted = counted  # type: ignore[attr-defined]
    if not counted.allowed:
        raise ProblemError("too_many_requests", headers={"Retry-After": str(counted.reset)})


def tell(request: HttpRequest, response: HttpResponseBase) -> None:
    """The ``RateLimit`` headers of what was counted last."""
    counted: Counted | None = getattr(request, "api_counted", None)
    if counted:
        response.headers["RateLimit-Limit"] = str(counted.limit)
        response.headers["RateLimit-Remaining"] = str(counted.remaining)
        response.headers["RateLimit-Reset"] = str(counted.reset)


def network_of(request: HttpRequest) -> str:
    """Who asks, as far as the network tells: an IPv4 address, or the /64 of an IPv6 one (one household's)."""
    given = str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return given
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def origins() -> frozenset[str]:
    """Sites whose pages may call the API from a browser."""
    return frozenset(settings.OKIBI_API_ORIGINS)
