"""The files of what is sent are read while they leave: memory is bounded by a piece, whatever their size and number."""

import base64
import email
import os
import tracemalloc
from email import policy

import pytest

from okibi.channels.email.compose import Features, compose
from okibi.channels.email.options import mail_options
from okibi.channels.file_streams import LostFileError, opened, pieces
from okibi.channels.messenger.http import Form
from okibi.channels.port import IncomingFile, Outgoing, Party
from okibi.kernel import blobs
from okibi.kernel.clock import now

pytestmark = pytest.mark.django_db
SIZE = 24 * 1024 * 1024 + 1  # bytes
BOUND = 2 * 1024 * 1024


@pytest.fixture
def large(settings, tmp_path):
    settings.OKIBI_FILES = str(tmp_path)
    blob = blobs.put(os.urandom(1024) * (SIZE // 1024) + b"\n")
    return IncomingFile("журнал.bin", "application/octet-stream", b"", stored=blob.sha256)


def letter(*files):
    return Outgoing(Party("anna@example.org"), "Ответ", ".\nЗдравствуйте!", "", {}, files, "<1@example.org>", False)


def peak(produce):
    """The most that was held at once, in bytes, and how many bytes came."""
    tracemalloc.start()
    try:
        came = sum(map(len, produce()))
        return tracemalloc.get_traced_memory()[1], came
    finally:
        tracemalloc.stop()


def test_a_mail_with_large_files_is_made_a_piece_at_a_time(large, settings):
    settings.OKIBI_MAIL_FROM = "support@example.org"
    mail = compose(letter(large, large), mail_options(), now(), Features())
    held, came = peak(mail.pieces)
    assert came == mail.size > 2 * SIZE * 4 // 3
    assert held < BOUND


def test_a_messengers_upload_is_made_a_piece_at_a_time(large):
    form = Form({"chat": "1"}, "file", large)
    held, came = peak(lambda: form)
    form.close()
    assert came == form.size > SIZE
    assert held < BOUND


@pytest.mark.parametrize("size", [0, 1, 56, 57, 58, 57 * 4096, 57 * 4096 + 1, blobs.INLINE_LIMIT + 1])
def test_every_byte_arrives_whatever_the_size(settings, tmp_path, size):
    settings.OKIBI_FILES, settings.OKIBI_MAIL_FROM = str(tmp_path), "support@example.org"
    content = os.urandom(size)
    files = (
        IncomingFile("a.bin", "application/pdf", b"", stored=blobs.put(content).sha256),
        IncomingFile("b.bin", "image/png", content),
    )
    mail = compose(letter(*files), mail_options(), now(), Features())
    whole = mail.as_bytes()
    assert (len(whole), mail.is_ascii) == (mail.size, True)
    message = email.message_from_bytes(whole, policy=policy.default)
    assert [(part.get_filename(), part.get_content()) for part in message.iter_attachments()] == [
        ("a.bin", content),
        ("b.bin", content),
    ]
    assert not message.defects
    assert base64.b64encode(content)[:60] in whole.replace(b"\r\n", b"")
    assert b"".join(pieces(files[0])) == content


def test_a_file_that_is_lost_or_cut_is_told_before_anything_leaves(large, tmp_path):
    path = blobs.path_of(large.stored)
    os.truncate(path, 100)
    with pytest.raises(LostFileError):
        opened(large)
    path.unlink()
    with pytest.raises(LostFileError):
        Form({}, "file", large)
    with pytest.raises(LostFileError):
        opened(IncomingFile("x", "text/plain", b"", stored="0" * 64))
