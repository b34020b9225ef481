"""Runs a round of the updater in a child for each line of standard input, and ends it at a named point as a kill does.

One process has everything imported and forks: a run costs milliseconds. Line: {"settings", "kill", "nth", "renames"}.
"""

import json
import os
import sys
from pathlib import Path

import httpx

from okibi_updater import disk, settings
from okibi_updater.problems import UpdaterError
from okibi_updater.service import Service

KILLED = 9


def never(_one: Path, _other: Path) -> bool:
    """A system that can't exchange names."""
    return False


def once(order: dict, http: httpx.Client) -> None:
    seen: list[str] = []

    def passed(point: str) -> None:
        seen.append(point)
        if point == order["kill"] and seen.count(point) == order.get("nth", 1):
            os._exit(KILLED)

    exchange = never if order.get("renames") else disk.exchanged
    trouble = ""
    try:
        read = settings.load(Path(order["settings"]))
        with Service(read, http=http, passed=passed, exchange=exchange) as service:
            service.once()
    except UpdaterError as error:
        trouble = f"{error} {error.details}"
    if order.get("points"):
        Path(order["points"]).write_text(json.dumps(seen))
    if trouble:
        sys.stderr.write(trouble + "\n")
        os._exit(1)


def main() -> None:
    http = httpx.Client(trust_env=False, timeout=20)  # reads the authorities once for all children
    for line in sys.stdin:
        child = os.fork()
        if not child:
            once(json.loads(line), http)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
