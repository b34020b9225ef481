"""One-time links: the first administrator's, a newcomer's, and that of somebody who forgot the password.

The secret stands only in the link; the database has its SHA-256. Links live for 24 hours.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.urls import reverse

from okibi.accounts import errors, sessions
from okibi.accounts.fields import checked_email, checked_name
from okibi.accounts.models import Role, SetupToken, Staff
from okibi.journal.services import SYSTEM, Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, NotAllowedError

LIFE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a live link is for: ``staff`` sets a password, or None: the first administrator is made."""

    staff: Staff | None
    expires_at: datetime


def setup_link(base_url: str = "") -> str | None:
    """A link that makes the first administrator, or None where there is any member of staff."""
    if Staff.objects.exists():
        return None
    SetupToken.objects.filter(expires_at__lt=now()).delete()
    return base_url.rstrip("/") + _new(None)


@transaction.atomic
def invite(staff: Staff, actor: Actor, base_url: str = "") -> str:
    """A link with which a person sets a password, the first one or a new one; earlier links of theirs die.

    Raises ConflictError where the person's access is closed.
    """
    if not staff.is_active:
        raise ConflictError(errors.DISABLED)
    SetupToken.objects.filter(staff=staff, used_at=None).delete()
    link = base_url.rstrip("/") + _new(staff)
    record("staff.changed", ("staff", staff.pk), actor, {"name": staff.name, "link": True})
    return link


def invitation_of(secret: str) -> Invitation:
    """What a link is for. Raises NotAllowedError for one that is used, too old or unknown."""
    token = _live(secret)
    return Invitation(token.staff, token.expires_at)


@transaction.atomic
def use_setup_token(secret: str, name: str, email: str, password: str) -> Staff:
    """Set the password a link is for; name and email count only for the first administrator. The link dies.

    The password's strength is the caller's business. Every session of the person ends.
    Raises NotAllowedError for a dead link or where somebody was faster, InputError for a wrong address or name.
    """
    token = _live(secret, lock=True)
    token.used_at = now()
    token.save(update_fields=["used_at"])
    if token.staff is None:
        return _first_admin(name, email, password)
    staff = token.staff
    staff.set_password(password)
    staff.save(update_fields=["password"])
    sessions.forget_all(staff)
    record("staff.changed", ("staff", staff.pk), Actor("staff", staff.pk, staff.name), {"name": staff.name})
    return staff


def _first_admin(name: str, email: str, password: str) -> Staff:
    with connection.cursor() as cursor:  # two links used at the same moment make one administrator
        cursor.execute(f"LOCK TABLE {connection.ops.quote_name(Staff._meta.db_table)} IN SHARE ROW EXCLUSIVE MODE")  # noqa: SLF001
    if Staff.objects.exists():
        raise NotAllowedError(errors.LINK_DEAD)
    staff = Staff(email=checked_email(email), name=checked_name(name), roles=[Role.SPECIALIST, Role.ADMIN])
    staff.set_password(password)
    staff.save()
    record("staff.created", ("staff", staff.pk), SYSTEM, {"name": staff.name, "roles": staff.roles})
    return staff


def _new(staff: Staff | None) -> str:
    secret = secrets.token_urlsafe(32)
    SetupToken.objects.create(digest=_digest(secret), staff=staff, expires_at=now() + LIFE)
    return reverse("account_setup", args=[secret])


def _live(secret: str, *, lock: bool = False) -> SetupToken:
    tokens = SetupToken.objects.select_for_update(of=("self",)) if lock else SetupToken.objects.all()
    token = tokens.select_related("staff").filter(digest=_digest(secret), used_at=None, expires_at__gt=now()).first()
    if token is None or (token.staff is None and Staff.objects.exists()):
        raise NotAllowedError(errors.LINK_DEAD)
    if token.staff is not None and not token.staff.is_active:
        raise NotAllowedError(errors.LINK_DEAD)
    return token


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
