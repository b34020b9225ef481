"""The web form as a channel: stored raw like a mail, with its facts and files; the answer goes by e-mail."""

from datetime import UTC, datetime

import pytest

from okibi.channels.form.adapter import FormChannel, StoredFile, pack
from okibi.channels.port import Party, UnreadableError
from okibi.kernel import blobs

pytestmark = pytest.mark.django_db
ANNA = Party("anna@example.org", "Анна Вольская")
MOMENT = datetime(2026, 11, 20, 9, 41, tzinfo=UTC)


def test_what_was_filled_in_comes_out():
    stored = blobs.put(b"log " * 100_000)
    raw = pack(
        sender=ANNA, subject="Ошибка E-17", text="Не печатает", sent_at=MOMENT,
        facts={"kind": "incident", "product": "desktop", "version": "4.2.1"},
        files=[StoredFile("журнал.txt", "text/plain", stored.sha256)],
    )  # fmt: skip
    incoming = FormChannel().parse(raw, {})
    assert (incoming.sender, incoming.subject, incoming.reply, incoming.sent_at) == (
        ANNA, "Ошибка E-17", "Не печатает", MOMENT,
    )  # fmt: skip
    assert incoming.facts == {"kind": "incident", "product": "desktop", "version": "4.2.1"}
    assert [(file.name, len(file.content)) for file in incoming.files] == [("журнал.txt", 400_000)]
    assert (incoming.automatic, incoming.authentic) == (False, None)


def test_a_lost_file_is_told_and_the_rest_is_read():
    raw = pack(sender=ANNA, subject="", text="x", facts={}, files=[StoredFile("a.txt", "text/plain", "0" * 64)])
    incoming = FormChannel().parse(raw, {})
    assert incoming.files == ()
    assert incoming.defects == ("lost_file: a.txt",)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"format": "okibi-form/2"}', b"\xff", b"[" * 200_000])
def test_anything_else_is_no_form(raw):
    with pytest.raises(UnreadableError):
        FormChannel().parse(raw, {})


def test_wrong_shapes_inside_a_form_are_empty_values():
    raw = (
        b'{"format": "okibi-form/1", "sender": 5, "subject": [], "facts": {"a": 1, "b": "x"},'
        b' "files": [7, {}], "sent_at": "?"}'
    )
    incoming = FormChannel().parse(raw, {})
    assert (incoming.sender, incoming.subject, incoming.sent_at) == (Party(""), "", None)
    assert incoming.facts == {"b": "x"}
    assert incoming.defects == ("lost_file: file",)
