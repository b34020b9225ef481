"""What every request of a signed-in member of staff passes: the session is noted, a demanded second factor is asked."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from okibi.accounts.models import Staff
from okibi.accounts.selectors import has_totp, must_have_totp
from okibi.accounts.sessions import note_seen

GUARDED = "/console/"
HAS_TOTP_KEY = "okibi_has_totp"


class StaffMiddleware:
    """Stands after allauth's own middleware; pages outside the console pay nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(GUARDED) and isinstance(request.user, Staff):
            note_seen(request)
            if must_have_totp(request.user) and not self._has_totp(request, request.user):
                return self._to_totp(request)
        return self.get_response(request)

    @staticmethod
    def _has_totp(request: HttpRequest, staff: Staff) -> bool:
        """Asks the database once per session: who must have a second factor can't turn it off."""
        if not request.session.get(HAS_TOTP_KEY) and has_totp(staff):
            request.session[HAS_TOTP_KEY] = True
        return bool(request.session.get(HAS_TOTP_KEY))

    @staticmethod
    def _to_totp(request: HttpRequest) -> HttpResponseBase:
        url = reverse("mfa_activate_totp")
        if request.headers.get("HX-Request"):
            return HttpResponse(status=403, headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)
