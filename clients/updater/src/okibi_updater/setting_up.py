"""The first settings: the trusted root that an administrator brought, a file to fill in, the listener's certificate."""

import hashlib
import os
import sys
from pathlib import Path

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root  # type: ignore[attr-defined]

from okibi_sdk.words import Sentence
from okibi_updater import disk, keeping, win32
from okibi_updater.problems import SettingsError

VENDOR = "OKIBI"
TEMPLATE = """# okibi-updater. Every setting: README of okibi-updater. After a change: okibi-updater check
server = "{server}"
language = "{language}"

# The program of this host; the table's name is the product's code. A second program: settings of its own.
#[products.desktop]
#folder = {folder}  # what is replaced and backed up
#installer = "archive"              # archive | exe | msi | script
#version = "4.1.0"                  # what runs now
#keep = ["config.ini", "data"]      # stays when an archive replaces the folder
#stop = {stop}
#start = {start}
#soft = "ask"                       # a soft update waits for `okibi-updater confirm`; "install" doesn't wait
#[products.desktop.health]
#url = "http://127.0.0.1:8080/health"
#limit = 60

# The desk may say "poll now" here (mutual TLS, nothing else is possible). Off without `listen`.
#[wake]
#listen = "0.0.0.0"
#port = 8471
"""
_UNIX = {
    "folder": '"/opt/program"         ',
    "stop": '["systemctl", "stop", "program"]',
    "start": '["systemctl", "start", "program"]',
}
_WINDOWS = {  # single quotes: a backslash is a backslash; Stop-Service waits, and may be said twice
    "folder": "'C:\\Program Files\\Program'",
    "stop": "['powershell.exe', '-NoProfile', '-Command', 'Stop-Service -Name Program']",
    "start": "['powershell.exe', '-NoProfile', '-Command', 'Start-Service -Name Program']",
}


def template(server: str, language: str, *, on_windows: bool = disk.ON_WINDOWS) -> str:
    """The settings to be filled in."""
    return TEMPLATE.format(server=server, language=language, **(_WINDOWS if on_windows else _UNIX))


def settings_place() -> Path:
    """Where the settings are, unless said otherwise: OKIBI_UPDATER_SETTINGS, else the system's place for a service."""
    said = os.environ.get("OKIBI_UPDATER_SETTINGS")
    if said:
        return Path(said)
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA") or "C:/ProgramData") / VENDOR / "updater" / "settings.toml"
    return Path("/var/lib/okibi-updater/settings.toml")


def set_up(place: Path, root: bytes, server: str, language: str, *, replace: bool) -> str:
    """Write what is missing; the SHA-256 of the root, to be compared with the holder's copy.

    Raises SettingsError for what is no root signed by its own keys, or for another root than the one that is trusted.
    """
    _judge(root)
    home = place.parent
    own(home)
    kept = home / "root.json"
    if kept.exists() and kept.read_bytes() != root and not replace:
        raise SettingsError(
            Sentence(
                f"В {kept} уже другой корень доверия. Заменить его: --replace.",
                f"{kept} holds another root already. To replace it: --replace.",
            )
        )
    if not place.exists():
        if not server:
            raise SettingsError(Sentence("Назовите адрес: --server https://…", "Name the address: --server https://…"))
        disk.write(place, template(server.rstrip("/"), language).encode(), 0o644)
    if replace and kept.exists() and kept.read_bytes() != root:
        disk.remove(home / "tuf")  # what the other root vouched for counts no more
    disk.write(kept, root, 0o644)
    keeping.wake_certificate(home)
    return hashlib.sha256(root).hexdigest()


def own(home: Path) -> None:
    """The folder of the settings, for the service alone: what stands in it is run as SYSTEM.

    Under Windows everybody may make folders in ProgramData, so one that somebody else made there is refused.
    Raises SettingsError, OSError.
    """
    for folder in (home.parent, home):
        if folder.exists() and not win32.trusted(folder):
            raise SettingsError(
                Sentence(
                    f"Папка {folder} принадлежит постороннему. Удалите её и повторите от имени администратора.",
                    f"The folder {folder} belongs to somebody else. Delete it and try again as an administrator.",
                )
            )
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if disk.ON_WINDOWS:
        for folder in (home.parent, home) if home.parent.name == VENDOR else (home,):
            win32.for_administrators(folder)


def _judge(root: bytes) -> None:
    try:
        read: Metadata[Root] = Metadata[Root].from_bytes(root)
        if read.signed.type != "root":
            raise SettingsError(Sentence("Это не корень доверия TUF.", "That is no root of TUF."))
        read.verify_delegate("root", read)
    except (RepositoryError, ValueError, TypeError) as error:
        raise SettingsError(
            Sentence("Это не корень доверия TUF или он не подписан.", "That is no root of TUF, or it isn't signed."),
            str(error),
        ) from error
