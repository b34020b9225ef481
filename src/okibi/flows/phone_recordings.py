"""Recordings that exchanges keep: fetched after the call by a job, or when somebody wants to hear one; checked, stored.

An exchange needs a minute until a recording is there, and keeps it only some days: what does not come at once is tried
again for nearly three days, then it is lost, and the request says so. An account may say
``recordings = "when-played"``: then nothing is fetched before.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import structlog
from django.conf import settings
from django.db import transaction

from okibi.calls import recordings, selectors
from okibi.calls.kinds import RecordingState
from okibi.calls.models import Call, Recording
from okibi.channels.messenger.http import Fetched, FetchError, TooLargeError, download
from okibi.channels.registry import channel
from okibi.channels.telephone.accounts import AT_ONCE, Exchange
from okibi.channels.telephone.adapter import ExchangeChannel
from okibi.channels.telephone.asking import GONE, ExchangeError, refused
from okibi.channels.telephone.kinds import EXCHANGES
from okibi.channels.telephone.values import CallEvent
from okibi.flows.phone_words import said_of
from okibi.journal.services import record
from okibi.kernel import blobs, stopping
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError
from okibi.kernel.sentence import Sentence

log = structlog.get_logger(__name__)

LARGEST = 100 * 1024 * 1024  # bytes: an hour of WAV as telephones have it is 58 MB
READY_AFTER = timedelta(minutes=1)  # Zadarma asks for 40 seconds, Mango Office for about a minute
RETRY_AFTER = tuple(timedelta(minutes=m) for m in (1, 2, 5, 15, 60, 240, 720, 1440, 1440))  # then it is lost
NOT_READY = 5  # tries, some 25 minutes: until then "there is none" may mean that it is not there yet
ROUNDS = 100  # recordings of one run
SOUNDS = (b"OggS", b"fLaC", b"ID3", b"#!AMR")
NO_SOUND = Sentence("АТС прислала не звук", "what the exchange sent is no sound")
TOO_LARGE = Sentence(
    f"Запись больше {LARGEST // 1024 // 1024} МБ: послушайте её в кабинете АТС.",
    f"The recording is larger than {LARGEST // 1024 // 1024} MB: listen to it at the exchange.",
)
NOT_COME = Sentence("запись не пришла", "the recording did not come")
NOTHING = Sentence(ru="Записи этого звонка у АТС не получить.", en="No recording of this call can be fetched.")


class NoRecordingError(ConflictError):
    """The exchange of the call gives no such recording."""

    code = "telephone_no_recording"


def expect(call: Call, event: CallEvent, at: datetime) -> None:
    """An exchange told where it keeps a recording: it is fetched by itself, unless its account says otherwise.

    One of a caller who was erased meanwhile is not fetched at all.
    """
    if not event.recording or call.forgotten:
        return
    found = _exchange_of(call, event.recording)
    due = at + READY_AFTER if found is not None and found[1].recordings == AT_ONCE else None
    if recordings.note(call, event.recording, at, due) and due is None and call.ticket_id:
        record("call.recorded", ("ticket", call.ticket_id), data=said_of(call), at=at)


def can_fetch(recording: Recording) -> bool:
    """Whether its exchange can be asked for it, and it is not here yet. Takes no query where the call is loaded."""
    return recording.state != RecordingState.KEPT and _exchange_of(recording.call, recording.where) is not None


def fetch(recording_id: int) -> Recording:
    """The recording with its copy stored; one that is stored stays. Raises NoRecordingError, ExchangeError."""
    row = selectors.recording(recording_id)
    if row.state == RecordingState.KEPT:
        return row
    _fetch(row)
    return selectors.recording(row.pk)


def fetch_due() -> int:
    """Fetch every recording that is due; gives how many were tried."""
    tried = 0
    while tried < ROUNDS and not stopping.asked() and (row := recordings.claim(now())) is not None:
        tried += 1
        _try(selectors.recording(row.pk))
    return tried


def _try(row: Recording) -> None:
    try:
        _fetch(row)
    except NoRecordingError as error:  # the account is not there (any more): nobody asks for it by itself
        recordings.not_yet(row.pk, error.sentence, None)
    except ExchangeError as error:
        never = error.never or (error.gone and row.attempts >= NOT_READY) or row.attempts > len(RETRY_AFTER)
        if not never:
            recordings.not_yet(row.pk, error.sentence, now() + RETRY_AFTER[row.attempts - 1])
            return
        with transaction.atomic():
            if recordings.lost(row.pk, error.sentence):
                data = {**said_of(row.call), "why": error.sentence.as_dict()}
                record("call.recording_lost", _about(row.call), data=data)
        log.warning("recording_lost", channel=row.call.exchange, call=row.call_id, why=str(error)[:200])


def _fetch(row: Recording) -> None:
    """Raises NoRecordingError, ExchangeError."""
    found = _exchange_of(row.call, row.where)
    if found is None:
        raise NoRecordingError(NOTHING)
    fetched = _fetched(*found, row.where)
    try:
        _check(fetched.path)
        with transaction.atomic():
            blob = blobs.take_file(fetched.path, fetched.sha256, fetched.size)
            mine = recordings.kept(row.pk, blob.sha256)
            if mine:
                record("call.recorded", _about(row.call), data=said_of(row.call))
        if not mine:  # the caller was forgotten meanwhile, or somebody was faster
            blobs.forget(fetched.sha256)
    finally:
        fetched.path.unlink(missing_ok=True)


def _about(call: Call) -> tuple[str, int]:
    return ("ticket", call.ticket_id) if call.ticket_id else ("call", call.pk)


def _exchange_of(call: Call, where: str) -> tuple[ExchangeChannel, Exchange] | None:
    if call.exchange not in EXCHANGES or not where:
        return None
    adapter = cast("ExchangeChannel", channel(call.exchange))
    exchange = adapter.account(call.account)
    return (adapter, exchange) if exchange and adapter.can_give(exchange, where) else None


def _fetched(adapter: ExchangeChannel, exchange: Exchange, where: str) -> Fetched:
    folder = Path(settings.OKIBI_FILES)
    folder.mkdir(parents=True, exist_ok=True)
    url = adapter.address_of(exchange, where)
    try:
        fetched = download(exchange, url, adapter.key_for(exchange, url), folder, LARGEST)
    except TooLargeError as error:
        raise ExchangeError(TOO_LARGE, never=True) from error
    except FetchError as error:
        log.info("recording_not_come", channel=exchange.kind, account=exchange.name, why=str(error)[:200])
        raise refused(GONE if error.permanent else NOT_COME, gone=error.permanent) from error
    if not fetched.size:
        fetched.path.unlink(missing_ok=True)
        raise refused(NO_SOUND, gone=True)
    return fetched


def _check(path: Path) -> None:
    """Raises ExchangeError where the first bytes are of no sound; what is declared counts for nothing."""
    with path.open("rb") as file:
        head = file.read(12)
    wave = head[:4] == b"RIFF" and head[8:] == b"WAVE"
    frame = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0  # of MPEG audio (ISO 11172-3)
    if not (wave or frame or head.startswith(SOUNDS) or head[4:8] == b"ftyp"):
        raise refused(NO_SOUND, gone=True)
