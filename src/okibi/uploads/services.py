"""Uploads: beginning, writing pieces, becoming whole, being taken by a message, being forgotten.

Durability: bytes count (``offset``) only when they were synced to the disk; a killed process loses what it wrote after
its last note (every :data:`NOTE_EVERY` bytes), a broken connection loses nothing.
"""

import hashlib
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, Sum

from okibi.kernel import blobs
from okibi.kernel.clock import now
from okibi.uploads import filetypes, store
from okibi.uploads.errors import (
    BeyondEndError,
    ChecksumError,
    NoSuchUploadError,
    NotWholeError,
    OffsetError,
    QuotaError,
    TooLargeError,
)
from okibi.uploads.models import Upload

log = structlog.get_logger(__name__)

MOST_PENDING = 50  # uploads of one owner that no message took
PENDING_FILES = 4  # times the largest file: bytes of one owner that no message took
LIVES_FOR = timedelta(hours=48)
KEPT_WHEN_USED = timedelta(days=1)  # an answer that was lost may be asked for again
PIECE = 256 * 1024  # bytes read at a time
NOTE_EVERY = 8 * 1024 * 1024  # bytes

Read = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a piece must hash to."""

    algorithm: str  # a name of hashlib
    digest: bytes


def most() -> int:
    """The largest file, bytes."""
    return int(settings.OKIBI_API_UPLOAD)


@dataclass(frozen=True, slots=True)
class Room:
    """What one owner may have on its way: so many files that no message took, so many bytes of one and of all."""

    files: int
    largest: int
    together: int
    lives_for: timedelta = LIVES_FOR


def usual_room() -> Room:
    """A device's, or a key's."""
    return Room(MOST_PENDING, most(), most() * PENDING_FILES)


@transaction.atomic
def begin(owner: str, size: int, *, name: str, type_: str, metadata: str = "", room: Room | None = None) -> Upload:
    """A new, empty upload. An empty file is whole at once. Raises TooLargeError, QuotaError."""
    room = room or usual_room()
    if size > room.largest:
        raise TooLargeError(room.largest)
    pending = Upload.objects.filter(owner=owner, used_at=None, expires_at__gt=now())
    have = pending.aggregate(count=Count("pk"), size=Sum("size", default=0))
    if have["count"] >= room.files or have["size"] + size > room.together:
        raise QuotaError
    upload = Upload.objects.create(
        public_id="u" + secrets.token_hex(10),
        owner=owner,
        size=size,
        name=name,
        type=type_[:120],
        metadata=metadata,
        created_at=now(),
        expires_at=now() + room.lives_for,
    )
    store.create(upload.public_id)
    if not size:
        _finish_if_whole(upload)
    return upload


def append(upload: Upload, offset: int, length: int, read: Read, checksum: Checksum | None = None) -> Upload:
    """Add a piece of ``length`` bytes that ``read`` gives; it stops early where the connection breaks.

    Constant memory. Raises OffsetError, BeyondEndError, BusyError, ChecksumError (nothing of the piece is kept),
    NoSuchUploadError.
    """
    if upload.is_whole:
        if offset != upload.size:
            raise OffsetError(upload.size)
        if length:
            raise BeyondEndError
        return upload
    try:
        with store.writing(upload.public_id) as handle:
            upload = _fresh(upload)
            if offset != upload.offset:
                raise OffsetError(upload.offset)
            if offset + length > upload.size:
                raise BeyondEndError
            _write(upload, handle, length, read, checksum)
            if upload.offset == upload.size:
                _finish(upload, handle)
    except FileNotFoundError:  # deleted, or finished by another at this moment
        upload = _fresh(upload)
        if not upload.is_whole:
            raise NoSuchUploadError from None
        raise OffsetError(upload.size) from None
    return upload


def _fresh(upload: Upload) -> Upload:
    found = Upload.objects.filter(pk=upload.pk).first()
    if found is None:
        raise NoSuchUploadError
    return found


def _write(upload: Upload, handle: int, length: int, read: Read, checksum: Checksum | None) -> None:
    at, noted, end = upload.offset, upload.offset, upload.offset + length
    digest = hashlib.new(checksum.algorithm) if checksum else None
    while at < end:
        piece = read(min(PIECE, end - at))
        if not piece:
            break
        store.write(handle, at, piece)
        at += len(piece)
        if digest:
            digest.update(piece)
        elif at - noted >= NOTE_EVERY:
            noted = at
            _note(upload, handle, at)
    if checksum and digest and (at < end or digest.digest() != checksum.digest):
        raise ChecksumError
    if at > noted:
        _note(upload, handle, at)


def _note(upload: Upload, handle: int, offset: int) -> None:
    os.fdatasync(handle)
    upload.offset = offset
    Upload.objects.filter(pk=upload.pk).update(offset=offset)


def _finish_if_whole(upload: Upload) -> None:
    with store.writing(upload.public_id) as handle:
        _finish(upload, handle)


@transaction.atomic
def _finish(upload: Upload, handle: int) -> None:
    """The bytes become a blob; the file of the upload goes when that is committed."""
    path = store.path_of(upload.public_id)
    os.ftruncate(handle, upload.size)  # a killed writer may have left more behind
    digest = store.digest_of(handle)
    upload.type = filetypes.type_of(path, upload.name, upload.type)
    upload.blob = blobs.take_file(path, digest, upload.size)
    upload.expires_at = now() + LIVES_FOR
    upload.save(update_fields=["type", "blob", "expires_at"])
    transaction.on_commit(lambda: store.remove(upload.public_id))
    log.info("upload_whole", upload=upload.public_id, size=upload.size, type=upload.type)


@transaction.atomic
def take(owner: str, public_ids: Sequence[str]) -> list[Upload]:
    """Whole uploads for a message, in that order; call it in the transaction that makes the message.

    Raises NoSuchUploadError, NotWholeError.
    """
    rows = Upload.objects.select_for_update().filter(owner=owner, public_id__in=public_ids).order_by("pk")
    found = {row.public_id: row for row in rows}
    if any(public_id not in found for public_id in public_ids):
        raise NoSuchUploadError
    uploads = [found[public_id] for public_id in dict.fromkeys(public_ids)]
    if not all(upload.is_whole for upload in uploads):
        raise NotWholeError
    Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).update(
        used_at=now(), expires_at=now() + KEPT_WHEN_USED
    )
    return uploads


def unsent(owners: str) -> int:
    """Bytes that came and that no message took yet, of all owners whose names begin so."""
    pending = Upload.objects.filter(owner__startswith=owners, used_at=None)
    return int(pending.aggregate(size=Sum("offset", default=0))["size"])


def terminate(upload: Upload) -> None:
    """The owner gives it up: its bytes go at once. Raises BusyError."""
    try:
        with store.writing(upload.public_id):
            _forget(upload)
    except FileNotFoundError:
        _forget(upload)


def clean_expired(limit: int = 500) -> int:
    """Forget uploads whose time is over; gives how many. Those that are being written are left for the next time."""
    rows = Upload.objects.filter(expires_at__lte=now()).order_by("pk")[:limit]
    return sum(_clean(upload) for upload in rows)


def _clean(upload: Upload) -> bool:
    try:
        terminate(upload)
    except NoSuchUploadError:
        return False
    except OSError as error:
        log.warning("upload_not_removed", upload=upload.public_id, error=type(error).__name__)
        return False
    return True


def _forget(upload: Upload) -> None:
    with transaction.atomic():
        gone, _ = Upload.objects.filter(Q(pk=upload.pk)).delete()
        if not gone:
            return
        if upload.blob_id and upload.used_at is None:
            blobs.forget(upload.blob_id)
        transaction.on_commit(lambda: store.remove(upload.public_id))
