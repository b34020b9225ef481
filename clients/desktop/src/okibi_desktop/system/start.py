"""Starting with the session, quietly in the tray."""

import os
import sys
from pathlib import Path

from okibi_desktop.system.program import NAME, command, desktop_entry

WINDOWS_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"


def _file() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "autostart" / f"{NAME}.desktop"


def is_on() -> bool:
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 - there is none elsewhere

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, WINDOWS_KEY) as key:
                winreg.QueryValueEx(key, NAME)
        except OSError:
            return False
        return True
    return _file().exists()


def set_on(on: bool) -> None:
    """Raises OSError."""
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415

        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, WINDOWS_KEY) as key:
            if on:
                words = " ".join(f'"{word}"' for word in [*command(), "--hidden"])
                winreg.SetValueEx(key, NAME, 0, winreg.REG_SZ, words)
            elif is_on():
                winreg.DeleteValue(key, NAME)
        return
    if on:
        _file().parent.mkdir(parents=True, exist_ok=True)
        _file().write_text(desktop_entry("--hidden", title="OKIBI support"), encoding="utf-8")
    else:
        _file().unlink(missing_ok=True)
