"""The document of ИПВ and of the site's form: stored raw like a mail, its files by reference."""

from datetime import UTC, datetime

import pytest

from okibi.channels.document import StoredFile
from okibi.channels.form import adapter as form
from okibi.channels.ipv import adapter as ipv
from okibi.channels.port import IncomingFile, Party, UnreadableError
from okibi.channels.tests.documents import ANNA
from okibi.kernel import blobs

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 11, 20, 9, 41, tzinfo=UTC)
CHANNELS = {"ИПВ": (ipv.pack, ipv.IpvChannel().parse), "form": (form.pack, form.FormChannel().parse)}


@pytest.fixture(params=CHANNELS.values(), ids=CHANNELS)
def of(request):
    return request.param


@pytest.fixture
def pack(of):
    return of[0]


@pytest.fixture
def parse(of):
    return lambda raw: of[1](raw, {})


def test_what_was_filled_in_comes_out(pack, parse):
    stored = blobs.put(b"log " * 100_000)
    facts = {"kind": "incident", "product": "desktop", "env_os": "Windows 11"}
    files = [StoredFile("журнал.txt", "text/plain", stored.sha256)]
    raw = pack(sender=ANNA, subject="Ошибка E-17", text="Не печатает", sent_at=MOMENT, facts=facts, files=files)
    incoming = parse(raw)
    assert (incoming.sender, incoming.subject, incoming.reply) == (ANNA, "Ошибка E-17", "Не печатает")
    assert (incoming.sent_at, incoming.facts) == (MOMENT, facts)
    assert incoming.files == (IncomingFile("журнал.txt", "text/plain", b"", stored=stored.sha256),)
    assert (incoming.automatic, incoming.authentic) == (False, None)


def test_stored_files_are_not_read_into_memory(pack, parse, django_assert_num_queries):
    files = [StoredFile(f"{n}.txt", "text/plain", blobs.put(b"%d" % n).sha256) for n in range(5)]
    raw = pack(sender=ANNA, subject="", text="x", facts={}, files=files)
    with django_assert_num_queries(1) as queries:
        assert len(parse(raw).files) == 5
    assert '"data"' not in queries.captured_queries[0]["sql"]


def test_a_lost_file_is_told_and_the_rest_is_read(pack, parse):
    files = [StoredFile("a.txt", "text/plain", "0" * 64)]
    incoming = parse(pack(sender=ANNA, subject="", text="x", facts={}, files=files))
    assert (incoming.files, incoming.defects, incoming.text) == ((), ("lost_file: a.txt",), "x")


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b'{"format": "okibi-ipv/2"}', b'{"format": "okibi-form/2"}', b"\xff", b"[" * 200_000]
)
def test_anything_else_is_no_document_of_it(parse, raw):
    with pytest.raises(UnreadableError):
        parse(raw)


def test_a_document_of_the_one_is_not_read_by_the_other():
    with pytest.raises(UnreadableError):
        form.FormChannel().parse(ipv.pack(sender=ANNA, subject="", text="x", facts={}), {})


@pytest.mark.parametrize("kind", [ipv.FORMAT, form.FORMAT])
def test_wrong_shapes_inside_are_empty_values(kind):
    raw = (
        f'{{"format": "{kind}", "sender": 5, "subject": [], "facts": {{"a": 1, "b": "x"}},'
        ' "files": [7, {}], "sent_at": "?"}'
    ).encode()
    channel = ipv.IpvChannel() if kind == ipv.FORMAT else form.FormChannel()
    incoming = channel.parse(raw, {})
    assert (incoming.sender, incoming.subject, incoming.sent_at) == (Party(""), "", None)
    assert incoming.facts == {"b": "x"}
    assert incoming.defects == ("lost_file: file",)
