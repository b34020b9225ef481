"""HTTP to gateways: whatever the other side says is a whole answer or a loss, and what was not begun did nothing."""

import asyncio

import pytest

from okibi.sms.gateways.http import LARGEST, AwayError, HttpAnswer, LostError, TakenBackError, call

ANSWERS = {
    "a length": (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", HttpAnswer(200, b"abc")),
    "until the end": (b"HTTP/1.0 202 Accepted\r\n\r\n0: Accepted", HttpAnswer(202, b"0: Accepted")),
    "in chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=1\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
        HttpAnswer(200, b"abc"),
    ),
    "after 100 Continue": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", HttpAnswer(200, b""),
    ),
    "without a body": (b"HTTP/1.1 204 No Content\r\n\r\n", HttpAnswer(204, b"")),
    "with letters that are no UTF-8": (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\xff", HttpAnswer(200, b"\xff")),
}  # fmt: skip
LOSSES = {
    "nothing": b"",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "half a body": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
    "half a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    "a size that is none": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n",
    "a length below nothing": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc",
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
    "a head without end": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000,
    "a body without end": b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (LARGEST + 1),
    "more told than is taken": b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + b"x" * (LARGEST + 1),
}


def told(answer, path="/", **given):
    """What ``call`` makes of an answer, and the bytes that it sent."""
    heard = []

    async def serve(reader, writer):
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        writer.close()

    async def run():
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            return await call("POST", f"http://127.0.0.1:{port}{path}", seconds=20, **given)

    return asyncio.run(run()), heard


@pytest.mark.parametrize(("answer", "value"), ANSWERS.values(), ids=ANSWERS)
def test_a_whole_answer_is_read(answer, value):
    got, (head,) = told(answer, "/cgi?to=%2B7", body=b"{}", headers={"Content-Type": "application/json"})
    assert got == value
    assert head.startswith(b"POST /cgi?to=%2B7 HTTP/1.1\r\n")
    assert b"content-length: 2\r\n" in head.lower()
    assert b"connection: close\r\n" in head.lower()


@pytest.mark.parametrize("answer", LOSSES.values(), ids=LOSSES)
def test_anything_less_is_a_loss(answer):
    with pytest.raises(LostError):
        told(answer)


@pytest.mark.parametrize("path", ["/a b", "/\r\nX: y", "/ё"])
def test_what_is_no_request_is_never_sent(path):
    with pytest.raises(ValueError):
        asyncio.run(call("GET", f"http://127.0.0.1:9{path}", headers={"X": "a\r\nb"}))


def test_nobody_there_and_taken_back():
    async def no():
        return False

    with pytest.raises(AwayError):
        asyncio.run(call("GET", "http://127.0.0.1:9/"))
    with pytest.raises(TakenBackError):
        told(b"", hand=no)
