"""The cast: Oleg leads and administers, Vera is a specialist."""

import pytest
from django.core.cache import cache

from okibi.accounts.models import Role
from okibi.accounts.services import create_staff
from okibi.journal.services import SYSTEM, Actor

PASSWORD = "ryabina-na-opushke"


@pytest.fixture(autouse=True)
def _fresh_limits(db):
    cache.clear()


@pytest.fixture
def oleg(db):
    return create_staff("oleg@example.org", "Oleg Lesin", [Role.LEADING, Role.ADMIN], SYSTEM, password=PASSWORD)


@pytest.fixture
def vera(db):
    return create_staff("vera@example.org", "Vera Sinitsyna", [Role.SPECIALIST], SYSTEM, password=PASSWORD)


@pytest.fixture
def by_oleg(oleg):
    return Actor("staff", oleg.pk, oleg.name)
