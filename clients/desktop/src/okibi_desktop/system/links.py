"""``okibi-ipv:`` links open with this application: a .desktop file and xdg-mime on Linux, the registry on Windows."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from okibi_desktop.model.link import SCHEME
from okibi_desktop.system.program import command, desktop_entry

FILE = "okibi-desktop.desktop"
TYPE = f"x-scheme-handler/{SCHEME}"
WINDOWS_KEY = rf"Software\Classes\{SCHEME}"


def register() -> None:
    """For this user. Raises OSError."""
    if sys.platform == "win32":
        _register_windows()
        return
    folder = _data() / "applications"
    folder.mkdir(parents=True, exist_ok=True)
    entry = desktop_entry("%u", title="OKIBI support", types=TYPE)
    (folder / FILE).write_text(entry, encoding="utf-8")
    mime = shutil.which("xdg-mime")
    if mime is None:
        raise FileNotFoundError(2, "xdg-mime")
    done = subprocess.run([mime, "default", FILE, TYPE], capture_output=True, timeout=20, check=False)  # noqa: S603
    if done.returncode:
        raise OSError(done.returncode, done.stderr.decode(errors="replace").strip() or "xdg-mime")
    update = shutil.which("update-desktop-database")
    if update:
        subprocess.run([update, str(folder)], capture_output=True, timeout=20, check=False)  # noqa: S603


def registered() -> bool:
    """Whether a link would start this very program."""
    if sys.platform == "win32":
        return _registered_windows()
    try:
        kept = (_data() / "applications" / FILE).read_text(encoding="utf-8")
    except OSError:
        return False
    return kept == desktop_entry("%u", title="OKIBI support", types=TYPE)


def _data() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def windows_command() -> str:
    return " ".join(f'"{word}"' for word in command()) + ' "%1"'


def _register_windows() -> None:
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 - there is none elsewhere

        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, WINDOWS_KEY) as key:
            winreg.SetValueEx(key, "", 0, winreg.REG_SZ, "URL:OKIBI IPV")
            winreg.SetValueEx(key, "URL Protocol", 0, winreg.REG_SZ, "")
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, rf"{WINDOWS_KEY}\shell\open\command") as key:
            winreg.SetValueEx(key, "", 0, winreg.REG_SZ, windows_command())


def _registered_windows() -> bool:
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415

        try:
            kept = winreg.QueryValue(winreg.HKEY_CURRENT_USER, rf"{WINDOWS_KEY}\shell\open\command")
        except OSError:
            return False
        return bool(kept == windows_command())
    return False
