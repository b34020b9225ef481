"""How allauth behaves here: staff only, nobody signs up, nothing is mailed, and lock-outs go on record."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from okibi.accounts.models import Staff
from okibi.accounts.selectors import must_have_totp
from okibi.journal.services import Actor, record

log = logging.getLogger(__name__)
LOCKED_CODE = "too_many_login_attempts"
LOCKED_OUT = _(
    "Too many failed attempts: signing in to this account is closed for a quarter of an hour. "
    "If you forgot the password, ask an administrator for a new link."
)


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator or by a set-up link, never by a visitor."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The address or the password is wrong."),
        "incorrect_password": _("The password is wrong."),
        "enter_current_password": _("The current password is wrong."),
        "incorrect_code": _("The code is wrong. Check the clock of your telephone, and wait for the next code."),
        LOCKED_CODE: LOCKED_OUT,
        "rate_limited": LOCKED_OUT,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return "/console/"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuses without looking at the password after too many failures, and says so in the journal once."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            note_locked_out(str(credentials.get("email", "")))
            raise

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Staff have one address, their own; allauth would look for it in a table of its own."""
        known = self.authenticate(context.request, email=user.email, password=password)  # type: ignore[attr-defined]
        return known is not None and known.pk == user.pk

    def post_login(self, request: HttpRequest, user: Staff, **kwargs: Any) -> HttpResponse:
        """Goes on record; the pages speak the person's language from now on."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        record("staff.signed_in", ("staff", user.pk), Actor("staff", user.pk, user.name))
        set_language_cookie(response, user.language)
        return response

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: staff get links from an administrator, so that access never hangs on outgoing mail."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: our pages say what happened themselves."""


class StaffMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second factor of staff."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": StaffAdapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": _("Your role needs the second factor: it can't be turned off."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not must_have_totp(authenticator.user)


def note_locked_out(email: str) -> None:
    """Record that signing in to an account is closed for a while; once per lock-out, and only for real accounts."""
    staff = Staff.objects.filter(email__iexact=email.strip()).first()
    if staff is None:
        log.warning("sign-in limit reached for an unknown address")
        return
    if cache.add(f"okibi.locked_out.{staff.pk}", 1, timeout=900):
        record("staff.locked_out", ("staff", staff.pk), data={"name": staff.name})


def set_language_cookie(response: HttpResponse, language: str) -> None:
    """Make the pages of this browser speak a language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE or 365 * 24 * 3600,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
