"""A host with one program of version 1.0, a desk that offers 2.0, and an updater between them that may be killed."""

import io
import json
import ssl
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import httpx

from okibi_updater import settings
from okibi_updater.installers import MARK
from okibi_updater.service import Service
from tests.simulators.ddi import TOKEN, Desk

OLD = {"app.txt": "one", "lib/a.txt": "a of one", "data/base.txt": "of the customer"}
NEW = {"app.txt": "two", "lib/b.txt": "b of two", "data/base.txt": "of the customer"}
SCRIPT = """set -e
printf two > "$1/app.txt"
printf 'b of two' > "$1/lib/b.txt"
sleep 0.06
rm "$1/lib/a.txt"
"""


def zipped(files: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()


AUTHORITIES = ssl.create_default_context()  # read once
PACKAGE = zipped({"app.txt": "two", "lib/b.txt": "b of two"})


@dataclass
class Host:
    """One machine: ``folder`` is the program's, ``home`` the updater's."""

    desk: Desk
    home: Path
    folder: Path
    killer: "Killer"

    @property
    def settings_file(self) -> Path:
        return self.home / "settings.toml"

    def set_up(self, installer: str = "archive", more: str = "", top: str = "") -> "Host":
        for name, text in OLD.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)
        self.home.mkdir(exist_ok=True)
        command = f'command = ["sh", "{{file}}", "{self.folder}"]' if installer == "script" else 'keep = ["data"]'
        self.settings_file.write_text(
            f'server = "{self.desk.address}"\nlanguage = "en"\n{top}\n[products.desktop]\nfolder = "{self.folder}"\n'
            f'installer = "{installer}"\nversion = "1.0"\nroom = 0\n{command}\n{more}\n'
        )
        (self.home / "root.json").write_bytes(self.desk.repository.root)
        (self.home / "token").write_text(TOKEN)
        return self

    def tree(self) -> dict[str, str]:
        files = (path for path in self.folder.rglob("*") if path.is_file() and path.name != MARK)
        return {path.relative_to(self.folder).as_posix(): path.read_text() for path in files}

    def leftovers(self) -> list[str]:
        beside = {path.name for path in self.folder.parent.iterdir()} - {self.folder.name, self.home.name}
        return sorted(beside) + sorted(path.name for path in (self.home / "runs").glob("*"))

    def service(self) -> Service:
        return Service(settings.load(self.settings_file), http=httpx.Client(verify=AUTHORITIES, timeout=20))

    def once(self) -> None:
        with self.service() as service:
            service.once()


class Killer:
    """The process that forks a round of the updater for each order."""

    def __init__(self) -> None:
        command = [sys.executable, str(Path(__file__).with_name("killed.py"))]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, host: Host, kill: str = "", nth: int = 1, *, renames: bool = False, points: str = "") -> int:
        order = {"settings": str(host.settings_file), "kill": kill, "nth": nth, "renames": renames, "points": points}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()
