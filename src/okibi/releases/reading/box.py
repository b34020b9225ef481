"""Runs the limited process and believes nothing of it but a short JSON of the right shape."""

import json
import os
import subprocess
import sys
from pathlib import Path

import structlog

from okibi.releases.reading.facts import Facts, facts_from

TIME = 60  # seconds of the wall; the process has fewer of the processor's
MOST_SAID = 64 * 1024  # bytes of JSON
log = structlog.get_logger(__name__)


def read_path(path: Path, seconds: float = TIME) -> Facts:
    """The facts of a file; one that could not be read to the end within the limits has a fault instead.

    Raises FileNotFoundError.
    """
    path.stat()
    environment = {
        name: os.environ[name]
        for name in ("PYTHONPATH", "PYTHONPYCACHEPREFIX", "PATH", "LD_LIBRARY_PATH")
        if name in os.environ
    }
    command = [sys.executable, "-P", "-m", "okibi.releases.reading.child", str(path.resolve())]
    try:
        done = subprocess.run(  # noqa: S603  our own module, one of our paths
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment | {"PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"},
            cwd="/",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        log.warning("artefact_reading_timed_out", file=path.name)
        return Facts("archive", faults=("too_much",))
    if done.returncode or len(done.stdout) > MOST_SAID:
        log.warning("artefact_reading_ended", file=path.name, code=done.returncode)
        return Facts("archive", faults=("too_much" if done.returncode < 0 else "unreadable",))
    try:
        return facts_from(json.loads(done.stdout))
    except (ValueError, TypeError):
        return Facts("archive", faults=("unreadable",))
