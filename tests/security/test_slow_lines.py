"""A body that comes slowly, not at all or without an end takes no thread of the site."""

import asyncio
from contextlib import ExitStack
from itertools import count

import pytest

from okibi.config import bodies
from okibi.config.bodies import SlowBodyError, gathered


def line(*pieces: bytes, then: str = "wait"):
    """What a client sends; ``then`` it is silent, goes away, or was whole."""
    left = list(pieces)

    async def receive():
        if left:
            piece = left.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(left) or then != "whole"}
        if then == "gone":
            return {"type": "http.disconnect"}
        return await asyncio.Event().wait()

    receive.left = left
    return receive


def scope(length: object) -> dict:
    return {"type": "http", "headers": [(b"content-length", str(length).encode())]}


@pytest.mark.parametrize(
    "size", [1, bodies.IN_MEMORY - 1, bodies.IN_MEMORY, bodies.IN_MEMORY + 1, bodies.IN_MEMORY * 4 + 1]
)
def test_a_body_comes_out_as_it_came_in_however_it_was_cut(size):
    body = bytes(number % 251 for number in range(size))
    cut = [body[at : at + 50_000] for at in range(0, size, 50_000)]

    async def through() -> bytes:
        return (await gathered(scope(size), line(*cut, then="whole"), size)).read()

    assert asyncio.run(through()) == body


@pytest.mark.parametrize("then", ["wait", "gone"])
def test_a_client_that_sends_less_than_it_promised_never_reaches_a_page(monkeypatch, then):
    monkeypatch.setattr(bodies, "SILENCE", 0.05)
    with pytest.raises(SlowBodyError):
        asyncio.run(gathered(scope(1000), line(b"a=1&", then=then), 2000))


def test_a_drip_is_not_endless(monkeypatch):
    monkeypatch.setattr(bodies, "PATIENCE", 0.1)

    async def drip():
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"a", "more_body": True}

    with pytest.raises(SlowBodyError):
        asyncio.run(gathered(scope(10_000), drip, 20_000))


def test_a_body_that_is_announced_as_too_large_is_not_read():
    receive = line(b"x" * 100)

    assert asyncio.run(gathered(scope(10**12), receive, 1000)).read() == b""
    assert len(receive.left) == 1


@pytest.mark.parametrize("length", [0, "", "-1", "abc", "9" * 30])
def test_without_a_length_there_is_no_body(length):
    receive = line(b"x")
    assert asyncio.run(gathered(scope(length), receive, 1000)).read() == b""
    assert len(receive.left) == 1


async def heard(receive) -> list[str]:
    """The kinds of messages until the client is taken for gone."""
    kinds: list[str] = []
    while not kinds or kinds[-1] != "http.disconnect":
        kinds.append((await receive())["type"])
    return kinds


def every(seconds: float):
    """A clock that goes on by so much whenever it is looked at."""
    moments = count(0, seconds)
    return lambda: float(next(moments))


@pytest.mark.parametrize(
    ("sentence", "size", "seconds", "pieces_sent", "pieces_heard"),
    [
        ("a kilobyte every second flows", 1024, 1, 50, 50),
        ("ten bytes every five seconds drip", 10, 5, 50, 6),
        ("a kilobyte after a long wait", 1024, 100, 50, 0),
        ("twenty kilobytes every 25 seconds, for more than an hour", 20 * 1024, 25, 200, 144),
    ],
)
def test_an_upload_that_drips_or_never_ends_is_ended(sentence, size, seconds, pieces_sent, pieces_heard):
    kinds = asyncio.run(heard(bodies.unhurried(line(*[b"x" * size] * pieces_sent, then="gone"), every(seconds))))
    assert kinds == ["http.request"] * pieces_heard + ["http.disconnect"], sentence


def test_one_holder_of_a_token_gets_so_many_lanes_and_leaves_the_others_theirs():
    lanes = bodies.Lanes()

    def of(token: bytes) -> dict:
        return {"headers": [(b"authorization", token)], "client": ("192.0.2.1", 1)}

    with ExitStack() as uploads:
        mine = [uploads.enter_context(lanes.lane(of(b"Bearer a"))) for _ in range(bodies.UPLOADS_AT_ONCE + 2)]
        assert mine == [True] * bodies.UPLOADS_AT_ONCE + [False] * 2
        assert uploads.enter_context(lanes.lane(of(b"Bearer b")))
        assert uploads.enter_context(lanes.lane({"headers": [], "client": ("192.0.2.1", 2)}))
    assert not lanes.taken
    with lanes.lane(of(b"Bearer a")) as free:
        assert free


@pytest.mark.parametrize(("status", "closed"), [(200, False), (413, True), (422, False)])
def test_after_too_much_the_line_is_closed_and_its_client_told_so(status, closed):
    told = []

    async def send(message):
        told.append(message)

    asyncio.run(bodies.closing(send)({"type": "http.response.start", "status": status, "headers": []}))
    assert ((b"connection", b"close") in told[0]["headers"]) is closed
