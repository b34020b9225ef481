"""The inlets' process: runs every inlet that the settings list, until it is told to stop."""

import logging
import os
import signal
import threading
from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)
GRACE = 5.0  # seconds


def run() -> int:
    """Run until SIGTERM or SIGINT. 1 when an inlet fell: the supervisor starts the process anew."""
    stop = threading.Event()
    fallen: list[str] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    threads = [
        threading.Thread(target=_run_one, args=(name, import_string(name), stop, fallen), name=name, daemon=True)
        for name in settings.OKIBI_INLETS
    ]
    for thread in threads:
        thread.start()
    while not stop.wait(0.5):
        if not any(thread.is_alive() for thread in threads):
            break
    for thread in threads:
        thread.join(GRACE)
    if any(thread.is_alive() for thread in threads):
        os._exit(1)
    return 1 if fallen else 0


def _run_one(name: str, inlet: Callable[[threading.Event], None], stop: threading.Event, fallen: list[str]) -> None:
    try:
        inlet(stop)
    except Exception:
        log.exception("inlet fell", extra={"inlet": name})
        fallen.append(name)
        stop.set()
