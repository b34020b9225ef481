"""A service of Windows: told by its manager to run and to stop, without any package beside Python itself.

Sources: Microsoft Learn, StartServiceCtrlDispatcherW, RegisterServiceCtrlHandlerExW, SERVICE_STATUS, "Service Control
Handler Function" (a stop that takes long is told again and again).
"""

import ctypes
import logging
import sys
import threading
from collections.abc import Callable
from typing import Any

log = logging.getLogger(__name__)

NAME = "okibi-updater"
BY_HAND = 1063  # ERROR_FAILED_SERVICE_CONTROLLER_CONNECT: not started by the manager
FAULT = 1066  # ERROR_SERVICE_SPECIFIC_ERROR
OWN_PROCESS = 0x10
STOPPED, START_PENDING, STOP_PENDING, RUNNING = 1, 2, 3, 4
STOP, INTERROGATE, SHUTDOWN, PRESHUTDOWN = 1, 4, 5, 15
ACCEPT_STOP, ACCEPT_PRESHUTDOWN = 0x1, 0x100
UNKNOWN_CONTROL = 120  # ERROR_CALL_NOT_IMPLEMENTED
PULSE = 5.0  # seconds between two words that a stop goes on
HINT = 30_000  # ms that the manager waits for the next one


class Status(ctypes.Structure):
    """SERVICE_STATUS."""

    _fields_ = (
        ("kind", ctypes.c_uint32),
        ("state", ctypes.c_uint32),
        ("accepted", ctypes.c_uint32),
        ("code", ctypes.c_uint32),
        ("own_code", ctypes.c_uint32),
        ("check_point", ctypes.c_uint32),
        ("hint", ctypes.c_uint32),
    )


Tell = Callable[[Status], object]


class Told:
    """What the manager is told, in its order: starting, running, stopping with a pulse, stopped."""

    def __init__(self, tell: Tell, stop: Callable[[], None], pulse: float = PULSE) -> None:
        self._tell, self._stop, self._pulse = tell, stop, pulse
        self._lock = threading.Lock()
        self._state = START_PENDING
        self._point = 0
        self._over = threading.Event()

    def say(self, state: int, code: int = 0) -> None:
        with self._lock:
            if self._state == STOPPED or (self._state == STOP_PENDING and state == RUNNING):
                return
            self._state = state
            pending = state in {START_PENDING, STOP_PENDING}
            self._point = self._point + 1 if pending else 0
            accepted = ACCEPT_STOP | ACCEPT_PRESHUTDOWN if state == RUNNING else 0
            status = Status(OWN_PROCESS, state, accepted, FAULT if code else 0, code, self._point, HINT * pending)
            self._tell(status)
        if state == STOPPED:
            self._over.set()

    def control(self, wish: int) -> int:
        """The manager's wish; it is answered at once, what is under way is ended by others."""
        if wish in {STOP, SHUTDOWN, PRESHUTDOWN}:
            self.say(STOP_PENDING)
            threading.Thread(target=self._keep_saying, name="stopping", daemon=True).start()
            self._stop()
            return 0
        return 0 if wish == INTERROGATE else UNKNOWN_CONTROL

    def _keep_saying(self) -> None:
        while not self._over.wait(self._pulse):
            self.say(STOP_PENDING)


def run(start: Callable[[], None], stop: Callable[[], None]) -> bool:
    """Be the service until Windows stops it; False where its manager did not start this program.

    ``start`` is called in a thread of the manager's and returns after ``stop``, which another one calls. What it
    raises is logged and told as a failure, so that Windows starts the service anew as it was told to.
    """
    if sys.platform != "win32":
        return False
    library = ctypes.WinDLL("advapi32", use_last_error=True)
    main_kind = ctypes.WINFUNCTYPE(None, ctypes.c_uint32, ctypes.c_void_p)
    control_kind = ctypes.WINFUNCTYPE(
        ctypes.c_uint32, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_void_p
    )
    library.RegisterServiceCtrlHandlerExW.argtypes = (ctypes.c_wchar_p, control_kind, ctypes.c_void_p)
    library.RegisterServiceCtrlHandlerExW.restype = ctypes.c_void_p
    library.SetServiceStatus.argtypes = (ctypes.c_void_p, ctypes.POINTER(Status))
    kept: list[Any] = []  # what Windows calls must not be thrown away

    def main(_count: int, _words: Any) -> None:
        handle: list[Any] = []
        told = Told(lambda status: library.SetServiceStatus(handle[0], ctypes.byref(status)), stop)
        handler = control_kind(lambda wish, _kind, _data, _context: told.control(wish))
        kept.append(handler)
        handle.append(library.RegisterServiceCtrlHandlerExW(NAME, handler, None))
        told.say(RUNNING)
        code = 0
        try:
            start()
        except BaseException:
            log.exception("the service ends")
            code = 1
        told.say(STOPPED, code)

    class Entry(ctypes.Structure):
        """SERVICE_TABLE_ENTRYW."""

        _fields_ = (("name", ctypes.c_wchar_p), ("main", main_kind))

    table = (Entry * 2)(Entry(NAME, main_kind(main)), Entry(None, main_kind()))
    library.StartServiceCtrlDispatcherW.argtypes = (ctypes.c_void_p,)
    if library.StartServiceCtrlDispatcherW(table):
        return True
    if ctypes.get_last_error() == BY_HAND:
        return False
    raise ctypes.WinError(ctypes.get_last_error())
