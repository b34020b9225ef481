import pytest

from clients.sdk.tests.fake_server import TOKEN, Desk, serve
from okibi_sdk import Client, Patience

QUICK = Patience(tries=5, first=0.001, longest=0.01)


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def server(desk):
    with serve(desk) as address:
        yield address


@pytest.fixture
def client(server):
    with Client(server, TOKEN, language="ru", patience=QUICK) as client:
        yield client
