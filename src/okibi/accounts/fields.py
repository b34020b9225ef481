"""The fields of a person, checked the same way wherever they come from."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from okibi.accounts import errors
from okibi.accounts.models import Role
from okibi.kernel.errors import InputError

LANGUAGES = ("ru", "en")


def checked_email(text: str) -> str:
    """The address in lower case. Raises InputError."""
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise InputError(errors.EMAIL_WRONG) from None
    return email


def checked_name(text: str) -> str:
    """The name with single spaces, at most 120 characters. Raises InputError for an empty one."""
    name = " ".join(text.split())
    if not name:
        raise InputError(errors.NAME_MISSING)
    return name[:120]


def checked_roles(roles: Iterable[str]) -> list[str]:
    """The roles in the order of ``Role``. Raises InputError for none or an unknown one."""
    chosen = {str(role) for role in roles}
    if not chosen:
        raise InputError(errors.ROLES_MISSING)
    if not chosen <= set(Role.values):
        raise InputError(errors.ROLE_UNKNOWN)
    return [role for role in Role.values if role in chosen]


def checked_language(code: str) -> str:
    """A language of the product; Russian for any other."""
    return code if code in LANGUAGES else "ru"
