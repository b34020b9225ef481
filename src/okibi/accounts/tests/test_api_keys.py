"""Keys of the vendor's own systems: shown once, stored as a hash, good until they are not."""

from datetime import timedelta

import pytest

from okibi.accounts.api_keys import all_keys, caller_of, create_key, revoke_key
from okibi.accounts.models import ApiKey
from okibi.journal.models import Entry
from okibi.journal.services import SYSTEM
from okibi.kernel.clock import at, now
from okibi.kernel.errors import InputError, NotAllowedError

pytestmark = pytest.mark.django_db
SCOPES = ["requests:read", "customers:read"]


def test_a_key_opens_what_its_scopes_say_and_its_secret_is_not_stored():
    key, text = create_key("Магазин", SCOPES, SYSTEM)
    assert text.startswith(f"okk_{key.public_id}_")
    assert len(text.rpartition(f"{key.public_id}_")[2]) == 43
    caller = caller_of(text)
    assert (caller.name, caller.scopes) == ("Магазин", frozenset(SCOPES))
    stored = ApiKey.objects.filter(pk=key.pk).values_list().get()
    assert not [value for value in stored if text[-43:] in str(value)]


@pytest.mark.parametrize("scopes", [[], ["everything"], ["requests:read", "root"]])
def test_a_key_needs_scopes_that_there_are(scopes):
    with pytest.raises(InputError):
        create_key("Магазин", scopes, SYSTEM)


def test_an_unknown_revoked_or_expired_key_opens_nothing():
    key, text = create_key("Магазин", SCOPES, SYSTEM, now() + timedelta(days=1))
    for wrong in (
        "",
        "okk_",
        "okk__",
        text[:-1],
        text + "x",
        text.replace("okk_", "okd_"),
        "okk_" + "я" * 12 + "_\ud800",
    ):
        with pytest.raises(NotAllowedError):
            caller_of(wrong)
    with at(now() + timedelta(days=1)), pytest.raises(NotAllowedError):
        caller_of(text)
    revoke_key(key.pk, SYSTEM)
    with pytest.raises(NotAllowedError):
        caller_of(text)


def test_making_and_revoking_are_journalled_once_each():
    key, _ = create_key("Магазин", SCOPES, SYSTEM)
    revoke_key(key.pk, SYSTEM)
    revoke_key(key.pk, SYSTEM)
    codes = (
        Entry.objects.filter(subject_kind="api_key", subject_id=key.pk).order_by("pk").values_list("code", flat=True)
    )
    assert list(codes) == ["api_key.created", "api_key.revoked"]
    assert [each.pk for each in all_keys()] == [key.pk]


def test_the_last_use_is_noted_once_a_minute(django_assert_num_queries):
    _, text = create_key("Магазин", SCOPES, SYSTEM)
    caller_of(text)
    with django_assert_num_queries(1):
        caller_of(text)
