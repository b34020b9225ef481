"""Child processes of the supervisor: started, watched, restarted with growing patience, stopped."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

PR_SET_PDEATHSIG = 1
PAUSES = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)  # seconds before the 1st, 2nd … restart in a row
HEALTHY_AFTER = 30.0  # seconds of life after which a death is the first in its row again


def die_with_parent() -> None:
    """Ask the kernel for a SIGTERM when our parent dies, however it dies (Linux; elsewhere the next start cleans up)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(slots=True)
class Child:
    """One program that has to run. ``environment`` is added to ours."""

    name: str
    arguments: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    deaths: int = 0
    again_at: float = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "okibi.ops", *self.arguments],
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which then stops us in order
            preexec_fn=die_with_parent,  # noqa: PLW1509  the supervisor has no threads
        )

    def watch(self, report: Callable[[str], None]) -> None:
        """Restart when dead and the pause is over."""
        now = time.monotonic()
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return
            self.deaths = 1 if now - self.started > HEALTHY_AFTER else self.deaths + 1
            pause = PAUSES[min(self.deaths, len(PAUSES)) - 1]
            self.process, self.again_at = None, now + pause
            report(f"{self.name} ended with code {code}; restarting in {pause:g} s")
        if now >= self.again_at:
            self.start()

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)


def stop_all(children: list[Child], seconds: float) -> None:
    """Ask all to stop, wait, then insist."""
    for child in children:
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while any(child.is_alive for child in children) and time.monotonic() < deadline:
        time.sleep(0.02)
    for child in children:
        child.signal(signal.SIGKILL)
    for child in children:
        if child.process is not None:
            child.process.wait()
