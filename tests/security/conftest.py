"""The cast, and Oleg's browser."""

import pytest
from django.test import Client

from tests.cast import make_cast


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def oleg(cast):
    browser = Client(raise_request_exception=False)
    browser.force_login(cast.oleg)
    return browser
