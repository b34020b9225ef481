"""The shortcut under X11: XGrabKey on the root window, on a connection of its own (Xlib)."""

import ctypes
import ctypes.util
import os
import select
import threading
from collections.abc import Callable
from typing import Any

from okibi_desktop.system.keys import Keys

MASKS = {"shift": 1, "ctrl": 4, "alt": 8, "meta": 64}  # ShiftMask, ControlMask, Mod1Mask, Mod4Mask (X.h)
LOCKS = (0, 2, 16, 18)  # none, LockMask, Mod2Mask (Num Lock), both: a lock must not hide the shortcut
KEY_PRESS, GRAB_ASYNC = 2, 1
EVENT_LONGS = 24  # XEvent is a union padded to 24 longs (Xlib.h)


class _ErrorEvent(ctypes.Structure):
    """XErrorEvent."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("resourceid", ctypes.c_ulong),
        ("serial", ctypes.c_ulong),
        ("error_code", ctypes.c_ubyte),
        ("request_code", ctypes.c_ubyte),
        ("minor_code", ctypes.c_ubyte),
    )


HANDLER = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(_ErrorEvent))


def _library() -> Any:
    name = ctypes.util.find_library("X11")
    if not name:
        return None
    library = ctypes.CDLL(name)
    library.XOpenDisplay.restype = ctypes.c_void_p
    library.XOpenDisplay.argtypes = (ctypes.c_char_p,)
    library.XDefaultRootWindow.restype = ctypes.c_ulong
    library.XDefaultRootWindow.argtypes = (ctypes.c_void_p,)
    library.XStringToKeysym.restype = ctypes.c_ulong
    library.XStringToKeysym.argtypes = (ctypes.c_char_p,)
    library.XKeysymToKeycode.restype = ctypes.c_ubyte
    library.XKeysymToKeycode.argtypes = (ctypes.c_void_p, ctypes.c_ulong)
    whole, window, flag = ctypes.c_int, ctypes.c_ulong, ctypes.c_int
    library.XGrabKey.argtypes = (ctypes.c_void_p, whole, ctypes.c_uint, window, flag, whole, whole)
    library.XConnectionNumber.argtypes = (ctypes.c_void_p,)
    library.XPending.argtypes = (ctypes.c_void_p,)
    library.XNextEvent.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
    library.XSync.argtypes = (ctypes.c_void_p, ctypes.c_int)
    library.XCloseDisplay.argtypes = (ctypes.c_void_p,)
    library.XSetErrorHandler.restype = ctypes.c_void_p
    library.XSetErrorHandler.argtypes = (ctypes.c_void_p,)
    return library


def there() -> bool:
    """Whether this is an X session with Xlib."""
    return bool(os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY") and ctypes.util.find_library("X11"))


class X11Grab:
    """Raises OSError where another program holds the keys, or there is no such key."""

    def __init__(self, keys: Keys, pressed: Callable[[], None]) -> None:
        self._x, self._pressed = _library(), pressed
        self._display = self._x.XOpenDisplay(None) if self._x else None
        if not self._display:
            raise OSError("no display")
        self._end, self._wake = os.pipe()
        try:
            self._grab(keys)
        except OSError:
            self._x.XCloseDisplay(self._display)
            os.close(self._end)
            os.close(self._wake)
            raise
        self._thread = threading.Thread(target=self._run, name="okibi-hotkey", daemon=True)
        self._thread.start()

    def _grab(self, keys: Keys) -> None:
        symbol = self._x.XStringToKeysym(keys.x_name.encode())
        code = self._x.XKeysymToKeycode(self._display, symbol) if symbol else 0
        if not code:
            raise OSError(keys.key)
        mask = sum(MASKS[each] for each in keys.modifiers)
        refused = []

        def note(_: object, error: Any) -> int:
            refused.append(error.contents.error_code)
            return 0

        handler = HANDLER(note)
        before = self._x.XSetErrorHandler(ctypes.cast(handler, ctypes.c_void_p))
        root = self._x.XDefaultRootWindow(self._display)
        for lock in LOCKS:
            self._x.XGrabKey(self._display, code, mask | lock, root, 1, GRAB_ASYNC, GRAB_ASYNC)
        self._x.XSync(self._display, 0)
        self._x.XSetErrorHandler(before)
        if refused:  # BadAccess: somebody else's
            raise OSError(refused[0])

    def _run(self) -> None:
        event = (ctypes.c_long * EVENT_LONGS)()
        line = self._x.XConnectionNumber(self._display)
        while True:
            while self._x.XPending(self._display):
                self._x.XNextEvent(self._display, ctypes.byref(event))
                if ctypes.cast(event, ctypes.POINTER(ctypes.c_int))[0] == KEY_PRESS:
                    self._pressed()
            ready, _, _ = select.select([line, self._end], [], [])
            if self._end in ready:
                break
        self._x.XCloseDisplay(self._display)  # gives the keys back
        os.close(self._end)
        os.close(self._wake)

    def close(self) -> None:
        os.write(self._wake, b".")
        self._thread.join(2)
