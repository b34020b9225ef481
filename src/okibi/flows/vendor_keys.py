"""API keys of the vendor's own systems with what they may send by SMS: two rooms, one act."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from okibi.accounts import api_keys
from okibi.accounts.models import ApiKey
from okibi.accounts.scopes import Scope
from okibi.journal.services import Actor, record
from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence
from okibi.sms import key_limits

NO_SMS = Sentence("У этого ключа нет права отправлять SMS.", "This key has no right to send SMS.")


@transaction.atomic
def create(
    name: str, scopes: Iterable[str], actor: Actor, expires_at: datetime | None = None, sms_day_limit: int | None = None
) -> tuple[ApiKey, str]:
    """A new key and its text, which is shown this once; with its own day limit of SMS where one is given.

    Raises InputError.
    """
    key, text = api_keys.create_key(name, scopes, actor, expires_at)
    if sms_day_limit is not None:
        _set(key, sms_day_limit, actor)
    return key, text


@transaction.atomic
def set_sms_limit(key_id: int, segments: int | None, actor: Actor) -> ApiKey:
    """Another day limit; None: the common one. Raises InputError, NotAllowedError."""
    key = api_keys.key_by_id(key_id)
    _set(key, segments, actor)
    return key


def _set(key: ApiKey, segments: int | None, actor: Actor) -> None:
    if Scope.SMS_SEND not in key.scopes:
        raise InputError(NO_SMS, field="sms_day_limit")
    if key_limits.set_limit(key.public_id, segments):
        code, more = ("sms.key_limit_off", {}) if segments is None else ("sms.key_limit", {"segments": segments or "∞"})
        record(code, ("api_key", key.pk), actor, {"name": key.name, **more})
