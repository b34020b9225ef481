"""How often one caller may call: counted for all processes, told in headers."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from okibi.api.problems import ProblemError
from okibi.kernel.networks import network_of_address
from okibi.kernel.rates import Counted, Rate, count_all

KNOWN = Rate("api", 600, 60)  # of one device or key
UNKNOWN = Rate("api-open", 120, 60)  # of one network without a valid token
ENROLLING = Rate("api-enrol", 30, 3600)  # of one network
CREATING = Rate("api-create", 60, 60)  # requests and messages of one device

SENDING = Rate("api-sms", 300, 60)  # calls of one key that send SMS; each may bring a thousand


def take(request: HttpRequest, key: str, *rates: Rate) -> None:
    """Count one call by each rate. Raises ProblemError 429 with ``Retry-After`` once there were too many of any."""
    counts = count_all(rates, key)
    request.api_rates = {*getattr(request, "api_rates", ()), *rates}  # type: ignore[attr-defined]
    over = [counted for counted in counts if not counted.allowed]
    counted = request.api_counted = over[0] if over else counts[-1]  # type: ignore[attr-defined]
    if over:
        raise ProblemError("too_many_requests", headers={"Retry-After": str(counted.reset)})


def take_once(request: HttpRequest, key: str, rate: Rate) -> None:
    """The same, unless this call was counted by that rate already."""
    if rate not in getattr(request, "api_rates", ()):
        take(request, key, rate)


def tell(request: HttpRequest, response: HttpResponseBase) -> None:
    """The ``RateLimit`` headers of what was counted last."""
    counted: Counted | None = getattr(request, "api_counted", None)
    if counted:
        response.headers["RateLimit-Limit"] = str(counted.limit)
        response.headers["RateLimit-Remaining"] = str(counted.remaining)
        response.headers["RateLimit-Reset"] = str(counted.reset)


def network_of(request: HttpRequest) -> str:
    """Who asks, as far as the network tells: an IPv4 address, or the /64 of an IPv6 one (one household's)."""
    return network_of_address(str(request.META.get("REMOTE_ADDR", "")))


def origins() -> frozenset[str]:
    """Sites whose pages may call the API from a browser."""
    return frozenset(settings.OKIBI_API_ORIGINS)
