"""Pages in threads: what goes in and what comes out, whole or piece by piece."""

import asyncio
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from okibi.config import bridge
from okibi.config.bridge import Threads, environ_of, pulled

SCOPE = {
    "type": "http",
    "method": "POST",
    "path": "/заявки",
    "query_string": b"a=1&b=%20",
    "http_version": "1.1",
    "scheme": "http",
    "server": ("127.0.0.1", 8000),
    "client": ("192.0.2.7", 4711),
    "headers": [
        (b"host", b"desk.example.org"),
        (b"content-length", b"3"),
        (b"content-type", b"text/plain"),
        (b"x-forwarded-for", b"192.0.2.1"),
        (b"x-forwarded-for", b"192.0.2.2"),
        (b"x_forwarded_for", b"10.0.0.1"),
    ],
}


def answered(application: Any, body: Any = None) -> list[dict[str, Any]]:
    """The messages that the server is given."""
    said: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        said.append(dict(message))

    async def ask() -> None:
        given = body() if callable(body) else io.BytesIO(b"abc")
        await Threads(application, 2).answer(SCOPE, given, send)

    asyncio.run(ask())
    return said


class Pages:
    """An iterable that notes its end, as Django's answers do."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.closed = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> "Pages":
        self.environ = environ
        start_response("207 Some", [("X-One", " 1 "), ("X-One", "2")])
        return self

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)

    def close(self) -> None:
        self.closed += 1


def test_what_the_page_is_told():
    environ = environ_of(SCOPE, io.BytesIO())
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/заявки"
    assert environ["QUERY_STRING"] == "a=1&b=%20"
    assert (environ["CONTENT_LENGTH"], environ["CONTENT_TYPE"]) == ("3", "text/plain")
    assert (environ["HTTP_HOST"], environ["REMOTE_ADDR"]) == ("desk.example.org", "192.0.2.7")


def test_a_header_with_an_underscore_does_not_pass_for_the_proxys():
    assert environ_of(SCOPE, io.BytesIO())["HTTP_X_FORWARDED_FOR"] == "192.0.2.1,192.0.2.2"


def test_many_strange_headers_are_read_and_not_remembered():
    names = [f"x-strange-{number}".encode() for number in range(bridge.MOST_NAMES * 2)]
    environ = environ_of(SCOPE | {"headers": [(name, b"1") for name in names]}, io.BytesIO())
    assert sum(key.startswith("HTTP_X_STRANGE_") for key in environ) == len(names)
    assert len(bridge._KNOWN) <= bridge.MOST_NAMES


@pytest.mark.parametrize("pieces", [(), (b"",), (b"one",), (b"one", b"", b"two"), (b"x" * bridge.WHOLE,)])
def test_an_answer_goes_out_as_a_head_and_one_body(pieces):
    pages = Pages(*pieces)
    head, body = answered(pages)
    assert (head["status"], head["headers"]) == (207, [(b"x-one", b"1"), (b"x-one", b"2")])
    assert body == {"type": "http.response.body", "body": b"".join(pieces)}
    assert pages.closed == 1
    assert pages.environ["wsgi.input"].closed


def test_a_long_answer_goes_out_in_pieces_and_comes_whole():
    pieces = [bytes([number % 251]) * 5000 for number in range(300)]
    pages = Pages(*pieces)
    head, *bodies = answered(pages)
    assert head["type"] == "http.response.start"
    assert b"".join(each["body"] for each in bodies) == b"".join(pieces)
    assert [each.get("more_body", False) for each in bodies] == [True] * (len(bodies) - 1) + [False]
    assert max(len(each["body"]) for each in bodies) <= bridge.WHOLE + 5000
    assert pages.closed == 1


def test_what_breaks_is_told_to_the_server_and_everything_is_closed():
    class Broken(Pages):
        def __iter__(self) -> Iterator[bytes]:
            yield b"x" * (bridge.WHOLE + 1)
            raise ValueError("half way")

    pages = Broken()
    with pytest.raises(ValueError, match="half way"):
        answered(pages)
    assert pages.closed == 1
    assert pages.environ["wsgi.input"].closed


@pytest.mark.parametrize("ended", [True, False], ids=["whole", "the line broke"])
def test_an_upload_is_read_as_it_comes(ended):
    pieces = [b"a" * 70_000, b"", b"b\nc" * 10, b"d"]
    left = list(pieces)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        if left:
            return {"type": "http.request", "body": left.pop(0), "more_body": bool(left) or not ended}
        return {"type": "http.disconnect"}

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [])
        body = environ["wsgi.input"]
        return [body.read(10), body.readline(), body.read()]

    _, said = answered(application, lambda: pulled(receive))
    assert said["body"] == b"".join(pieces)
