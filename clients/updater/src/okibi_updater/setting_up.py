"""The first settings: the trusted root that an administrator brought, a file to fill in, the listener's certificate."""

import hashlib
import os
import sys
from pathlib import Path

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root  # type: ignore[attr-defined]

from okibi_sdk.words import Sentence
from okibi_updater import disk, keeping
from okibi_updater.problems import SettingsError

TEMPLATE = """# okibi-updater. Every setting: README of okibi-updater. After a change: okibi-updater check
server = "{server}"
language = "{language}"

# The program of this host; the table's name is the product's code. A second program: settings of its own.
#[products.desktop]
#folder = "/opt/program"            # what is replaced and backed up
#installer = "archive"              # archive | exe | msi | script
#version = "4.1.0"                  # what runs now
#keep = ["config.ini", "data"]      # stays when an archive replaces the folder
#stop = ["systemctl", "stop", "program"]
#start = ["systemctl", "start", "program"]
#soft = "ask"                       # a soft update waits for `okibi-updater confirm`; "install" doesn't wait
#[products.desktop.health]
#url = "http://127.0.0.1:8080/health"
#limit = 60

# The desk may say "poll now" here (mutual TLS, nothing else is possible). Off without `listen`.
#[wake]
#listen = "0.0.0.0"
#port = 8471
"""


def settings_place() -> Path:
    """Where the settings are, unless said otherwise: OKIBI_UPDATER_SETTINGS, else the system's place for a service."""
    said = os.environ.get("OKIBI_UPDATER_SETTINGS")
    if said:
        return Path(said)
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA") or "C:/ProgramData") / "OKIBI" / "updater" / "settings.toml"
    return Path("/var/lib/okibi-updater/settings.toml")


def set_up(place: Path, root: bytes, server: str, language: str, *, replace: bool) -> str:
    """Write what is missing; the SHA-256 of the root, to be compared with the holder's copy.

    Raises SettingsError for what is no root signed by its own keys, or for another root than the one that is trusted.
    """
    _judge(root)
    home = place.parent
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
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
        disk.write(place, TEMPLATE.format(server=server.rstrip("/"), language=language).encode(), 0o644)
    if replace and kept.exists() and kept.read_bytes() != root:
        disk.remove(home / "tuf")  # what the other root vouched for counts no more
    disk.write(kept, root, 0o644)
    keeping.wake_certificate(home)
    return hashlib.sha256(root).hexdigest()


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
