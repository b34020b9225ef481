"""What the desk would otherwise have to ask: system, runtime, processor, memory, free disk; nothing of the user's."""

import sys
from collections.abc import Mapping
from pathlib import Path

from okibi_sdk.environment import unix, windows
from okibi_sdk.environment.report import KINDS, EnvironmentReport, Line, report_of

__all__ = ["KINDS", "EnvironmentReport", "Line", "collect", "report_of"]


def collect(app: Mapping[str, str] | None = None, *, disk: Path | None = None) -> EnvironmentReport:
    """What this machine is.

    ``app``: what the program tells of itself (a database's version, a mode), shown and switched alike.
    ``disk``: any place on the disk that the product uses. What can't be read has no line; nothing is raised.
    """
    if sys.platform == "win32":
        return report_of(windows.parse(windows.read(disk)), app)
    raw = unix.read(disk)
    if unix.is_android():
        return report_of(unix.parse_android(raw), app)
    if sys.platform == "darwin":
        return report_of(unix.parse_macos(raw), app)
    return report_of(unix.parse_linux(raw), app)
