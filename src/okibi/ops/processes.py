"""Parts of the product as forked processes: started, watched, restarted with growing patience, stopped.

The supervisor loads the code once and forks each part from itself: a start costs one loading instead of one per
part, and the parts share the memory of the code. Nothing may open a connection or a thread before the fork.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
PAUSES = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)  # seconds before the 1st, 2nd … restart in a row
HEALTHY_AFTER = 30.0  # seconds of life after which a death is the first in its row again


def die_with_parent(parent: int) -> None:
    """Ask the kernel for a SIGTERM when our parent dies, however it dies (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)  # it died before we asked


def call_process(name: str) -> None:
    """Show the part's name in the list of processes (at most 15 letters are shown)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_NAME, f"okibi-{name}".encode())


@dataclass(slots=True)
class Child:
    """One part that has to run. ``body`` runs in a process of its own and gives its exit code."""

    name: str
    body: Callable[[], int]
    pid: int | None = None
    code: int | None = None  # of the last end; negative: killed by that signal
    started: float = 0.0
    deaths: int = 0
    again_at: float = 0.0

    def start(self) -> None:
        """Fork. The child leads a session of its own, so that Ctrl-C reaches the supervisor alone."""
        sys.stdout.flush()
        sys.stderr.flush()
        self.started, self.code = time.monotonic(), None
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _live(self.name, self.body, parent)

    def watch(self, report: Callable[[str], None]) -> None:
        """Restart when dead and the pause is over."""
        if self.is_alive():
            return
        now = time.monotonic()
        if self.pid is not None:
            self.deaths = 1 if now - self.started > HEALTHY_AFTER else self.deaths + 1
            pause = PAUSES[min(self.deaths, len(PAUSES)) - 1]
            self.pid, self.again_at = None, now + pause
            report(f"{self.name} ended with code {self.code}; restarting in {pause:g} s")
        elif now >= self.again_at:
            self.start()

    def is_alive(self) -> bool:
        """Whether it runs; takes note of its end."""
        if self.pid is None or self.code is not None:
            return False
        try:
            done, status = os.waitpid(self.pid, os.WNOHANG)
        except ChildProcessError:
            done, status = self.pid, 0
        if done:
            self.code = os.waitstatus_to_exitcode(status)
        return not done

    def join(self) -> int:
        """Wait for its end; its exit code."""
        while self.is_alive():
            time.sleep(0.02)
        return self.code or 0

    def signal(self, number: int) -> None:
        if self.pid is not None and self.is_alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


def _live(name: str, body: Callable[[], int], parent: int) -> None:
    """The child's whole life: it never returns into the supervisor's code."""
    code = 1
    try:
        os.setsid()
        call_process(name)
        die_with_parent(parent)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        code = body()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001  the last place that can tell
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def stop_all(children: list[Child], seconds: float) -> None:
    """Ask all to stop, wait, then insist."""
    for child in children:
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while any(child.is_alive() for child in children) and time.monotonic() < deadline:
        time.sleep(0.02)
    for child in children:
        child.signal(signal.SIGKILL)
        child.join()
