"""What the user chose, in one small JSON file that is replaced as a whole."""

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path

DEFAULT_SHORTCUT = "Ctrl+Alt+H"
FLAGS = ("notify", "updates")
LOG_LIMIT = 50 * 1024 * 1024  # bytes of the packed log


@dataclass(frozen=True, slots=True)
class Settings:
    """``language``: "" as the system, ru, en. ``theme``: "" as the system, light, dark. ``shortcut``: "" for none.

    ``product``, ``version``: the program that requests are about. ``updates``: newer ones of it are asked for;
    ``later``: the version that the user did not want.
    """

    language: str = ""
    theme: str = ""
    server: str = ""
    shortcut: str = DEFAULT_SHORTCUT
    notify: bool = True
    updates: bool = True
    later: str = ""
    product: str = ""
    version: str = ""
    log_folder: str = ""
    name: str = ""


def load(path: Path) -> Settings:
    """The settings, as far as they can be read. Never raises: a broken file is as good as none."""
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return Settings()
    if not isinstance(document, dict):
        return Settings()
    known = {
        each.name: document[each.name]
        for each in fields(Settings)
        if isinstance(document.get(each.name), bool if each.name in FLAGS else str)
    }
    return Settings(**known)


def save(path: Path, settings: Settings) -> None:
    """Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.write_text(json.dumps(asdict(settings), ensure_ascii=False, indent=1), encoding="utf-8")
    beside.replace(path)
