"""Pictures of conversations, kept so that they are fetched once: for a month, and not beyond this enrolment."""

import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from okibi_desktop.model.names import safe_name

FOLDER = "pictures"
KEPT = timedelta(days=30)


def place_of(home: Path, attachment: str) -> Path:
    """Where the picture stands, or may be put. Raises OSError where there is no place for it."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / safe_name(attachment)


def prune(home: Path, now: datetime) -> None:
    """Forget what was fetched long ago."""
    for each in (home / FOLDER).glob("*"):
        with suppress(OSError):
            if each.stat().st_mtime < (now - KEPT).timestamp():
                each.unlink()


def clear(home: Path) -> None:
    """Forget them all: who signs out leaves nothing of the conversations here."""
    shutil.rmtree(home / FOLDER, ignore_errors=True)
