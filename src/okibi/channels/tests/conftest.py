import pytest
from django.db import connection

from okibi.channels.registry import ADAPTERS, channel


@pytest.fixture
def echo(monkeypatch):
    """The only channel there is while a test runs."""
    for kind in list(ADAPTERS):
        monkeypatch.delitem(ADAPTERS, kind)
    monkeypatch.setitem(ADAPTERS, "echo", "okibi.channels.tests.echo.EchoChannel")
    channel.cache_clear()
    yield channel("echo")
    channel.cache_clear()


@pytest.fixture
def no_jobs(transactional_db):
    """An empty queue before and after: the flush between tests knows nothing of procrastinate's tables."""
    empty_queue()
    yield
    empty_queue()


def empty_queue():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
