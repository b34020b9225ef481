"""Headers that tell browsers what a page may do. Names are those of Django 6, so that the upgrade deletes this file."""

import ipaddress
import secrets
from collections.abc import Callable, Mapping, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

NONCE = "<CSP_NONCE_SENTINEL>"
HEADER = "Content-Security-Policy"
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def build_policy(config: Mapping[str, Sequence[str] | str | bool], nonce: str | None = None) -> str:
    """The header's text. A nonce's place is filled, or left out when the page asked for none."""
    directives = []
    for name, value in config.items():
        if value is False:
            continue
        sources = [] if value is True else [value] if isinstance(value, str) else list(value)
        sources = [f"'nonce-{nonce}'" if source == NONCE else source for source in sources if nonce or source != NONCE]
        directives.append(" ".join([name, *sources]))
    return "; ".join(directives)


class LazyNonce:
    """One random word per request, made when a template asks for it."""

    def __init__(self) -> None:
        self.value: str | None = None

    def __str__(self) -> str:
        if self.value is None:
            self.value = secrets.token_urlsafe(16)
        return self.value

    def __bool__(self) -> bool:
        return self.value is not None


class ContentSecurityPolicyMiddleware:
    """Puts ``settings.SECURE_CSP`` on each answer; a view may set ``response._csp_config`` for its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._made = ""
        self._made_of: object = None

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        nonce = LazyNonce()
        request._csp_nonce = nonce  # type: ignore[attr-defined]  # noqa: SLF001  Django 6's own name
        response = self.get_response(request)
        if HEADER not in response.headers:
            config = getattr(response, "_csp_config", settings.SECURE_CSP)
            if config:
                response.headers[HEADER] = self._usual(nonce, config)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    def _usual(self, nonce: LazyNonce, config: Mapping[str, Sequence[str] | str | bool]) -> str:
        """The policy of nearly every answer is the same text."""
        if nonce or config is not settings.SECURE_CSP:
            return build_policy(config, str(nonce) if nonce else None)
        if self._made_of is not config:
            self._made, self._made_of = build_policy(config), config
        return self._made


class ClientAddressMiddleware:
    """Behind ``OKIBI_TRUSTED_PROXIES`` proxies of ours, REMOTE_ADDR becomes the address the outermost of them saw.

    Entries further left in X-Forwarded-For were written by whoever asks, and are not believed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        proxies = settings.OKIBI_TRUSTED_PROXIES
        seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        if proxies and len(seen) >= proxies and _is_address(seen[-proxies]):
            request.META["REMOTE_ADDR"] = seen[-proxies]
        return self.get_response(request)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
