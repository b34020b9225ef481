"""Vera is a specialist; Gleb makes the versions."""

import pytest
from django.test import Client

from okibi.accounts.roles import Role
from okibi.accounts.services import create_staff
from okibi.journal.services import SYSTEM
from tests.two_of_the_desk import PASSWORD, _desk, as_oleg, as_vera, oleg, vera

__all__ = ["_desk", "as_oleg", "as_vera", "oleg", "vera"]


@pytest.fixture
def gleb(db):
    return create_staff("gleb@example.org", "Gleb Maslov", [Role.RELEASES], SYSTEM, password=PASSWORD)


@pytest.fixture
def as_gleb(gleb):
    browser = Client()
    browser.force_login(gleb)
    return browser
