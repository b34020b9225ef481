"""The cast: Oleg leads and administers, Vera is a specialist; the product's own scheme is in force."""

from pathlib import Path

import pytest
from django.core.cache import cache

from okibi.accounts.roles import Role
from okibi.accounts.services import create_staff
from okibi.journal.services import SYSTEM

PASSWORD = "ryabina-na-opushke"


@pytest.fixture(autouse=True)
def _desk(db, settings):
    settings.OKIBI_POLICY = str(Path(__file__).parents[1] / "policies" / "okibi.toml")
    cache.clear()


@pytest.fixture
def oleg(db):
    return create_staff("oleg@example.org", "Oleg Lesin", [Role.LEADING, Role.ADMIN], SYSTEM, password=PASSWORD)


@pytest.fixture
def vera(db):
    return create_staff("vera@example.org", "Vera Sinitsyna", [Role.SPECIALIST], SYSTEM, password=PASSWORD)


@pytest.fixture
def as_oleg(client, oleg):
    client.force_login(oleg)
    return client


@pytest.fixture
def as_vera(client, vera):
    client.force_login(vera)
    return client
