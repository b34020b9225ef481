"""One-time links: the first administrator's, a newcomer's, a forgotten password's."""

from datetime import timedelta

import pytest
from django.db.models import F

from okibi.accounts import links, services
from okibi.accounts.models import SetupToken, Staff
from okibi.kernel.errors import ConflictError, InputError, NotAllowedError

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db
BASE = "https://desk.example.org"


def secret_of(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


def test_the_first_administrator_comes_by_a_link():
    link = services.setup_link(BASE)
    assert link.startswith(f"{BASE}/accounts/setup/")
    staff = services.use_setup_token(secret_of(link), "Oleg Lesin", "oleg@example.org", PASSWORD)
    assert staff.is_admin
    assert staff.check_password(PASSWORD)


def test_there_is_no_such_link_once_somebody_works_here(vera):
    assert services.setup_link(BASE) is None


def test_a_second_link_for_the_first_administrator_dies_with_the_first(db):
    first, second = services.setup_link(), services.setup_link()
    services.use_setup_token(secret_of(first), "Oleg Lesin", "oleg@example.org", PASSWORD)
    with pytest.raises(NotAllowedError):
        services.use_setup_token(secret_of(second), "Vera", "vera@example.org", PASSWORD)
    assert Staff.objects.count() == 1


def test_the_database_does_not_know_the_secret():
    secret = secret_of(services.setup_link())
    assert secret not in str(list(SetupToken.objects.values()))


def test_a_wrong_address_leaves_the_link_alive():
    secret = secret_of(services.setup_link())
    with pytest.raises(InputError):
        services.use_setup_token(secret, "Oleg", "oleg at example", PASSWORD)
    assert services.use_setup_token(secret, "Oleg", "oleg@example.org", PASSWORD).is_admin


def test_a_newcomer_sets_a_password_once(vera, by_oleg):
    secret = secret_of(links.invite(vera, by_oleg, BASE))
    assert links.invitation_of(secret).staff == vera
    services.use_setup_token(secret, "", "", "another-long-password")
    vera.refresh_from_db()
    assert vera.check_password("another-long-password")
    with pytest.raises(NotAllowedError):
        services.use_setup_token(secret, "", "", "a-third-long-password")


def test_a_new_link_kills_the_earlier_one(vera, by_oleg):
    earlier = secret_of(links.invite(vera, by_oleg))
    links.invite(vera, by_oleg)
    with pytest.raises(NotAllowedError):
        links.invitation_of(earlier)


def test_a_link_lives_a_day(vera, by_oleg):
    secret = secret_of(links.invite(vera, by_oleg))
    SetupToken.objects.update(expires_at=F("expires_at") - timedelta(hours=24))
    with pytest.raises(NotAllowedError):
        links.invitation_of(secret)


def test_closed_access_has_no_links_and_ends_those_there_are(vera, by_oleg):
    secret = secret_of(links.invite(vera, by_oleg))
    services.disable(vera.pk, by_oleg)
    with pytest.raises(NotAllowedError):
        links.invitation_of(secret)
    vera.refresh_from_db()
    with pytest.raises(ConflictError):
        links.invite(vera, by_oleg)


def test_a_made_up_link_is_refused():
    with pytest.raises(NotAllowedError):
        links.invitation_of("made-up")
