"""Where products run on this machine, so that a command without ``--data`` finds the one that runs.

``okibi up`` writes ``<data>/running.json`` and a note in a folder of this user's temporary files; a note counts only
while the process that wrote it lives.
"""

import contextlib
import hashlib
import json
import os
import stat
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Running:
    """A product that runs: its supervisor's process id, data folder and addresses; the demo's mailbox.

    ``code``: where the code that runs it stands; "" where an older version started it.
    """

    pid: int
    data: str
    url: str
    mail: str
    mailbox: str = ""
    code: str = ""


def _folder() -> Path | None:
    """The folder of notes, if it is ours alone (somebody else could lead our mail into their database)."""
    folder = Path(tempfile.gettempdir()) / f"okibi-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o022
    return folder if ours else None


def _notes(data: Path) -> list[Path]:
    name = hashlib.sha256(os.fsencode(data.absolute())).hexdigest()[:16]
    folder = _folder()
    return [data / "running.json", *([folder / f"{name}.json"] if folder else [])]


def announce(running: Running) -> None:
    """Say that a product runs."""
    for note in _notes(Path(running.data)):
        fresh = note.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(asdict(running)), encoding="utf-8")
        fresh.replace(note)


def withdraw(data: Path) -> None:
    """Say that it doesn't any more; what another product said that runs there since stays."""
    for note in _notes(data):
        running = _read(note)
        if running is None or running.pid == os.getpid():
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                note.unlink()


def of(data: Path) -> Running | None:
    """The product that runs on this data folder, or None."""
    return _read(data / "running.json")


def only() -> Running | None:
    """The one product that this user runs on this machine; None when there is none, or more than one."""
    folder = _folder()
    alive = [running for note in (folder.glob("*.json") if folder else ()) if (running := _read(note))]
    return alive[0] if len(alive) == 1 else None


def _read(note: Path) -> Running | None:
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        running = Running(**json.loads(note.read_text(encoding="utf-8")))
        if _lives(running.pid):
            return running
    return None


def _lives(pid: int) -> bool:
    """Whether that process lives and is one of ours."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False
    return b"okibi" in command
