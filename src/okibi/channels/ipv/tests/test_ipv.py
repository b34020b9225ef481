"""ИПВ as a channel: stored raw like a mail, its large files by reference; an answer is there once it is committed."""

from datetime import UTC, datetime

import pytest

from okibi.channels.ipv.adapter import IpvChannel, StoredFile, pack
from okibi.channels.port import IncomingFile, Party, UnreadableError
from okibi.kernel import blobs

pytestmark = pytest.mark.django_db
ANNA = Party("anna@example.org", "Анна Вольская")
MOMENT = datetime(2026, 11, 20, 9, 41, tzinfo=UTC)


def test_what_the_application_sent_comes_out():
    stored = blobs.put(b"log " * 100_000)
    raw = pack(
        sender=ANNA, subject="Ошибка E-17", text="Не печатает", sent_at=MOMENT,
        facts={"kind": "incident", "product": "desktop", "env_os": "Windows 11"},
        files=[StoredFile("журнал.txt", "text/plain", stored.sha256)],
    )  # fmt: skip
    incoming = IpvChannel().parse(raw, {})
    assert (incoming.sender, incoming.subject, incoming.reply, incoming.sent_at) == (
        ANNA, "Ошибка E-17", "Не печатает", MOMENT,
    )  # fmt: skip
    assert incoming.facts == {"kind": "incident", "product": "desktop", "env_os": "Windows 11"}
    assert incoming.files == (IncomingFile("журнал.txt", "text/plain", b"", stored=stored.sha256),)


def test_stored_files_are_not_read_into_memory(django_assert_num_queries):
    files = [StoredFile(f"{n}.txt", "text/plain", blobs.put(b"%d" % n).sha256) for n in range(5)]
    raw = pack(sender=ANNA, subject="", text="x", facts={}, files=files)
    with django_assert_num_queries(1) as queries:
        assert len(IpvChannel().parse(raw, {}).files) == 5
    assert '"data"' not in queries.captured_queries[0]["sql"]


def test_a_lost_file_is_told_and_the_rest_is_read():
    raw = pack(sender=ANNA, subject="", text="x", facts={}, files=[StoredFile("a.txt", "text/plain", "0" * 64)])
    incoming = IpvChannel().parse(raw, {})
    assert (incoming.files, incoming.defects, incoming.text) == ((), ("lost_file: a.txt",), "x")


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"format": "okibi-ipv/2"}', b"\xff", b"[" * 200_000])
def test_anything_else_is_no_document_of_it(raw):
    with pytest.raises(UnreadableError):
        IpvChannel().parse(raw, {})
