"""Fetching the files that messages name: claimed one at a time, checked (size, sha256, type), then handed over.

Nothing is kept of a file that is not what was declared. A vendor that is away is tried again; a file that the vendor
no longer has, that is too large, or that never came is lost, and said to be.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import cast

import puremagic
import structlog
from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from okibi.channels.messenger.adapter import MessengerChannel
from okibi.channels.messenger.http import Fetched, FetchError, TooLargeError, download
from okibi.channels.messenger.values import Media, MessageType
from okibi.channels.messenger_models import PendingFile
from okibi.channels.models import Inbound
from okibi.channels.registry import channel
from okibi.kernel import blobs
from okibi.kernel.clock import now

log = structlog.get_logger(__name__)

RETRY_AFTER = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200, 21600, 86400))  # the id lives 7 days
LEASE = timedelta(minutes=10)
TASK = "okibi.flows.messenger_tasks.fetch_messenger_files"
PROGRAMS = {"application/x-dosexec", "application/x-msdownload", "application/x-executable"}
MISMATCH = "not what its sender declared"

Attach = Callable[[PendingFile, str, str, str], None]
Lost = Callable[[PendingFile, str, str], None]


def expect(inbound: Inbound, message_id: int, media: Sequence[Media], account: str) -> None:
    """Note files to be fetched for a ticket's message, in the caller's transaction; their job is woken after it."""
    rows = [
        PendingFile(
            inbound=inbound, position=position, channel=inbound.channel, account=account, media=each.to_json(),
            message_id=message_id, next_attempt_at=now(),
        )
        for position, each in enumerate(media)
    ]  # fmt: skip
    if rows:
        PendingFile.objects.bulk_create(rows, ignore_conflicts=True)
        transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    try:
        app.configure_task(TASK, queueing_lock="messenger_files").defer()
    except AlreadyEnqueued:
        return


def fetch_one(attach: Attach, lost: Lost) -> bool:
    """Fetch the file that is due first; False where none is. ``attach`` or ``lost`` run in the marking transaction."""
    row = _claim()
    if row is None:
        return False
    media = Media(**{**row.media, "kind": MessageType(row.media["kind"])})
    try:
        fetched = _fetched(row, media)
    except TooLargeError:
        _lose(row, media, lost, "too large")
    except FetchError as error:
        if error.permanent or row.attempts > len(RETRY_AFTER):
            _lose(row, media, lost, str(error))
        else:
            later = now() + RETRY_AFTER[row.attempts - 1]
            PendingFile.objects.filter(pk=row.pk).update(next_attempt_at=later, error=str(error)[:300])
    else:
        _store(row, media, fetched, attach)
    return True


@transaction.atomic
def _claim() -> PendingFile | None:
    due = PendingFile.objects.select_for_update(skip_locked=True, of=("self",)).select_related("inbound")
    row = (
        due.filter(state=PendingFile.State.WAITING, next_attempt_at__lte=now())
        .order_by("next_attempt_at", "id")
        .first()
    )
    if row is not None:
        row.attempts, row.next_attempt_at = row.attempts + 1, now() + LEASE
        row.save(update_fields=["attempts", "next_attempt_at"])
    return row


def _fetched(row: PendingFile, media: Media) -> Fetched:
    """Raises FetchError, TooLargeError."""
    adapter = cast("MessengerChannel", channel(row.channel))
    account = adapter.account(row.account)
    if account is None:
        raise FetchError(f"no account {row.account!r}")
    largest = settings.OKIBI_API_UPLOAD
    source = adapter.source(account, media)
    sizes = [size for size in (media.size, source.size) if size is not None]
    if any(size > largest for size in sizes):
        raise TooLargeError
    folder = Path(settings.OKIBI_FILES)
    folder.mkdir(parents=True, exist_ok=True)
    fetched = download(account, source.url, source.headers, folder, largest)
    declared = {digest for digest in (media.sha256, source.sha256) if digest}
    if (declared and declared != {fetched.sha256}) or (sizes and set(sizes) != {fetched.size}) or not fetched.size:
        fetched.path.unlink(missing_ok=True)
        raise FetchError(
            MISMATCH, permanent=row.attempts > 2
        )  # a broken line may be the reason: once more, then no more
    return fetched


def _store(row: PendingFile, media: Media, fetched: Fetched, attach: Attach) -> None:
    try:
        type_ = true_type(fetched.path, media.type or fetched.type)
        with transaction.atomic():
            blob = blobs.take_file(fetched.path, fetched.sha256, fetched.size)
            marked = PendingFile.objects.filter(pk=row.pk, state=PendingFile.State.WAITING).update(
                state=PendingFile.State.STORED, blob=blob, error=""
            )
            if marked:
                attach(row, media.name, type_, fetched.sha256)
    finally:
        fetched.path.unlink(missing_ok=True)


def _lose(row: PendingFile, media: Media, lost: Lost, why: str) -> None:
    with transaction.atomic():
        marked = PendingFile.objects.filter(pk=row.pk, state=PendingFile.State.WAITING)
        if marked.update(state=PendingFile.State.LOST, error=why[:300]):
            lost(row, media.name, why[:300])
    log.warning("messenger_file_lost", inbound=row.inbound_id, why=why)


def true_type(path: Path, declared: str) -> str:
    """The declared media type without parameters, unless the first bytes say that it is a program or no picture at all.

    What a browser could run must never pass as what a browser shows.
    """
    said = declared.partition(";")[0].strip().lower() or "application/octet-stream"
    try:
        found = puremagic.magic_file(str(path))
    except (puremagic.PureError, ValueError, OSError):
        found = []
    types = [each.mime_type for each in found if each.mime_type]
    if any(each in PROGRAMS for each in types[:1]):
        return str(types[0])
    family = said.partition("/")[0]
    if (
        family in {"image", "audio", "video"}
        and types
        and not any(each.startswith(("image/", "audio/", "video/", "application/ogg")) for each in types)
    ):
        return "application/octet-stream"
    return said
