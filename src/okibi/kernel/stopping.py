"""Whether this process was asked to stop. Long work looks here between two steps and leaves the rest to others."""

import threading

_event = threading.Event()


def ask() -> None:
    """From a signal's handler or any thread: finish the step in hand and begin no other."""
    _event.set()


def asked() -> bool:
    """Whether somebody asked."""
    return _event.is_set()
