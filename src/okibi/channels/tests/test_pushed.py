"""What a service pushes is stored in one statement: each event once, its bytes with it, whatever is in them."""

import pytest

from okibi.channels.models import Inbound
from okibi.channels.pushed import Pushed, receive_all
from okibi.kernel import blobs
from okibi.kernel.blobs import INLINE_LIMIT
from okibi.kernel.models import Blob

pytestmark = pytest.mark.django_db


def test_each_event_once_and_its_bytes_with_it():
    events = [
        Pushed("b", b'{"n": 2}', "main"),
        Pushed("a", "{«\x00\\'}".encode(), "m\"'ain"),
        Pushed("b", b"{}", "main"),
    ]
    assert receive_all("whatsapp", "hook", events) == 2
    assert receive_all("whatsapp", "hook", events) == 0
    rows = {row.external_id: row for row in Inbound.objects.select_related("raw")}
    assert {key: bytes(row.raw.data) for key, row in rows.items()} == {"a": events[1].raw, "b": b'{"n": 2}'}
    assert (rows["a"].envelope, rows["a"].source, rows["a"].state) == ({"account": "m\"'ain"}, "hook", "received")
    assert Blob.objects.count() == 2  # a repeat with other bytes leaves nothing behind


def test_the_same_bytes_under_two_keys_are_kept_once():
    assert receive_all("max", "hook", [Pushed("1", b"{}", "main"), Pushed("2", b"{}", "main")]) == 2
    assert Blob.objects.count() == 1


def test_one_push_costs_one_statement_and_a_wake_up(django_assert_num_queries):
    with django_assert_num_queries(1):  # the wake-up comes with the commit
        receive_all("max", "hook", [Pushed(str(n), b"{%d}" % n, "main") for n in range(50)])


def test_what_is_too_large_for_a_row_is_kept_as_a_file(settings, tmp_path):
    settings.OKIBI_FILES = str(tmp_path)
    raw = b"x" * (INLINE_LIMIT + 1)
    assert receive_all("max", "hook", [Pushed("1", raw, "main")]) == 1
    assert blobs.read(Inbound.objects.get().raw) == raw
