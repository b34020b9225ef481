"""Staff: adding people, their roles and access. Links are in ``links``, sessions in ``sessions``."""

from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from okibi.accounts import errors, sessions
from okibi.accounts.fields import checked_email, checked_language, checked_name, checked_roles
from okibi.accounts.links import setup_link, use_setup_token
from okibi.accounts.models import Role, SetupToken, Staff
from okibi.journal.services import SYSTEM, Actor, record
from okibi.kernel.errors import ConflictError, NotAllowedError

__all__ = [
    "change_profile", "change_staff", "create_admin", "create_staff", "disable", "enable", "reset_totp", "setup_link",
    "use_setup_token",
]  # fmt: skip


def create_admin(email: str, name: str, password: str) -> Staff:
    """An administrator with a password, at once. The password's strength is the caller's business.

    Raises InputError for a wrong address or an empty name, ConflictError where the address is taken.
    """
    return create_staff(email, name, [Role.ADMIN], SYSTEM, password=password)


@transaction.atomic
def create_staff(
    email: str, name: str, roles: Iterable[str], actor: Actor, language: str = "ru", *, password: str | None = None
) -> Staff:
    """A new member of staff; without a password they can sign in only after a set-up link (``links.invite``).

    Raises InputError for a wrong field, ConflictError where the address is taken.
    """
    staff = Staff(
        email=checked_email(email),
        name=checked_name(name),
        roles=checked_roles(roles),
        language=checked_language(language),
    )
    staff.set_password(password) if password else staff.set_unusable_password()
    _save(staff)
    record("staff.created", ("staff", staff.pk), actor, {"name": staff.name, "roles": staff.roles})
    return staff


@transaction.atomic
def change_staff(staff_id: int, actor: Actor, *, email: str, name: str, roles: Iterable[str]) -> Staff:
    """Another address, name or set of roles.

    Raises InputError for a wrong field, ConflictError where the address is taken or the last administrator would go.
    """
    staff = _locked(staff_id)
    was = (staff.email, staff.name, list(staff.roles))
    staff.email, staff.name, staff.roles = checked_email(email), checked_name(name), checked_roles(roles)
    if Role.ADMIN in was[2] and Role.ADMIN not in staff.roles and staff.is_active:
        _keep_an_admin(staff)
    if was == (staff.email, staff.name, staff.roles):
        return staff
    _save(staff)
    data = {"name": staff.name, "roles": staff.roles, "roles_before": was[2]}
    record("staff.changed", ("staff", staff.pk), actor, data)
    return staff


@transaction.atomic
def change_profile(staff: Staff, *, name: str, language: str, signature: str) -> Staff:
    """What a person changes about themselves. Raises InputError."""
    mine = _locked(staff.pk)
    mine.name, mine.language, mine.signature = checked_name(name), checked_language(language), signature.strip()
    _save(mine)
    record("staff.changed", ("staff", mine.pk), Actor("staff", mine.pk, mine.name), {"name": mine.name})
    return mine


@transaction.atomic
def disable(staff_id: int, actor: Actor) -> Staff:
    """Close a person's access at once: sessions and links end. Raises ConflictError for the last administrator."""
    staff = _locked(staff_id)
    if not staff.is_active:
        return staff
    if staff.is_admin:
        _keep_an_admin(staff)
    staff.is_active = False
    staff.save(update_fields=["is_active"])
    SetupToken.objects.filter(staff=staff, used_at=None).delete()
    sessions.forget_all(staff)
    record("staff.disabled", ("staff", staff.pk), actor, {"name": staff.name})
    return staff


@transaction.atomic
def enable(staff_id: int, actor: Actor) -> Staff:
    """Open a person's access again."""
    staff = _locked(staff_id)
    if staff.is_active:
        return staff
    staff.is_active = True
    staff.save(update_fields=["is_active"])
    record("staff.enabled", ("staff", staff.pk), actor, {"name": staff.name})
    return staff


@transaction.atomic
def reset_totp(staff_id: int, actor: Actor) -> bool:
    """Take a person's authenticator and recovery codes away, for a lost telephone; sessions end. False without one."""
    staff = _locked(staff_id)
    deleted, _ = Authenticator.objects.filter(user=staff).delete()
    if not deleted:
        return False
    sessions.forget_all(staff)
    record("staff.changed", ("staff", staff.pk), actor, {"name": staff.name, "totp": "reset"})
    return True


def _locked(staff_id: int) -> Staff:
    staff = Staff.objects.select_for_update().filter(pk=staff_id).first()
    if staff is None:
        raise NotAllowedError(errors.NO_SUCH_STAFF)
    return staff


def _keep_an_admin(leaving: Staff) -> None:
    """Locks all administrators, in one order: two who dismiss each other at the same moment can't both succeed."""
    admins = Staff.objects.select_for_update().filter(is_active=True, roles__contains=[Role.ADMIN]).order_by("pk")
    if not any(admin.pk != leaving.pk for admin in admins):
        raise ConflictError(errors.LAST_ADMIN)


def _save(staff: Staff) -> None:
    try:
        with transaction.atomic():
            staff.save()
    except IntegrityError:
        raise ConflictError(errors.EMAIL_TAKEN) from None
