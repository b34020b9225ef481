"""Reading staff."""

from collections.abc import Sequence

from allauth.mfa.models import Authenticator
from django.conf import settings

from okibi.accounts.errors import NO_SUCH_STAFF
from okibi.accounts.models import Role, Staff
from okibi.kernel.compiled import read
from okibi.kernel.errors import NotAllowedError


def active_staff() -> list[Staff]:
    """Everybody whose access is open, by name."""
    return read("accounts: active", lambda: Staff.objects.filter(is_active=True).order_by("name", "pk"))


def leading() -> list[Staff]:
    """The leading specialists whose access is open, by name."""
    return [staff for staff in active_staff() if staff.has_role(Role.LEADING)]


def all_staff() -> list[Staff]:
    """Everybody, those with closed access last."""
    return list(Staff.objects.order_by("-is_active", "name", "pk"))


def by_id(staff_id: int) -> Staff:
    """One member of staff, whether their access is open or not. Raises NotAllowedError where there is none."""
    staff = Staff.objects.filter(pk=staff_id).first()
    if staff is None:
        raise NotAllowedError(NO_SUCH_STAFF)
    return staff


def has_totp(staff: Staff) -> bool:
    """Whether a person signs in with a code from an authenticator application beside the password."""
    return bool(Authenticator.objects.filter(user=staff, type=Authenticator.Type.TOTP).exists())


def totp_holders(staff: Sequence[Staff]) -> set[int]:
    """The ids of those who sign in with a code: one query."""
    rows = Authenticator.objects.filter(user__in=staff, type=Authenticator.Type.TOTP)
    return set(rows.values_list("user_id", flat=True))


def must_have_totp(staff: Staff) -> bool:
    """Whether the setting ``OKIBI_TOTP_REQUIRED_FOR`` (nobody, admins, everybody) asks a code of this person."""
    asked = getattr(settings, "OKIBI_TOTP_REQUIRED_FOR", "nobody")
    return bool(asked == "everybody" or (asked == "admins" and staff.is_admin))
