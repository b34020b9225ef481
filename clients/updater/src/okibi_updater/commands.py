"""Programs that the updater starts: with a limit, a tail of what they said, and a lock that outlives the updater.

A killed updater leaves its installer running. The installer holds the lock's descriptor (on Windows a handle that
shares the file with nobody), so the next start waits for its end before it touches the folder.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from okibi_sdk.words import Sentence
from okibi_updater import win32
from okibi_updater.disk import Passed, nothing
from okibi_updater.problems import InstallError, LaterError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

TAIL = 400  # characters of output that are told to the desk
LOOK = 0.05  # seconds between two looks at a running program


@dataclass(frozen=True, slots=True)
class Ended:
    """``code`` is None where the limit ran out."""

    code: int | None
    tail: str


class Lock:
    """A file that one process holds. Raises LaterError when another one does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.handle = _exclusive(path)
        except OSError as error:
            raise LaterError(
                Sentence("Занято другим процессом обновления.", "Another process of the updater holds this."), str(path)
            ) from error

    def close(self) -> None:
        os.close(self.handle)


def _exclusive(path: Path) -> int:
    """A descriptor of the file, ours alone. Raises OSError where somebody has it."""
    if sys.platform == "win32":
        return win32.exclusive(path)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(handle)
        raise
    return handle


def run(
    command: Sequence[str],
    limit: float,
    *,
    log: Path,
    lock: Path | None = None,
    extra: Mapping[str, str] | None = None,
    passed: Passed = nothing,
) -> Ended:
    """Start a program and wait for its end; after ``limit`` seconds it and its children are killed.

    Raises InstallError where it can't be started. ``lock``: held by the program and what it starts.
    """
    held = Lock(lock) if lock else None
    try:
        with log.open("ab") as output:
            process = _started(command, output.fileno(), held, extra)
            code = _waited(process, limit, passed)
    except OSError as error:
        raise InstallError(
            Sentence(f"Не запускается: {command[0]}.", f"Can't be started: {command[0]}."), str(error)
        ) from error
    finally:
        if held:
            held.close()
    return Ended(code, _tail(log))


def _started(
    command: Sequence[str], output: int, held: Lock | None, extra: Mapping[str, str] | None
) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, **(extra or {})}
    if sys.platform == "win32":
        about = subprocess.STARTUPINFO()
        if held:
            handle = msvcrt.get_osfhandle(held.handle)
            os.set_handle_inheritable(handle, True)
            about.lpAttributeList = {"handle_list": [handle]}
        return subprocess.Popen(  # noqa: S603 - the command stands in the administrator's settings
            win32.command_line(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            startupinfo=about,
            creationflags=subprocess.CREATE_NO_WINDOW,
        )
    return subprocess.Popen(  # noqa: S603
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=environment,
        start_new_session=True,
        pass_fds=(held.handle,) if held else (),
    )


def _waited(process: "subprocess.Popen[bytes]", limit: float, passed: Passed) -> int | None:
    until = time.monotonic() + limit
    while process.poll() is None:
        passed("program runs")
        if time.monotonic() > until:
            _end(process)
            return None
        with suppress(subprocess.TimeoutExpired):
            process.wait(LOOK)
    return process.returncode


def _end(process: "subprocess.Popen[bytes]") -> None:
    if sys.platform == "win32":
        command = [win32.tool("taskkill"), "/T", "/F", "/PID", str(process.pid)]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603
        with suppress(OSError):
            process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(lock: Path, limit: float) -> None:
    """Until nothing that a killed updater started runs any more. Raises LaterError after ``limit`` seconds."""
    until = time.monotonic() + limit
    while _busy(lock):
        if time.monotonic() > until:
            raise LaterError(Sentence("Установщик ещё работает.", "The installer is still running."))
        time.sleep(LOOK)


def _busy(lock: Path) -> bool:
    try:
        Lock(lock).close()
    except LaterError:
        return True
    return False


def _tail(log: Path) -> str:
    return readable(log.read_bytes()[-4 * TAIL :]).strip()[-TAIL:]


def readable(content: bytes, console: str = "oem" if sys.platform == "win32" else "utf-8") -> str:
    """What a program printed: UTF-8, else the code page of a console (Windows' own tools speak it)."""
    whole = next((at for at in range(min(4, len(content))) if content[at] & 0xC0 != 0x80), 0)
    try:
        return content[whole:].decode("utf-8")
    except UnicodeDecodeError:
        return content.decode(console, "replace")
