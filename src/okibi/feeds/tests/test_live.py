"""``timestamp.json`` outside of Django's pages says the same as inside."""

import asyncio

import pytest

from okibi.feeds.live import Timestamp
from okibi.feeds.tests.conftest import Desk

ADDRESS = "/updates/tuf/metadata/timestamp.json"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("data", "free")]


def asked(application, method="GET", **headers):
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    asyncio.run(application({"type": "http", "method": method, "path": ADDRESS, "headers": given}, receive, send))
    start, body = sent
    return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, body["body"]


def test_it_says_what_the_page_says(client):
    Desk().hold_ceremony()
    page = client.get(ADDRESS)
    status, headers, body = asked(Timestamp())
    assert (status, body, headers["etag"]) == (200, page.content, page.headers["ETag"])
    assert headers["cache-control"] == page.headers["Cache-Control"]
    assert asked(Timestamp(), if_none_match=headers["etag"])[0::2] == (304, b"")
    assert asked(Timestamp(), "HEAD")[0::2] == (200, b"")
    assert asked(Timestamp(), "POST")[0] == 405


def test_there_is_none_before_the_ceremony():
    status, headers, _ = asked(Timestamp())
    assert (status, headers["cache-control"]) == (404, "no-store")
