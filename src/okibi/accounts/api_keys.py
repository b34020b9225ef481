"""Keys of the vendor's own systems: made, shown once, recognised, revoked.

A key reads ``okk_<12 of the public id>_<43 of the secret>``; only the secret's SHA-256 is stored.
"""

import hashlib
import hmac
import secrets
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from okibi.accounts import errors
from okibi.accounts.fields import checked_name
from okibi.accounts.models import ApiKey
from okibi.accounts.scopes import Scope
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError, NotAllowedError

PREFIX = "okk_"
ALPHABET = string.ascii_lowercase + string.digits
USE_NOTED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """A system that showed a valid key."""

    key_id: int
    public_id: str
    name: str
    scopes: frozenset[str]

    @property
    def actor(self) -> Actor:
        """As the journal names it."""
        return Actor("system", self.key_id, f"API: {self.name}")


@transaction.atomic
def create_key(
    name: str, scopes: Iterable[str], actor: Actor, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A new key and its text, which is shown this once. Raises InputError for an empty name or wrong scopes."""
    chosen = list(dict.fromkeys(scopes))
    if not chosen or not set(chosen) <= set(Scope.values):
        raise InputError(errors.SCOPE_WRONG)
    secret = secrets.token_urlsafe(32)
    public_id = "".join(secrets.choice(ALPHABET) for _ in range(12))
    key = ApiKey.objects.create(
        name=checked_name(name),
        public_id=public_id,
        digest=_digest(secret),
        scopes=chosen,
        created_by_id=actor.id if actor.kind == "staff" else None,
        created_at=now(),
        expires_at=expires_at,
    )
    record("api_key.created", ("api_key", key.pk), actor, {"name": key.name, "scopes": chosen})
    return key, f"{PREFIX}{public_id}_{secret}"


@transaction.atomic
def revoke_key(key_id: int, actor: Actor) -> ApiKey:
    """The key opens nothing from now on; a second time changes nothing. Raises NotAllowedError for none."""
    key = ApiKey.objects.select_for_update().filter(pk=key_id).first()
    if key is None:
        raise NotAllowedError(errors.NO_SUCH_KEY)
    if key.revoked_at is None:
        key.revoked_at = now()
        key.save(update_fields=["revoked_at"])
        record("api_key.revoked", ("api_key", key.pk), actor, {"name": key.name})
    return key


def key_by_id(key_id: int) -> ApiKey:
    """One key. Raises NotAllowedError for none."""
    key = ApiKey.objects.filter(pk=key_id).first()
    if key is None:
        raise NotAllowedError(errors.NO_SUCH_KEY)
    return key


def all_keys() -> Sequence[ApiKey]:
    """Every key, those in force first, newest first."""
    return list(ApiKey.objects.select_related("created_by").order_by("-revoked_at", "-pk"))


def caller_of(text: str) -> Caller:
    """Whose key this is. Raises NotAllowedError for an unknown, revoked or expired one, all alike."""
    public_id, _, secret = text.removeprefix(PREFIX).partition("_")
    key = (
        ApiKey.objects.filter(public_id=public_id).first() if text.startswith(PREFIX) and len(public_id) == 12 else None
    )
    moment = now()
    right = hmac.compare_digest(key.digest if key else "", _digest(secret))
    if key is None or not right or key.revoked_at is not None or (key.expires_at and key.expires_at <= moment):
        raise NotAllowedError(errors.NO_SUCH_KEY)
    if key.last_used_at is None or key.last_used_at < moment - USE_NOTED:
        unnoted = Q(last_used_at=None) | Q(last_used_at__lt=moment - USE_NOTED)
        ApiKey.objects.filter(unnoted, pk=key.pk).update(last_used_at=moment)
    return Caller(key.pk, key.public_id, key.name, frozenset(key.scopes))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
