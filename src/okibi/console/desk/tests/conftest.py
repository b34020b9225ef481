"""A desk with a request on it, and who looks at it."""

import pytest
from django.test import Client

from okibi.schemes.services import ensure_loaded
from okibi.tickets.models import Ticket
from tests.cast import Cast, make_cast
from tests.letters import mail, placed


@pytest.fixture
def cast() -> Cast:
    ensure_loaded()
    return make_cast()


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    del cast
    return placed(mail())


@pytest.fixture
def vera(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.vera)
    return client
