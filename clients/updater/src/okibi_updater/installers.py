"""How a program comes into its folder, and how the one before comes back. Each act may be repeated after a kill.

Archive: the new folder is made beside and takes the place by renaming; the old folder itself is the backup. The others
(EXE, MSI, own script) change the folder where it is, so a copy is made first, and going back is by that copy.
"""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from okibi_sdk.words import Sentence
from okibi_updater import commands, disk, unpack, win32
from okibi_updater.journal import Run
from okibi_updater.problems import InstallError, RefusedError
from okibi_updater.settings import Kind, Product, filled

MSI_BUSY = (1618,)  # ERROR_INSTALL_ALREADY_RUNNING: Windows Installer does one thing at a time
PAUSE = 15.0  # seconds before another try where an installer was busy
MARK = ".okibi-update.json"
"""In a folder that an archive made: which update it is of."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one update keeps its things. ``beside``: on the disk of the program, for renaming."""

    product: Product
    home: Path
    action: str

    @property
    def work(self) -> Path:
        name = hashlib.sha256(self.action.encode()).hexdigest()[:16]
        return self.home / "runs" / name

    @property
    def log(self) -> Path:
        return self.work / "log.txt"

    @property
    def lock(self) -> Path:
        return self.home / "installer.lock"

    def beside(self, what: str) -> Path:
        return self.product.folder.with_name(f"{self.product.folder.name}.okibi-{what}")

    @property
    def previous(self) -> Path:
        return self.home / "packages" / self.product.code


@dataclass(frozen=True, slots=True)
class Job:
    """One update of one product, as installers need it."""

    place: Place
    run: Run
    passed: disk.Passed = disk.nothing
    exchange: disk.Exchange = disk.exchanged

    @property
    def product(self) -> Product:
        return self.place.product

    @property
    def file(self) -> Path:
        """The package, under its own name: installers look at it."""
        return self.place.work / "package" / self.run.target.rpartition("/")[2]

    @property
    def values(self) -> dict[str, str]:
        """What stands in the places of commands."""
        kept = sorted(self.place.previous.iterdir()) if self.place.previous.is_dir() else []
        return {
            "file": str(self.file),
            "folder": str(self.product.folder),
            "version": self.run.version,
            "old": self.run.old,
            "backup": str(self.place.work / "backup"),
            "previous": str(kept[-1]) if kept else "",
        }

    def call(
        self,
        command: tuple[str, ...],
        *,
        locked: bool = False,
        success: tuple[int, ...] = (0,),
        busy: tuple[int, ...] = (),
        pause: float = PAUSE,
    ) -> None:
        """Run one of the settings' commands. Raises InstallError with its last words.

        ``busy``: exit codes that say "not now, nothing was done": tried again each ``pause`` seconds, within the limit.
        """
        if not command:
            return
        until = time.monotonic() + self.product.limit
        ended = self._run(command, self.product.limit, locked=locked)
        while ended.code in busy and time.monotonic() + pause < until:
            time.sleep(pause)
            ended = self._run(command, until - time.monotonic(), locked=locked)
        if ended.code is None:
            limit = f"{self.product.limit:g}"
            raise InstallError(
                Sentence(f"{command[0]}: не закончил за {limit} с.", f"{command[0]}: not done within {limit} s."),
                ended.tail,
            )
        if ended.code not in success:
            raise InstallError(
                Sentence(f"{command[0]}: код {ended.code}.", f"{command[0]}: exit code {ended.code}."), ended.tail
            )

    def _run(self, command: tuple[str, ...], limit: float, *, locked: bool) -> commands.Ended:
        return commands.run(
            filled(command, self.values),
            limit,
            log=self.place.log,
            lock=self.place.lock if locked else None,
            extra={f"OKIBI_{name.upper()}": value for name, value in self.values.items()},
            passed=self.passed if locked else disk.nothing,
        )


class Archive:
    """A folder is swapped for another one."""

    again = True
    """Whether an installation that was cut short may be gone on with."""

    def room(self, job: Job) -> int:
        return unpack.unpacked_size(job.file) + sum(disk.size(each) for each in _kept(job))

    def prepare(self, job: Job) -> None:
        """The new folder beside, whole and marked, while the old program still runs."""
        fresh, staged = job.place.beside("new"), job.place.beside("part")
        self.clean(job)
        unpack.unpack(job.file, staged, job.product.strip, job.passed)
        if not any(staged.iterdir()):
            raise RefusedError(Sentence("Архив пуст.", "The archive is empty."))
        mark = {"action": job.run.action, "product": job.run.product, "version": job.run.version}
        disk.write(staged / MARK, json.dumps(mark).encode(), 0o644)
        disk.rename(staged, fresh)
        disk.flush(fresh.parent)

    def back_up(self, job: Job) -> None:
        """What is to stay (settings, data) goes into the new folder; the old one is the backup itself."""
        job.call(job.product.backup)
        for number, source in enumerate(_kept(job)):
            target = job.place.beside("new") / source.relative_to(disk.far(job.product.folder))
            if source.is_dir() and not source.is_symlink():
                disk.copy(source, target)
            else:
                disk.copy_one(source, target)
            if not number:
                job.passed("backup half")

    def install(self, job: Job) -> None:
        fresh, aside, folder = job.place.beside("new"), job.place.beside("old"), job.product.folder
        if not _marked(folder, job.run.action):
            if not fresh.exists():
                raise InstallError(Sentence("Новая папка пропала.", "The new folder is gone."), str(fresh))
            disk.swap(fresh, folder, aside, passed=job.passed, exchange=job.exchange)
        elif fresh.exists():  # killed after the exchange: what is called new is the old one
            disk.rename(fresh, aside)

    def restore(self, job: Job) -> None:
        """The old folder takes its place again; the new one goes."""
        fresh, aside, broken = (job.place.beside(what) for what in ("new", "old", "broken"))
        folder, action = job.product.folder, job.run.action
        if _marked(folder, action):
            if fresh.exists() and not aside.exists():  # killed after the exchange
                disk.rename(fresh, aside)
            disk.remove(broken)
            if aside.exists():
                disk.swap(aside, folder, broken, passed=job.passed, exchange=job.exchange)
            else:  # there was none before
                disk.rename(folder, broken)
        elif not folder.exists() and aside.exists():  # killed between two renames
            disk.rename(aside, folder)
        job.call(job.product.restore)

    def clean(self, job: Job) -> None:
        for what in ("part", "new", "broken", *(["old"] if job.product.folder.exists() else [])):
            disk.remove(job.place.beside(what))


class InPlace:
    """A program changes the folder; a copy brings it back."""

    again = False

    def room(self, job: Job) -> int:
        copied = 0 if job.product.backup or not job.product.folder.exists() else disk.size(job.product.folder)
        return 2 * copied + job.run.size

    def prepare(self, job: Job) -> None:
        """Nothing but leftovers to be cleared."""
        self.clean(job)

    def back_up(self, job: Job) -> None:
        if job.product.backup:
            (job.place.work / "backup").mkdir(parents=True, exist_ok=True)
            job.call(job.product.backup)
        elif job.run.existed:
            disk.copy(job.product.folder, job.place.work / "backup", lambda _: job.passed("backup half"))

    def install(self, job: Job) -> None:
        product = job.product
        command = product.command
        if not command and product.installer is Kind.EXE:
            command = ("{file}", *product.arguments)
        if not command:
            command = (win32.tool("msiexec"), "/i", "{file}", "/qn", "/norestart", *product.arguments)
        busy = MSI_BUSY if product.installer is Kind.MSI else ()
        job.call(command, locked=True, success=product.success, busy=busy)

    def restore(self, job: Job) -> None:
        if job.product.restore:
            job.call(job.product.restore)
            return
        fresh, broken = job.place.beside("restore"), job.place.beside("broken")
        disk.remove(broken)
        if job.run.existed:
            disk.copy(job.place.work / "backup", fresh, lambda _: job.passed("restore half"))
            disk.swap(fresh, job.product.folder, broken, passed=job.passed, exchange=job.exchange)
        elif job.product.folder.exists():
            disk.rename(job.product.folder, broken)

    def clean(self, job: Job) -> None:
        for what in ("restore", "broken"):
            disk.remove(job.place.beside(what))


Installer = Archive | InPlace
INSTALLERS: dict[Kind, Callable[[], Installer]] = {
    Kind.ARCHIVE: Archive,
    Kind.EXE: InPlace,
    Kind.MSI: InPlace,
    Kind.SCRIPT: InPlace,
}


def _marked(folder: Path, action: str) -> bool:
    try:
        return bool(json.loads((folder / MARK).read_bytes()).get("action") == action)
    except (OSError, ValueError, AttributeError):
        return False


def _kept(job: Job) -> list[Path]:
    """What of the old folder is to stay: paths and patterns of the settings."""
    folder = disk.far(job.product.folder)
    found = {path for pattern in job.product.keep for path in folder.glob(pattern)} if folder.is_dir() else set()
    return sorted(path for path in found if path.name != MARK)
