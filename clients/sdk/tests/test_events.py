"""Events: whole however they are torn, none missed and none twice over a broken line."""

import asyncio
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.sdk.tests.conftest import QUICK
from clients.sdk.tests.fake_server import TOKEN, times
from okibi_sdk import AsyncClient, NotSignedInError
from okibi_sdk.core.sse import EventReader

STREAM = (
    '\ufeffretry: 1500\n: hello\n\nid: 7\nevent: message\ndata: {"number":\ndata: "26-000001"}\n\n'
    "event: typing\r\ndata:{}\r\n\r\nid: 8\rdata: Привет\r\rid: 9\ndata: never ended"
).encode()


@given(st.lists(st.integers(0, len(STREAM)), max_size=20))
def test_the_stream_reads_the_same_wherever_it_is_torn(cuts):
    reader, told = EventReader(), []
    edges = [0, *sorted(cuts), len(STREAM)]
    for start, end in pairwise(edges):
        told += reader.feed(STREAM[start:end])
    assert [(each.event, each.data, each.id, each.last_id) for each in told] == [
        ("message", '{"number":\n"26-000001"}', "7", "7"),
        ("typing", "{}", "", "7"),
        ("message", "Привет", "8", "8"),
    ]
    assert (reader.last_id, reader.retry) == ("9", 1.5)


def test_nothing_is_missed_and_nothing_comes_twice_over_broken_lines(client, desk):
    desk.stream_breaks_after = 2
    desk.faults.append(times(2, "answer 503", "GET", "/events"))
    for serial in range(7):
        desk.tell("request.message", number=f"26-{serial}")
    lost = []
    seen = list(islice(client.events(lost=lost.append), 7))
    assert [(each.id, each.number) for each in seen] == [(str(serial + 1), f"26-{serial}") for serial in range(7)]
    assert lost[:2] == ["HTTP 503", "HTTP 503"]
    asked = [headers.get("last-event-id") for _, path, headers in desk.seen if path == "/events"]
    assert asked == [None, None, None, "2", "4", "6"]


def test_what_the_server_tells_again_after_a_break_is_heard_once(client, desk):
    desk.stream_breaks_after, desk.tells_again = 3, 2
    for serial in range(5):
        desk.tell("request.message", number=f"26-{serial}")
    assert [each.id for each in islice(client.events(), 5)] == ["1", "2", "3", "4", "5"]


def test_one_may_begin_after_a_known_event(client, desk):
    for serial in range(3):
        desk.tell("request.state", number=f"26-{serial}")
    assert next(client.events(after="2")).number == "26-2"


def test_a_device_that_was_cut_off_is_told_so(client, desk):
    desk.signed_out = True
    with pytest.raises(NotSignedInError):
        next(client.events())


def test_the_async_client_hears_the_same(server, desk):
    desk.stream_breaks_after = 1
    for serial in range(3):
        desk.tell("request.message", number=f"26-{serial}")

    async def story():
        seen = []
        async with AsyncClient(server, TOKEN, patience=QUICK) as client:
            async for event in client.events():
                seen.append(event.number)
                if len(seen) == 3:
                    break
        return seen

    assert asyncio.run(story()) == ["26-0", "26-1", "26-2"]
