"""A body that comes slowly, not at all or without an end takes no thread of the site."""

import asyncio

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


async def read(receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        assert message["type"] == "http.request"
        body, more = body + message["body"], message["more_body"]
    return body


@pytest.mark.parametrize("size", [1, bodies.PIECE - 1, bodies.PIECE, bodies.PIECE * 3, bodies.IN_MEMORY * 4 + 1])
def test_a_body_comes_out_as_it_came_in_however_it_was_cut(size):
    body = bytes(number % 251 for number in range(size))
    cut = [body[at : at + 50_000] for at in range(0, size, 50_000)]

    async def through() -> bytes:
        return await read(await gathered(scope(size), line(*cut, then="whole"), size))

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

    async def first():
        return await (await gathered(scope(10**12), receive, 1000))()

    assert asyncio.run(first()) == {"type": "http.disconnect"}
    assert len(receive.left) == 1


@pytest.mark.parametrize("length", [0, "", "-1", "abc", "9" * 30])
def test_without_a_length_there_is_no_body(length):
    receive = line(b"x")
    assert asyncio.run(gathered(scope(length), receive, 1000)) is receive
