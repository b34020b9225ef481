"""Who calls: a device by its token, a system of the vendor's by its key, or nobody that we know."""

from dataclasses import dataclass

from django.http import HttpRequest
from ninja.security import HttpBearer
from ninja.security.base import AuthBase

from okibi.accounts.api_keys import PREFIX as KEY_PREFIX
from okibi.accounts.api_keys import Caller, caller_of
from okibi.accounts.scopes import Scope
from okibi.api import limits
from okibi.api.problems import ProblemError
from okibi.flows.visitor import Visitor, visitor_of
from okibi.kernel.errors import NotAllowedError


@dataclass(frozen=True, slots=True)
class Anyone:
    """No token was shown."""

    visitor: None = None
    caller: str = "nobody"


@dataclass(frozen=True, slots=True)
class DeviceCaller:
    """A device that showed its token."""

    visitor: Visitor

    @property
    def caller(self) -> str:
        """How uploads and repeated requests name the caller."""
        return f"device:{self.visitor.device}"


@dataclass(frozen=True, slots=True)
class KeyCaller:
    """A system that showed its key."""

    key: Caller

    @property
    def caller(self) -> str:
        """How uploads and repeated requests name the caller."""
        return f"key:{self.key.public_id}"


def bearer(request: HttpRequest) -> str:
    """The token of ``Authorization: Bearer``, or ""."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def known(request: HttpRequest, *, creates: bool = False) -> DeviceCaller | KeyCaller | None:
    """Who showed what; None for nothing shown. Raises ProblemError 401 for what opens nothing.

    Counts the call in one statement; ``creates``: as one that makes something new, too.
    """
    token = bearer(request)
    if not token and not request.headers.get("Authorization"):
        limits.take(request, limits.network_of(request), limits.UNKNOWN)
        return None
    try:
        found = KeyCaller(caller_of(token)) if token.startswith(KEY_PREFIX) else DeviceCaller(visitor_of(token))
    except NotAllowedError:
        limits.take(request, limits.network_of(request), limits.UNKNOWN)
        raise ProblemError("unauthorized") from None
    limits.take(request, found.caller, limits.KNOWN, *((limits.CREATING,) if creates else ()))
    return found


class DeviceToken(HttpBearer):
    """The device's token: ``Authorization: Bearer okd_…``."""

    openapi_description = "A device's token, got by an enrolment: `okd_…`."

    def __init__(self, *, creates: bool = False) -> None:
        super().__init__()
        self.creates = creates  # then the call is counted as such too

    def __call__(self, request: HttpRequest) -> DeviceCaller:
        found = known(request, creates=self.creates)
        if found is None:
            raise ProblemError("unauthorized")
        if not isinstance(found, DeviceCaller):
            raise ProblemError("forbidden")
        return found

    def authenticate(self, request: HttpRequest, token: str) -> None:
        """Not used: the header is read above."""


class MaybeDevice(AuthBase):
    """A device's token where there is one; a wrong one is refused all the same."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> DeviceCaller | Anyone:
        found = known(request)
        return found if isinstance(found, DeviceCaller) else Anyone()


class ApiKey(HttpBearer):
    """A key with this scope: ``Authorization: Bearer okk_…``."""

    openapi_description = "A key of the vendor's own systems: `okk_…`. Each has scopes."

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> KeyCaller:
        found = known(request)
        if found is None:
            raise ProblemError("unauthorized")
        if not isinstance(found, KeyCaller) or self.scope not in found.key.scopes:
            raise ProblemError("forbidden")
        return found

    def authenticate(self, request: HttpRequest, token: str) -> None:
        """Not used: the header is read above."""


DEVICE = DeviceToken()
CREATOR = DeviceToken(creates=True)
MAYBE_DEVICE = MaybeDevice()


def visitor(request: HttpRequest) -> Visitor:
    """Whom the device of this call acts for."""
    found: DeviceCaller = request.auth  # type: ignore[attr-defined]
    return found.visitor


def maybe_visitor(request: HttpRequest) -> Visitor | None:
    """The same where a token was not needed."""
    found: DeviceCaller | Anyone = request.auth  # type: ignore[attr-defined]
    return found.visitor


def key_of(request: HttpRequest) -> Caller:
    """The key of this call."""
    found: KeyCaller = request.auth  # type: ignore[attr-defined]
    return found.key


def caller_name(request: HttpRequest) -> str:
    """``device:…`` or ``key:…``."""
    return str(request.auth.caller)  # type: ignore[attr-defined]
