"""A voice message as the raw document of the inbox: JSON that names the recording, a blob that is kept before it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from okibi.channels.clean import json_safe
from okibi.channels.port import UnreadableError

FORMAT = "okibi-voice/1"
LEAST_SECONDS = 1.0  # of a recording
LEAST_SPOKEN = 0.3  # seconds that are no silence


class Ended(StrEnum):
    """Why a call was over."""

    CALLER = "caller"  # hung up
    SILENCE = "silence"
    LENGTH = "length"  # the longest that may be recorded
    STOPPED = "stopped"  # the product was stopped
    INTERRUPTED = "interrupted"  # the product was killed; what had been said until then is kept


@dataclass(frozen=True, slots=True)
class Call:
    """A call that the voice mail answered. Moments are ISO 8601 with an offset.

    Numbers are as the caller's side gave them; ``caller`` is "" for who hides it. ``verified``: a trunk of ours said
    it. ``open``: in working time.
    """

    call_id: str
    caller: str
    name: str
    called: str
    peer: str
    verified: bool
    open: bool
    began: str
    ended: str = ""
    why: str = Ended.INTERRUPTED.value


@dataclass(frozen=True, slots=True)
class Recording:
    """The sound: SHA-256 of the stored WAV ("" where nothing was said), its length and how much of it is no silence."""

    sha256: str
    seconds: float
    spoken: float

    @property
    def is_empty(self) -> bool:
        """Nobody said anything: a missed call, not a message."""
        return not self.sha256 or is_empty(self.seconds, self.spoken)


def is_empty(seconds: float, spoken: float) -> bool:
    return seconds < LEAST_SECONDS or spoken < LEAST_SPOKEN


def key_of(call_id: str) -> str:
    """What a call is known by in the inbox: its Call-ID, or the hash of one that is too long to be kept."""
    return call_id if len(call_id) <= 160 else f"sha256:{hashlib.sha256(call_id.encode()).hexdigest()}"


def pack(call: Call, recording: Recording, text: str = "") -> bytes:
    """The raw bytes, to give to ``inbox.receive("sip", key_of(call.call_id), …)``. ``text``: the words, where known."""
    document = {"format": FORMAT, "call": asdict(call), "recording": asdict(recording), "text": text}
    return json.dumps(json_safe(document), ensure_ascii=False).encode()


def unpack(raw: bytes) -> tuple[Call, Recording, str, list[Mapping[str, Any]]]:
    """Call, recording, text and further files. Raises UnreadableError for anything else."""
    try:
        document = json_safe(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"no voice message: {error}"[:300]) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise UnreadableError("no voice message of a known format")
    try:
        call = Call(**document["call"])
        recording = Recording(**document["recording"])
        moments = [datetime.fromisoformat(text) for text in (call.began, call.ended) if text or text is call.began]
        if not all(moment.tzinfo for moment in moments) or call.why not in set(Ended):
            raise ValueError("a moment without its zone, or an unknown end")  # noqa: TRY301
        texts = [value for name, value in asdict(call).items() if name not in {"verified", "open"}]
        if not all(isinstance(value, str) for value in [*texts, recording.sha256, document["text"]]):
            raise TypeError("not a text")  # noqa: TRY301  one place says what a document must be
        float(recording.seconds + recording.spoken)
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableError(f"no voice message: {error}"[:300]) from error
    files = document.get("files")
    return call, recording, document["text"], files if isinstance(files, list) else []
