"""The secret of an enrolment: ``Authorization: Enrolment <secret>``."""

from django.http import HttpRequest
from ninja.security.apikey import APIKeyHeader

from okibi.api import limits
from okibi.api.problems import ProblemError


class EnrolmentSecret(APIKeyHeader):
    """The secret that the beginning of an enrolment gave."""

    param_name = "Authorization"
    openapi_description = "`Enrolment <secret>`: the secret that POST /enrolments gave."

    def __call__(self, request: HttpRequest) -> str:
        limits.take(request, limits.network_of(request), limits.UNKNOWN)
        secret = _read(request)
        if not secret:
            raise ProblemError("unauthorized")
        return secret

    def authenticate(self, request: HttpRequest, key: str | None) -> None:
        """Not used: the header is read above."""


def _read(request: HttpRequest) -> str:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    return secret if kind.lower() == "enrolment" and secret.isascii() else ""


def secret_of(request: HttpRequest) -> str:
    """The secret that was shown."""
    return str(request.auth)  # type: ignore[attr-defined]


ENROLMENT = EnrolmentSecret()
