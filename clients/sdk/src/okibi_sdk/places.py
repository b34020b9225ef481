"""Where this library keeps things on this machine."""

import os
import sys
from pathlib import Path


def home() -> Path:
    """The folder of the enrolment and the outbox: OKIBI_SDK_HOME, else the platform's place for a program's state."""
    said = os.environ.get("OKIBI_SDK_HOME")
    if said:
        return Path(said)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "OKIBI" / "ipv"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "OKIBI" / "ipv"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "okibi-ipv"
