"""A private PostgreSQL in the data folder: reached by a Unix socket only, with a password of its own.

Several processes may want it at once: a lock makes one of them start it. ``Server`` knows the folder,
``start_child`` runs it as a child of a supervisor, ``running`` borrows it for one command.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from okibi.kernel.errors import OutsideError
from okibi.kernel.sentence import Sentence
from okibi.ops import pg_binaries
from okibi.ops.database_url import DatabaseAddress

DATABASE = "okibi"
USER = "okibi"
PORT = 5432  # only names the socket file; nothing listens on the network
LONGEST_SOCKET_FOLDER = 80  # bytes; the system's limit for the whole path is 107
PR_SET_PDEATHSIG = 1
START_SECONDS = 60.0
TUNING = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "jit": "off",
    "synchronous_commit": "on",
    "max_wal_size": "512MB",
    "random_page_cost": "1.1",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "password_encryption": "'scram-sha-256'",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


class PostgresError(OutsideError):
    """The private server did not start or answer; the sentence ends with what its log said."""

    code = "postgres"


class Server:
    """The private server of one data folder, whether it runs or not."""

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        self.data = data.absolute()
        self.durable = durable  # False only for tests: a crash of the machine may lose them
        self.owner = pg_binaries.owner()
        self.home = self._home()
        self.cluster = self.home / "cluster"
        self.log = self.home / "server.log"

    def _home(self) -> Path:
        """``<data>/postgres``, or a place of its own where root's data folder is closed to the server's user."""
        inside = self.data / "postgres"
        if pg_binaries.reachable(self.data, self.owner):
            return inside
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return pg_binaries.ROOT_HOME / f"postgres-{name}"

    # ------------------------------------------------------------------ where it is

    @property
    def exists(self) -> bool:
        """Whether a cluster was made here before (it gets its name only when it is whole)."""
        return (self.cluster / "PG_VERSION").is_file()

    def address(self) -> DatabaseAddress:
        """Where to connect. Raises FileNotFoundError before the first start."""
        password = (self.home / "password").read_text(encoding="ascii").strip()
        return DatabaseAddress(DATABASE, USER, password, str(self.socket_folder()), str(PORT))

    def socket_folder(self) -> Path:
        """The folder of the Unix socket as of the last start; closed to everybody else."""
        try:
            return Path(json.loads((self.home / "server.json").read_text(encoding="utf-8"))["socket"])
        except (FileNotFoundError, ValueError, KeyError):
            return self.home / "socket"

    def pid(self) -> int | None:
        """The process id of the running server, or None. A pid file left by a kill -9 is not believed."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            pid = int(lines[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if _is_postgres(pid) else None

    def is_ready(self) -> bool:
        """Whether the server takes connections (the eighth line of its pid file says so)."""
        return self.pid() is not None and self._status() == "ready"

    def _status(self) -> str:
        try:
            return (self.cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()[7].strip()
        except (OSError, IndexError):
            return ""

    # ------------------------------------------------------------------ start and stop

    def prepare(self) -> None:
        """Make the cluster if there is none. Call it under ``lock``."""
        if self.exists:
            return
        fresh = self.home / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        password = secrets.token_urlsafe(32)
        self._write_private(self.home / "password", password)
        with tempfile.NamedTemporaryFile("w", dir=self.home) as handed:
            handed.write(password)
            handed.flush()
            self._own(Path(handed.name))
            programs = pg_binaries.find()
            self._run([
                programs.program("initdb"), "-D", str(fresh), "-U", USER, "--auth=scram-sha-256",
                f"--pwfile={handed.name}", "--encoding=UTF8", "--locale=C", "--lc-ctype=C.UTF-8",
                *([] if self.durable else ["--no-sync"]), "--no-instructions",
            ])  # fmt: skip
        tuning = dict(TUNING)
        if not self.durable:
            tuning |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        with (fresh / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\n# Written by okibi; your own lines go into okibi.conf beside this file.\n")
            file.writelines(f"{name} = {value}\n" for name, value in tuning.items())
            file.write("include_if_exists = 'okibi.conf'\n")
        fresh.rename(self.cluster)

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Held while somebody makes, starts or stops the server."""
        self._make_home()
        with (self.home / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def spawn(self, *, with_parent: bool) -> "subprocess.Popen[bytes]":
        """Start the server process. Call it under ``lock`` after ``prepare``; then ``wait_ready``.

        ``with_parent``: the server stops by itself when the process that started it dies, however it dies.
        """
        self._wait_gone()
        socket = self._choose_socket_folder()
        major = int((self.cluster / "PG_VERSION").read_text(encoding="ascii"))
        self._rotate_log()
        with self.log.open("ab") as log:
            process: subprocess.Popen[bytes] = subprocess.Popen(
                [
                    pg_binaries.find(major).program("postgres"),
                    "-D",
                    str(self.cluster),
                    "-k",
                    str(socket),
                    "-p",
                    str(PORT),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                env=_clean_environment(),
                start_new_session=True,  # Ctrl-C on the terminal is for the supervisor, which stops us last
                preexec_fn=_die_with_parent if with_parent else None,  # noqa: PLW1509  no threads run in the starter yet
                **_as(self.owner),
            )
        return process

    def wait_ready(self, process: "subprocess.Popen[bytes] | None" = None, seconds: float = START_SECONDS) -> None:
        """Wait until the server takes connections and the database exists. Raises PostgresError."""
        deadline = time.monotonic() + seconds
        while not self.is_ready():
            if process is not None and process.poll() is not None:
                raise self._failure(f"ended with code {process.returncode}")
            if time.monotonic() > deadline:
                raise self._failure(f"not ready after {seconds:.0f} s")
            time.sleep(0.02)
        self._make_database()

    def start_child(self) -> "subprocess.Popen[bytes] | None":
        """Start the server as our child, or find it running (None). It takes connections when this returns."""
        with self.lock():
            if self.is_ready():
                return None
            self.prepare()
            process = self.spawn(with_parent=True)
            self.wait_ready(process)
            return process

    @contextlib.contextmanager
    def running(self) -> Iterator[DatabaseAddress]:
        """Lend the server to one command: started when nobody runs it, stopped when nobody needs it any more."""
        self._make_home()
        with (self.home / "users").open("a") as users:
            started = False
            with self.lock():
                fcntl.flock(users, fcntl.LOCK_SH)
                if not self.is_ready():
                    self.prepare()
                    self.wait_ready(self.spawn(with_parent=False))
                    started = True
            try:
                yield self.address()
            finally:
                with self.lock():
                    if started and _alone(users):
                        self.stop()

    def stop(self, seconds: float = 20.0) -> None:
        """Stop the server: open transactions are rolled back, nothing committed is lost."""
        pid = self.pid()
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        with contextlib.suppress(ChildProcessError):
            _wait_for(lambda: os.waitpid(pid, os.WNOHANG)[0] == pid, seconds)
        if not _wait_for(lambda: self.pid() is None, seconds):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT)

    # ------------------------------------------------------------------ inside

    def _make_home(self) -> None:
        if not self.home.is_dir():
            self.home.mkdir(parents=True, exist_ok=True)
            self.home.chmod(0o700)
            self._own(self.home)

    def _own(self, path: Path) -> None:
        if self.owner.uid is not None:
            os.chown(path, self.owner.uid, self.owner.gid or -1)

    def _write_private(self, path: Path, text: str) -> None:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)

    def _choose_socket_folder(self) -> Path:
        folder = self.home / "socket"
        if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
            known = self.socket_folder()
            folder = known if known != folder and known.is_dir() else Path(tempfile.mkdtemp(prefix="okibi-pg-"))
        folder.mkdir(mode=0o700, exist_ok=True)
        self._own(folder)
        self._write_private(self.home / "server.json", json.dumps({"socket": str(folder)}))
        return folder

    def _rotate_log(self, limit: int = 5 * 1024 * 1024) -> None:
        if self.log.exists() and self.log.stat().st_size > limit:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _wait_gone(self) -> None:
        """A server that is stopping (its supervisor was killed) must be gone before the next one starts."""
        if self.pid() is not None and not _wait_for(lambda: self.pid() is None or self._status() == "ready", 30):
            raise self._failure("an older server does not stop")

    def _make_database(self) -> None:
        """Create the database at the first start, with the single-purpose program of PostgreSQL itself."""
        mark = self.home / "database-made"
        if mark.exists():
            return
        programs = pg_binaries.find(int((self.cluster / "PG_VERSION").read_text(encoding="ascii")))
        environment = _clean_environment() | self.address().as_environment() | {"PGDATABASE": "postgres"}
        answer = subprocess.run(
            [programs.program("createdb"), DATABASE], capture_output=True, text=True, check=False, env=environment
        )
        if answer.returncode and "already exists" not in answer.stderr:
            raise self._failure(answer.stderr.strip())
        mark.touch()

    def _run(self, command: list[str]) -> None:
        answer = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.home,
            env=_clean_environment(),
            **_as(self.owner),
        )
        if answer.returncode:
            raise self._failure(answer.stderr.strip() or answer.stdout.strip())

    def _failure(self, what: str) -> PostgresError:
        tail = ""
        with contextlib.suppress(OSError):
            tail = "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])
        return PostgresError(
            Sentence(
                ru=f"собственная PostgreSQL не запустилась: {what}. Её журнал: {self.log}\n{tail}".rstrip(),
                en=f"the private PostgreSQL did not start: {what}. Its log: {self.log}\n{tail}".rstrip(),
            )
        )


def _as(who: pg_binaries.Owner) -> dict[str, Any]:
    """How to start a program as that user."""
    return {} if who.uid is None else {"user": who.uid, "group": who.gid, "extra_groups": []}


def _clean_environment() -> dict[str, str]:
    """No PG* variable of the caller may lead the programs elsewhere; messages in plain English for the log."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PG", "OKIBI_", "DATABASE_", "LC_"))
    }
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _is_postgres(pid: int) -> bool:
    """Whether that process lives and is a PostgreSQL server, not a stranger that got the same number."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    except OSError:
        return True
    return state != "Z" and command.rpartition(b"/")[2].startswith(b"postgres")


def _wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def _alone(users: IO[str]) -> bool:
    """Whether no other process has borrowed the server."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
