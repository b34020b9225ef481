"""A call on disk while it runs: every piece of sound is written as it comes, so that a killed process loses none of it.

``<folder>/<hash of the Call-ID>.json`` says who calls, ``.pcm`` has the sound (16-bit, 8 kHz). Whoever finds files
whose call is over stores them in the inbox and removes them: at the end of a call, or at the next start.
"""

import hashlib
import json
import os
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from okibi.channels.sip import sound
from okibi.channels.sip.document import Call, Ended


class AlreadyKeptError(Exception):
    """A call with this Call-ID runs, or waits to be stored."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A call whose files stand on disk."""

    call: Call
    head: Path

    @property
    def sound(self) -> Path:
        return self.head.with_suffix(".pcm")

    def pcm(self) -> bytes:
        """What was said: whole samples."""
        content = self.sound.read_bytes() if self.sound.exists() else b""
        return content[: len(content) // sound.SAMPLE * sound.SAMPLE]

    def forget(self) -> None:
        """It is stored: remove the files, the head last, so that what is left over can always be told whose it is."""
        self.sound.unlink(missing_ok=True)
        self.head.unlink(missing_ok=True)


class Recorder:
    """Writes one call. ``seconds`` and ``last_spoken`` tell how far it is (seconds of sound)."""

    def __init__(self, folder: Path, call: Call) -> None:
        """Raises AlreadyKeptError, OSError."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = hashlib.sha256(call.call_id.encode()).hexdigest()[:40]
        self.kept = Kept(call, folder / f"{name}.json")
        try:
            with self.kept.head.open("x", encoding="utf-8") as file:
                json.dump(asdict(call), file, ensure_ascii=False)
                _sync(file.fileno())
        except FileExistsError:
            raise AlreadyKeptError(call.call_id) from None
        self._file = self.kept.sound.open("wb", buffering=0)
        self.samples = 0
        self.last_spoken = 0.0

    @property
    def seconds(self) -> float:
        return self.samples / sound.RATE

    def write(self, pcm: bytes) -> None:
        """Hand sound to the operating system. Raises OSError (a full disk)."""
        self._file.write(pcm)
        self.samples += len(pcm) // sound.SAMPLE
        if sound.loudness(pcm) > sound.LOUD:
            self.last_spoken = self.seconds

    def sync(self) -> None:
        """Have what was written survive a loss of power too."""
        _sync(self._file.fileno())

    def finish(self, why: Ended, at: datetime) -> Kept:
        """The call is over."""
        self.sync()
        self._file.close()
        call = replace(self.kept.call, ended=at.isoformat(), why=why.value)
        fresh = self.kept.head.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(asdict(call), file, ensure_ascii=False)
            _sync(file.fileno())
        fresh.replace(self.kept.head)
        return replace(self.kept, call=call)

    def discard(self) -> None:
        """The call never came about."""
        self._file.close()
        self.kept.forget()


def left_over(folder: Path, running: Collection[str]) -> Iterator[Kept]:
    """Calls whose files stand there although they do not run (``running``: Call-IDs): ended, or cut off by a kill."""
    for head in sorted(folder.glob("*.json")):
        try:
            call = Call(**json.loads(head.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            _set_aside(head)
            continue
        if call.call_id in running:
            continue
        kept = Kept(call, head)
        if not call.ended:
            last = (kept.sound if kept.sound.exists() else head).stat().st_mtime
            kept = replace(kept, call=replace(call, ended=datetime.fromtimestamp(last, UTC).isoformat()))
        yield kept


def _set_aside(head: Path) -> None:
    """A head that was cut off while it was written (before anything was answered) has nobody to say whose it is."""
    if head.exists():
        head.replace(head.with_suffix(".broken"))


def _sync(handle: int) -> None:
    os.fdatasync(handle) if hasattr(os, "fdatasync") else os.fsync(handle)
