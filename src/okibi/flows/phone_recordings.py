"""A recording that an exchange keeps is fetched when somebody wants to hear it: checked, stored, then played."""

from pathlib import Path
from typing import cast

from django.conf import settings
from django.db import transaction

from okibi.calls import selectors, services
from okibi.calls.models import Call
from okibi.channels.messenger.http import Fetched, FetchError, TooLargeError, download
from okibi.channels.registry import channel
from okibi.channels.telephone.accounts import Exchange
from okibi.channels.telephone.adapter import ExchangeChannel
from okibi.channels.telephone.asking import GONE, ExchangeError, refused
from okibi.channels.telephone.kinds import EXCHANGES
from okibi.kernel import blobs
from okibi.kernel.errors import ConflictError
from okibi.kernel.sentence import Sentence

LARGEST = 100 * 1024 * 1024  # bytes: an hour of WAV as telephones have it is 58 MB
SOUNDS = (b"OggS", b"fLaC", b"ID3", b"#!AMR")
NO_SOUND = Sentence("АТС прислала не звук", "what the exchange sent is no sound")
TOO_LARGE = Sentence(
    f"Запись больше {LARGEST // 1024 // 1024} МБ: послушайте её в кабинете АТС",
    f"The recording is larger than {LARGEST // 1024 // 1024} MB: listen to it at the exchange",
)
NOT_COME = Sentence("запись не пришла, попробуйте ещё раз", "the recording did not come, try again")
NOTHING = Sentence(ru="Записи этого звонка у АТС не получить.", en="No recording of this call can be fetched.")


class NoRecordingError(ConflictError):
    """The call has no recording that its exchange gives by an id."""

    code = "telephone_no_recording"


def can_fetch(call: Call) -> bool:
    """Whether its recording is at an exchange that gives it by an id, and not here yet. Takes no query."""
    return bool(call.recording_url) and call.recording_id is None and _where(call) is not None


def fetch(call_id: int) -> Call:
    """The call with its recording stored; one that is stored stays. Raises NoRecordingError, ExchangeError."""
    call = selectors.call(call_id)
    if call.recording_id is not None:
        return call
    found = _where(call) if call.recording_url else None
    if found is None:
        raise NoRecordingError(NOTHING)
    adapter, exchange = found
    url = adapter.recording(exchange, call.recording_url)
    fetched = _fetched(exchange, url)
    try:
        _check(fetched.path)
        with transaction.atomic():
            blob = blobs.take_file(fetched.path, fetched.sha256, fetched.size)
            services.keep_recording(call.pk, blob.sha256)
    finally:
        fetched.path.unlink(missing_ok=True)
    return selectors.call(call.pk)


def _where(call: Call) -> tuple[ExchangeChannel, Exchange] | None:
    if call.exchange not in EXCHANGES or "://" in call.recording_url:
        return None
    adapter = cast("ExchangeChannel", channel(call.exchange))
    exchange = adapter.account(call.account)
    return (adapter, exchange) if exchange and adapter.can_give_recordings(exchange) else None


def _fetched(exchange: Exchange, url: str) -> Fetched:
    folder = Path(settings.OKIBI_FILES)
    folder.mkdir(parents=True, exist_ok=True)
    try:  # the address is a bearer of itself: no key of ours goes there
        fetched = download(exchange, url, {}, folder, LARGEST)
    except TooLargeError as error:
        raise ExchangeError(TOO_LARGE) from error
    except FetchError as error:
        raise refused(GONE if error.permanent else NOT_COME, str(error)) from error
    if not fetched.size:
        fetched.path.unlink(missing_ok=True)
        raise refused(NO_SOUND)
    return fetched


def _check(path: Path) -> None:
    """Raises ExchangeError where the first bytes are of no sound; what is declared counts for nothing."""
    with path.open("rb") as file:
        head = file.read(12)
    wave = head[:4] == b"RIFF" and head[8:] == b"WAVE"
    frame = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0  # of MPEG audio (ISO 11172-3)
    if not (wave or frame or head.startswith(SOUNDS) or head[4:8] == b"ftyp"):
        raise refused(NO_SOUND)
