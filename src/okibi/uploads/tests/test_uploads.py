"""Files that come in pieces: nothing is lost, nothing is counted twice, nobody takes another's."""

import hashlib
import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from okibi.kernel import blobs
from okibi.kernel.clock import at, now
from okibi.kernel.models import Blob
from okibi.uploads import services, store
from okibi.uploads.errors import (
    BeyondEndError,
    BusyError,
    ChecksumError,
    NoSuchUploadError,
    NotWholeError,
    OffsetError,
    QuotaError,
    TooLargeError,
)
from okibi.uploads.models import Upload
from okibi.uploads.selectors import upload_of
from okibi.uploads.services import Checksum

pytestmark = pytest.mark.django_db
ANNAS = "device:danna0000000"
CONTENT = bytes(range(256)) * 2000  # larger than what a row holds


def begun(content: bytes = CONTENT, name: str = "журнал.log", type_: str = "text/plain") -> Upload:
    return services.begin(ANNAS, len(content), name=name, type_=type_)


def sent(upload: Upload, piece: bytes, offset: int | None = None, claimed: int | None = None, checksum=None) -> Upload:
    start = upload.offset if offset is None else offset
    length = len(piece) if claimed is None else claimed
    return services.append(upload, start, length, io.BytesIO(piece).read, checksum)


def test_a_file_in_one_piece_becomes_a_blob():
    upload = sent(begun(), CONTENT)
    assert upload.is_whole
    assert upload.sha256 == hashlib.sha256(CONTENT).hexdigest()
    with blobs.stream(upload.blob) as file:
        assert file.read() == CONTENT


@given(cuts=st.lists(st.integers(0, len(CONTENT)), max_size=6))
@hypothesis_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_it_is_cut_it_arrives_whole(cuts):
    """Each piece is announced to go to the end and breaks off at the next cut."""
    upload = begun()
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(CONTENT)], strict=True):
        upload = sent(upload, CONTENT[start:end], offset=start, claimed=len(CONTENT) - start)
    assert upload.sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_an_empty_file_is_whole_at_once():
    assert begun(b"").sha256 == hashlib.sha256(b"").hexdigest()


def test_what_a_killed_process_wrote_past_its_last_note_is_written_again():
    upload = sent(begun(), CONTENT[:1000])
    with store.writing(upload.public_id) as handle:
        store.write(handle, 1000, b"half a piece that was never noted")
    upload = sent(upload_of(ANNAS, upload.public_id), CONTENT[1000:])
    assert upload.sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_a_piece_goes_where_the_upload_stands_and_nowhere_else():
    upload = sent(begun(), CONTENT[:10])
    for wrong in (0, 9, 11):
        with pytest.raises(OffsetError) as refused:
            sent(upload, CONTENT[10:], offset=wrong)
        assert refused.value.data == {"offset": 10}
    assert upload_of(ANNAS, upload.public_id).offset == 10


def test_more_than_was_announced_is_refused():
    with pytest.raises(BeyondEndError):
        sent(begun(), CONTENT + b"!")
    whole = sent(begun(), CONTENT)
    with pytest.raises(BeyondEndError):
        sent(whole, b"!", offset=len(CONTENT))


def test_two_writers_at_once_the_second_is_told_to_wait():
    upload = begun()
    with store.writing(upload.public_id), pytest.raises(BusyError):
        sent(upload, CONTENT)


@pytest.mark.parametrize("piece", [b"damaged" + CONTENT[7:], CONTENT[:-1]], ids=["damaged", "broken off"])
def test_a_piece_with_a_wrong_checksum_leaves_nothing(piece):
    upload = begun()
    right = Checksum("sha256", hashlib.sha256(CONTENT).digest())
    with pytest.raises(ChecksumError):
        sent(upload, piece, claimed=len(CONTENT), checksum=right)
    assert upload_of(ANNAS, upload.public_id).offset == 0
    assert sent(upload, CONTENT, checksum=right).is_whole


@pytest.mark.parametrize(
    ("content", "name", "announced", "is_one"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(100), "invoice.pdf", "application/pdf", "image/png"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"x" * 100, "a.txt", "text/plain", "application/pdf"),
        ("Ошибка 17\n".encode() * 20, "журнал.log", "text/plain", "text/plain"),
        (b"\0\1\2\3 nothing known \xff", "a.html", "text/html", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_bytes_say(content, name, announced, is_one):
    assert sent(begun(content, name, announced), content).type == is_one


# ---------------------------------------------------------------- whose, how many, how long


def test_nobody_sees_or_takes_anothers_upload():
    upload = sent(begun(), CONTENT)
    with pytest.raises(NoSuchUploadError):
        upload_of("device:dboris000000", upload.public_id)
    with pytest.raises(NoSuchUploadError):
        services.take("device:dboris000000", [upload.public_id])


def test_a_message_takes_whole_uploads_only_and_in_its_order():
    first, second, half = sent(begun(), CONTENT), sent(begun(b"2"), b"2"), begun()
    with pytest.raises(NotWholeError):
        services.take(ANNAS, [first.public_id, half.public_id])
    with pytest.raises(NoSuchUploadError):
        services.take(ANNAS, ["unknown"])
    taken = services.take(ANNAS, [second.public_id, first.public_id])
    assert [each.public_id for each in taken] == [second.public_id, first.public_id]


def test_limits_of_one_file_and_of_one_owner(settings):
    settings.OKIBI_API_UPLOAD = 1000
    with pytest.raises(TooLargeError):
        begun(b"x" * 1001)
    for _ in range(services.PENDING_FILES):
        begun(b"x" * 1000)
    with pytest.raises(QuotaError):
        begun(b"x")
    assert services.begin("device:dboris000000", 1000, name="a", type_="")


def test_what_expired_is_forgotten_with_its_bytes_and_what_a_message_took_is_kept(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        half = sent(begun(), CONTENT[:10])
        unused = sent(begun(b"u" * 300_000), b"u" * 300_000)
        used = sent(begun(b"t" * 300_000), b"t" * 300_000)
        services.take(ANNAS, [used.public_id])
    with at(now() + timedelta(days=3)), django_capture_on_commit_callbacks(execute=True):
        assert services.clean_expired() == 3
    assert not store.path_of(half.public_id).exists()
    assert not Blob.objects.filter(pk=unused.sha256).exists()
    assert not blobs.path_of(unused.sha256).exists()
    assert blobs.read(Blob.objects.get(pk=used.sha256)) == b"t" * 300_000


def test_giving_up_an_upload_removes_its_bytes(django_capture_on_commit_callbacks):
    upload = sent(begun(), CONTENT[:10])
    with django_capture_on_commit_callbacks(execute=True):
        services.terminate(upload)
    assert not store.path_of(upload.public_id).exists()
    with pytest.raises(NoSuchUploadError):
        sent(upload, CONTENT[10:])


def test_a_blob_that_somebody_refers_to_is_never_forgotten():
    upload = sent(begun(), CONTENT)
    assert not blobs.forget(upload.sha256)
    assert blobs.path_of(upload.sha256).exists()


def test_the_database_holds_the_offset_inside_the_file():
    upload = begun()
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute('UPDATE okibi_uploads_upload SET "offset" = size + 1 WHERE id = %s', [upload.pk])
