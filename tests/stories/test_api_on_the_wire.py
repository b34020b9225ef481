"""The public API on a running product: a large file over a bad line, and the guide's lines as they are typed."""

import contextlib
import hashlib
import http.client
import json
import re
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from okibi.ops.tests.conftest import Product, eventually, open_folder

GUIDES = sorted((Path(__file__).resolve().parents[2] / "docs/howto").glob("use-the-api*.md"))
SIZE = 200 * 1024 * 1024  # bytes
PIECE = 1024 * 1024
BREAKS = (5, 37, 61, 118, 170)  # megabytes after which the line breaks; the third time the server is killed
MOST_MEMORY = 220 * 1024  # kilobytes of the web process: it never holds the file


@pytest.fixture(scope="module")
def desk():
    with open_folder() as place:
        product = Product(place / "data")
        product.start()
        try:
            yield product
        finally:
            product.stop()


def ask(desk: Product, method: str, path: str, body: bytes | None = None, **headers: str):
    link = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=60)
    link.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = link.getresponse()
    answer.content = answer.read()
    link.close()
    return answer


@pytest.fixture(scope="module")
def token(desk):
    body = json.dumps({"device": {"kind": "desktop", "name": "Склад-7"}}).encode()
    answer = ask(desk, "POST", "/api/v1/enrolments", body, Content_Type="application/json")
    assert answer.status == 201, answer.content
    return json.loads(answer.content)["token"]


def piece_of(number: int) -> bytes:
    """The megabyte of that number: no two are alike."""
    return hashlib.sha256(str(number).encode()).digest() * (PIECE // 32)


def send_until(desk: Product, path: str, token: str, offset: int, until: int) -> bool:
    """A PATCH that promises the whole rest and breaks off at ``until``. False: refused, as the server's offset moved on
    while what was on its way when the line broke was still being written.
    """
    head = (
        f"PATCH {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nTus-Resumable: 1.0.0\r\n"
        f"Upload-Offset: {offset}\r\nContent-Type: application/offset+octet-stream\r\n"
        f"Content-Length: {SIZE - offset}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", desk.port), timeout=60) as link:
        link.sendall(head.encode())
        at = offset
        while at < until:
            number, inside = divmod(at, PIECE)
            part = piece_of(number)[inside : inside + min(PIECE - inside, until - at)]
            try:
                link.sendall(part)
            except OSError:
                refusal = link.recv(4096)
                assert b" 409 " in refusal or b" 423 " in refusal, refusal
                return False
            at += len(part)
        return until < SIZE or b" 204 " in link.recv(4096)


def test_200_megabytes_arrive_whole_over_a_line_that_breaks_five_times_and_a_killed_server(desk, token):
    headers = {"Authorization": f"Bearer {token}", "Tus_Resumable": "1.0.0"}
    begun = ask(desk, "POST", "/api/v1/uploads", b"", **headers, Upload_Length=str(SIZE))
    path = urlsplit(begun.headers["Location"]).path

    def arrived() -> int:
        with contextlib.suppress(OSError, http.client.HTTPException):
            answer = ask(desk, "HEAD", path, **headers)
            if answer.status == 200:
                return int(answer.headers["Upload-Offset"])
        return -1

    def carried(until: int) -> bool:
        offset = arrived()
        return offset >= 0 and send_until(desk, path, token, offset, until)

    for turn, megabytes in enumerate(BREAKS):
        eventually(lambda until=megabytes * PIECE: carried(until))
        if turn == 2:
            desk.kill("okibi-web")
    eventually(lambda: carried(SIZE))
    told = json.loads(ask(desk, "GET", path, **headers).content)
    expected = hashlib.sha256()
    for number in range(SIZE // PIECE):
        expected.update(piece_of(number))
    assert (told["whole"], told["sha256"]) == (True, expected.hexdigest())
    status = Path(f"/proc/{desk.parts()['okibi-web']}/status").read_text()
    assert int(re.search(r"VmHWM:\s+(\d+)", status)[1]) < MOST_MEMORY


@pytest.mark.parametrize("guide", GUIDES, ids=lambda page: page.name)
def test_the_guides_lines_do_what_it_says(desk, guide):
    environment = {"SERVER": desk.url, "PATH": "/usr/bin:/bin"}
    said = []
    for line in re.findall(r"^(curl .*)$", guide.read_text(encoding="utf-8"), re.MULTILINE):
        out = subprocess.run(["bash", "-c", line], env=environment, capture_output=True, text=True, check=True).stdout
        said.append(out)
        if found := re.search(r'"token":"(okd_\w[^"]*)"', out):
            environment["TOKEN"] = found[1]
        if found := re.search(r"^location: (\S+)", out, re.MULTILINE | re.IGNORECASE):
            environment["UPLOAD"] = found[1]
    policy, enrolled, placed, begun, sent, listed, of_organisation, refused = said
    assert json.loads(policy)["classes"]
    assert json.loads(enrolled)["state"] == "confirmed"
    assert json.loads(placed)["number"] == json.loads(listed)["items"][0]["number"]
    assert (" 201 " in begun, " 204 " in sent, "upload-offset: 9" in sent.lower()) == (True, True, True)
    assert json.loads(of_organisation)["code"] == "not_allowed"  # a machine of nobody is no administrator's
    assert json.loads(refused)["code"] == "unauthorized"
