"""A file arrives whole: over a line that breaks, over damage, over a restart; and comes back whole too."""

import asyncio
import hashlib
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.sdk.tests.conftest import QUICK
from clients.sdk.tests.fake_server import TOKEN, Desk, newer_version, serve, times
from okibi_sdk import (
    AsyncClient,
    BytesSource,
    Client,
    DamagedError,
    FileMemory,
    FileSource,
    InvalidError,
    NoConnectionError,
    UnexpectedAnswerError,
    UpdateFile,
)

FAULTS = st.lists(
    st.sampled_from(["swallow", "refuse", "answer 503", "answer 429 0", "answer 460", "answer 423 0"]), max_size=12
)


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "журнал сервера.log"
    path.write_bytes(os.urandom(3_333_333))
    return path


@settings(max_examples=25, deadline=None)
@given(faults=FAULTS, size=st.sampled_from([0, 1, 262_144, 1_500_000]))
def test_whatever_the_line_does_the_file_arrives_whole_and_progress_never_lies(faults, size):
    content, desk = os.urandom(size), Desk()
    plan = iter(faults)
    desk.faults.append(lambda handler: next(plan, None) if handler.command in {"PATCH", "POST"} else None)
    told = []
    with serve(desk) as server, Client(server, TOKEN, patience=QUICK) as client:
        for _ in range(13):  # more often than there are faults
            try:
                upload = client.upload(BytesSource(content, "a.log"), progress=told.append, key="one")
            except Exception:  # noqa: BLE001 - patience may end: the program calls again
                continue
            break
    assert desk.uploads[upload]["content"] == content
    assert len(desk.uploads) == 1
    assert (told[-1].sent, told[-1].total) == (size, size)


def test_after_a_restart_of_the_program_it_goes_on_where_it_stopped(server, desk, log, tmp_path):
    memory = FileMemory(tmp_path / "uploads.json")
    desk.faults.append(lambda handler: "refuse" if len(desk.seen) > 4 and handler.command == "PATCH" else None)
    with Client(server, TOKEN, patience=QUICK) as first, pytest.raises(NoConnectionError):
        first.upload(FileSource(log), memory=memory)
    arrived = len(desk.uploads["u1"]["content"])
    assert 0 < arrived < log.stat().st_size
    desk.faults.clear()
    told = []
    with Client(server, TOKEN, patience=QUICK) as second:
        assert second.upload(FileSource(log), memory=FileMemory(memory.path), progress=told.append) == "u1"
    assert told[0].sent == arrived
    assert desk.uploads["u1"]["content"] == log.read_bytes()
    assert memory.get(FileSource(log).identity) is None


def test_a_changed_file_is_another_upload(client, desk, log, tmp_path):
    memory = FileMemory(tmp_path / "uploads.json")
    memory.put(FileSource(log).identity, "/uploads/u9")  # one that ran out at the server
    assert client.upload(FileSource(log), memory=memory) == "u1"
    before = FileSource(log).identity
    log.write_bytes(b"other")
    assert FileSource(log).identity != before


def test_each_piece_carries_its_sum_and_pieces_grow_on_a_good_line(client, desk, log):
    client.upload(FileSource(log))
    lengths = [int(headers["content-length"]) for method, _, headers in desk.seen if method == "PATCH"]
    assert lengths == [262_144, 524_288, 1_048_576, 1_498_325]
    assert all(
        headers["upload-checksum"].startswith("sha256 ") for method, _, headers in desk.seen if method == "PATCH"
    )


def test_what_is_too_large_is_told_at_once(client, desk):
    desk.faults.append(times(1, "answer 413", "POST", "/uploads"))
    with pytest.raises(InvalidError):
        client.upload(BytesSource(b"x", "a"))
    assert len(desk.seen) == 1


def test_the_async_client_uploads_too(server, desk, log):
    async def story():
        async with AsyncClient(server, TOKEN, patience=QUICK) as client:
            return await client.upload(FileSource(log))

    assert desk.uploads[asyncio.run(story())]["content"] == log.read_bytes()


@pytest.mark.parametrize("broken", [0, 1, 3])
def test_a_download_goes_on_where_the_line_broke_and_leaves_no_half_file(client, desk, tmp_path, broken):
    desk.files["7"] = os.urandom(100_000)
    desk.faults.append(times(broken, "swallow", "GET", "/files"))
    kept = client.download("7", tmp_path / "ответ.pdf")
    assert hashlib.sha256(kept.read_bytes()).digest() == hashlib.sha256(desk.files["7"]).digest()
    assert [each.name for each in tmp_path.iterdir()] == ["ответ.pdf"]
    ranges = [headers.get("range") for _, _, headers in desk.seen]
    assert ranges == [None, *(f"bytes={5 * serial}-" for serial in range(1, broken + 1))]


@pytest.fixture
def setup(server, desk):
    """A file of a newer version, where it is fetched."""
    desk.files["Setup.exe"] = os.urandom(60_000)
    desk.newer = newer_version(server, desk.files["Setup.exe"])


def test_a_newer_version_is_fetched_without_showing_the_token_and_checked(setup, client, desk, tmp_path):
    desk.faults.append(times(2, "swallow", "GET", "/download"))
    (file,) = client.newer_version().update.files
    told = []
    kept = client.fetch_update(file, tmp_path / "new" / file.name, progress=told.append)
    assert kept.read_bytes() == desk.files["Setup.exe"]
    assert [each.name for each in kept.parent.iterdir()] == ["Setup.exe"]
    assert told[-1].sent == told[-1].total == 60_000
    fetched = [headers for _, path, headers in desk.seen if path.startswith("/download")]
    assert [headers.get("range") for headers in fetched] == [None, "bytes=5-", "bytes=10-"]
    assert not any("authorization" in headers for headers in fetched)


OTHERS = {
    "other bytes of the same length": lambda bytes_: bytes_[::-1],
    "more than was announced": lambda bytes_: bytes_ * 3,
    "less than was announced": lambda bytes_: bytes_[:-1],
}


@pytest.mark.parametrize("case", OTHERS)
def test_a_file_that_is_not_the_announced_one_is_not_kept(setup, client, desk, tmp_path, case):
    (file,) = client.newer_version().update.files
    desk.files["Setup.exe"] = OTHERS[case](desk.files["Setup.exe"])
    with pytest.raises(DamagedError) as raised:
        client.fetch_update(file, tmp_path / file.name)
    assert file.name in str(raised.value)
    assert not list(tmp_path.iterdir())


def test_a_file_of_a_newer_version_is_fetched_from_no_weaker_address(client, tmp_path):
    with pytest.raises(UnexpectedAnswerError):
        client.fetch_update(UpdateFile("a.exe", "ftp://desk.example.org/a.exe", "0"), tmp_path / "a.exe")
