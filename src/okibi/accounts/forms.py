"""The forms of signing in; allauth's own, in our words."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from okibi.accounts.models import Staff

CODE_HELP = _("Six digits from the authenticator application, or one of your recovery codes.")


def _worded(field: forms.Field, label: Any, help_text: Any = "", **attrs: Any) -> None:
    """Our label and help on a field of allauth's; its placeholder goes, because the label says the same."""
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


def _worded_code(field: forms.Field, help_text: Any = CODE_HELP) -> None:
    _worded(field, _("Code"), help_text, autofocus=True, inputmode="numeric", autocomplete="one-time-code")


class LoginForm(account_forms.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self.fields["login"], _("E-mail"), autocomplete="username", autofocus=True)
        _worded(self.fields["password"], _("Password"))
        _worded(self.fields["remember"], _("Stay signed in on this computer for two weeks"))


class ReauthenticateForm(account_forms.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self.fields["password"], _("Password"), autofocus=True)


class ChangePasswordForm(account_forms.ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self.fields["oldpassword"], _("Current password"), autofocus=True)
        _worded(self.fields["password1"], _("New password"), password_help())
        _worded(self.fields["password2"], _("New password once more"))


def _used_once(user: Staff, code: str) -> str:
    """A code counts once for as long as it is valid, whatever it was given for, switching on included.

    RFC 6238, section 5.2. allauth keeps used codes for one period only, and neighbouring periods are taken too.
    """
    valid_for = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)  # seconds
    if not cache.add(f"okibi.totp.used:{user.pk}:{normalize_user_code(code)}", "y", timeout=valid_for):
        raise get_adapter().validation_error("incorrect_code")
    return code


class AuthenticateForm(mfa_forms.AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded_code(self.fields["code"])

    def clean_code(self) -> str:
        return _used_once(self.user, str(super().clean_code()))


class ReauthenticateByCodeForm(mfa_forms.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded_code(self.fields["code"])

    def clean_code(self) -> str:
        return _used_once(self.user, str(super().clean_code()))


class ActivateTOTPForm(totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded_code(self.fields["code"], _("Six digits that the application shows now."))

    def clean_code(self) -> str:
        return _used_once(self.user, str(super().clean_code()))


class PasswordForm(forms.Form):
    """A new password, twice; held to the rules of the settings."""

    password1 = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    password2 = forms.CharField(
        label=_("Password once more"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, staff: Staff | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff
        self.fields["password1"].help_text = password_help()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ."))
        elif first:
            try:
                validate_password(first, self.person(data))
            except ValidationError as error:
                self.add_error("password1", error)
        return data

    def person(self, data: dict[str, Any]) -> Staff | None:  # noqa: ARG002
        """Whose password it is, so that it can't be their name or address."""
        return self.staff


class FirstAdminForm(PasswordForm):
    """The first administrator."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    field_order = ("name", "email", "password1", "password2")

    def person(self, data: dict[str, Any]) -> Staff | None:
        return Staff(name=data.get("name", ""), email=data.get("email", ""))


def password_help() -> str:
    """What a password must be, in one line."""
    return " ".join(str(text) for text in password_validators_help_texts())
