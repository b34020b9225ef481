"""The stream of events: nothing missed, nobody else's, over when the device is cut off."""

import asyncio
import json
from uuid import uuid4

import pytest
from django.db import connection

from okibi.api import live, tickets
from okibi.api.tests.conftest import Caller, enrolled
from okibi.flows.enrolment import revoke
from okibi.journal.live import in_thread
from okibi.journal.selectors import latest_id
from okibi.journal.services import SYSTEM
from okibi.kernel.errors import NotAllowedError
from tests.cast import make_cast
from tests.streams import PATIENCE, Stream, listening, told

pytestmark = pytest.mark.django_db(transaction=True)


def opened(headers: dict[str, str], query: str = "") -> Stream:
    return Stream(live.application, "/api/v1/events", headers, query)


def bearer(caller: Caller) -> dict[str, str]:
    return {"authorization": f"Bearer {caller.token}"}


@pytest.fixture
def anna():
    cast = make_cast()
    return enrolled(cast.anna, cast.ryabina)


def place(caller: Caller) -> str:
    answer = caller.post("/requests", {"text": "Не печатает"}, Idempotency_Key=uuid4().hex)
    assert answer.status_code == 201, answer.content
    connection.close()
    return answer.json()["number"]


@told
async def test_what_happens_is_told_to_who_may_see_it_and_to_nobody_else(anna):
    other = await in_thread(enrolled)
    async with opened(bearer(anna)) as hers, opened(bearer(other)) as theirs:
        assert (hers.start["status"], dict(hers.start["headers"])[b"content-type"]) == (
            200, b"text/event-stream; charset=utf-8"
        )  # fmt: skip
        await listening()
        number = await in_thread(place, anna)
        heard = await hers.event()
        assert (heard["event"], json.loads(heard["data"])["number"]) == ("request.placed", number)
        assert int(heard["id"]) > 0
        mine = await in_thread(place, other)
        assert json.loads((await theirs.event())["data"])["number"] == mine


@told
async def test_who_comes_back_is_told_what_was_missed(anna):
    before = await in_thread(latest_id)
    numbers = [await in_thread(place, anna) for _ in range(3)]
    async with opened({**bearer(anna), "last-event-id": str(before)}) as stream:
        heard = [json.loads((await stream.event())["data"])["number"] for _ in numbers]
    assert heard == numbers


@told
async def test_a_device_that_is_cut_off_hears_no_more(anna):
    async with opened(bearer(anna)) as stream:
        await listening()
        await in_thread(revoke, anna.device.public_id, SYSTEM)
        assert await stream.event() == {}


@told
async def test_who_may_not_listen_is_told_so(anna):
    for headers, query in (({}, ""), ({"authorization": "Bearer okd_wrong"}, ""), ({}, "ticket=wrong")):
        async with opened(headers, query) as stream:
            assert stream.start["status"] == 401
            body = await asyncio.wait_for(stream.out.get(), PATIENCE)
            assert json.loads(body["body"])["code"] == "unauthorized"


@told
async def test_a_ticket_opens_the_stream_once(anna):
    ticket = (await in_thread(anna.post, "/events/ticket")).json()["ticket"]
    async with opened({}, f"ticket={ticket}") as stream:
        assert stream.start["status"] == 200
    async with opened({}, f"ticket={ticket}") as stream:
        assert stream.start["status"] == 401


@told
async def test_the_desk_writes(anna):
    number = await in_thread(place, anna)
    async with opened(bearer(anna)) as stream:
        await listening()
        await in_thread(_desk_types, number)
        heard = await stream.event()
    assert (heard["event"], json.loads(heard["data"])) == ("request.typing", {"number": number})
    assert "id" not in heard


def _desk_types(number: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_notify('okibi_typing', json_build_object('ticket', id, 'side', 'desk')::text)"
            " FROM okibi_tickets_ticket WHERE number = %s",
            [number],
        )


def test_a_ticket_is_good_once():
    ticket, _ = tickets.issue("danna0000000")
    assert tickets.use(ticket) == "danna0000000"
    with pytest.raises(NotAllowedError):
        tickets.use(ticket)


@told
async def test_a_page_of_an_allowed_site_may_bring_the_token_and_the_last_id(db, settings):
    settings.OKIBI_API_ORIGINS = ["https://desk.example.org"]
    asked = {"access-control-request-method": "GET", "access-control-request-headers": "authorization"}
    for origin, may in (("https://desk.example.org", True), ("https://evil.example.org", False)):
        preflight = opened({**asked, "origin": origin})
        preflight.scope["method"] = "OPTIONS"
        async with preflight as stream:
            sent = dict(stream.start["headers"])
        assert stream.start["status"] == 204
        assert (sent.get(b"access-control-allow-origin") == origin.encode()) is may
        assert (b"Last-Event-ID" in sent.get(b"access-control-allow-headers", b"")) is may
