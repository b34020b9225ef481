"""A whole product, run as an operator runs it: processes, ports on loopback, a data folder of its own."""

import contextlib
import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PATIENCE = 240.0  # seconds for what must happen at some time; far beyond what it takes


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def eventually(condition: Callable[[], object]) -> None:
    """Wait for a condition; how long it takes is not what these tests are about."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def clean_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OKIBI_", "DATABASE_URL"))}
    return kept | {"LANG": "en_US.UTF-8", "LC_ALL": ""}


def command(*arguments: str, stdin: bytes = b"", **environment: str) -> "subprocess.CompletedProcess[bytes]":
    """Run ``okibi …`` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "okibi.ops", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        env=clean_environment() | environment,
        timeout=PATIENCE,
    )


def alive(pid: int) -> bool:
    """Whether that process runs; one that has ended and waits to be noticed does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Product:
    """``okibi up`` on a data folder."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data, self.settings = data, settings
        self.port, self.mail_port = free_port(), free_port()
        self.log = data.parent / f"{data.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> None:
        if "--demo" in options and "OKIBI_POLICY" not in self.settings and not (self.data / "postgres").exists():
            copy_into(prepared_demo(), self.data)
        self.begin(*options)

    def begin(self, *options: str) -> None:
        """Start on the folder as it is."""
        with self.log.open("ab") as log:
            self.log_start = log.tell()
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "okibi.ops", "up", "--data", str(self.data)),
                    *("--port", str(self.port), "--smtp-port", str(self.mail_port), *options),
                ],
                stdout=log,
                stderr=log,
                env=clean_environment() | self.settings,
                start_new_session=True,
            )
        eventually(lambda: self.process.poll() is not None or f"ready {self.url}" in self.said())
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        return self.log.read_bytes()[self.log_start :].decode()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def status(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def parts(self) -> dict[str, int]:
        """Name → process id of every process of this product."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
                if int(parent) == self.process.pid:
                    found[(folder / "comm").read_text().strip()] = int(folder.name)
            except (FileNotFoundError, ProcessLookupError):
                continue
        return found

    def ports_of(self, name: str) -> set[int]:
        """The loopback ports on which that part listens (Linux: proc(5), /proc/net/tcp)."""
        try:
            folder = Path(f"/proc/{self.parts()[name]}/fd")
            inodes = {str(link.readlink()).removeprefix("socket:[").rstrip("]") for link in folder.iterdir()}
        except (KeyError, FileNotFoundError, ProcessLookupError):
            return set()
        rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
        return {int(row[1].partition(":")[2], 16) for row in rows if row[3] == "0A" and row[9] in inodes}

    def kill(self, name: str) -> None:
        os.kill(self.parts()[name], signal.SIGKILL)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


OF_A_RUN = ("server.json", "server.log", "lock", "socket")  # what a database server leaves in its folder


def copy_into(prepared: Path, data: Path) -> None:
    """Copy a stopped product's folder beside what is there, owners and all: root's database server is another user."""
    data.mkdir(mode=0o711, exist_ok=True)
    subprocess.run(["cp", "-a", f"{prepared}/.", str(data)], check=True)


def prepared_demo() -> Path:
    """The folder of a product that loaded the demo and was stopped: made once in a run of the tests, by who asks first.

    A test that starts with it saves the migrations and the demo; that both work from nothing is shown by the tutorial.
    """
    shared = Path(os.environ["OKIBI_TEST_FILES"])
    kept = shared / "demo"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            with open_folder() as folder:
                first = Product(folder / "data")
                first.begin("--demo")
                first.stop()
                for name in OF_A_RUN:
                    left = first.data / "postgres" / name
                    shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
                copy_into(first.data, shared / "demo.part")
                (shared / "demo.part").rename(kept)
    return kept


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that root's database server, which is another user, may pass through; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="okibi-up-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder for one test."""
    with open_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """A product with the demo, running; it takes mail by SMTP and by LMTP."""
    with open_folder() as folder:
        running = Product(folder / "data")
        running.data.mkdir(mode=0o711)
        (running.data / "okibi.env").write_text(f"OKIBI_LMTP_INLET={running.data}/lmtp.sock\n")
        running.start("--demo")
        yield running
        if running.process.poll() is None:
            running.stop()
