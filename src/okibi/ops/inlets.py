"""The inlets' process: runs every inlet that the settings list, until it is told to stop."""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils.module_loading import import_string

from okibi.kernel import signs

log = logging.getLogger(__name__)
GRACE = 5.0  # seconds
SIGN_EVERY = 10.0  # seconds between two signs of life


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
    name, due = f"inlets@{socket.gethostname()}", 0.0
    while not stop.wait(0.5):
        if not any(thread.is_alive() for thread in threads):
            break
        if time.monotonic() >= due:
            _tell(signs.give, name)
            due = time.monotonic() + SIGN_EVERY
    if not fallen:
        _tell(signs.withdraw, name)
    for thread in threads:
        thread.join(GRACE)
    if any(thread.is_alive() for thread in threads):
        os._exit(1)
    return 1 if fallen else 0


def _tell(way: Callable[[str], None], name: str) -> None:
    """A database that is away is no reason to stop taking mail in: the mail server is told to come again."""
    try:
        way(name)
    except (DatabaseError, InterfaceError) as error:
        log.warning("no sign of life given", extra={"error": type(error).__name__})
        connection.close()


def _run_one(name: str, inlet: Callable[[threading.Event], None], stop: threading.Event, fallen: list[str]) -> None:
    try:
        inlet(stop)
    except Exception:
        log.exception("inlet fell", extra={"inlet": name})
        fallen.append(name)
        stop.set()
