"""The shortcut under Windows: RegisterHotKey, in a thread that waits for its messages (winuser.h)."""

import ctypes
import sys
import threading
from collections.abc import Callable

from okibi_desktop.system.keys import Keys

MASKS = {"alt": 1, "ctrl": 2, "shift": 4, "meta": 8}  # MOD_ALT, MOD_CONTROL, MOD_SHIFT, MOD_WIN
NO_REPEAT = 0x4000
WM_HOTKEY, WM_QUIT = 0x0312, 0x0012


class _Message(ctypes.Structure):
    """MSG."""

    _fields_ = (
        ("window", ctypes.c_void_p),
        ("message", ctypes.c_uint),
        ("wide", ctypes.c_size_t),
        ("long", ctypes.c_ssize_t),
        ("time", ctypes.c_uint32),
        ("x", ctypes.c_int32),
        ("y", ctypes.c_int32),
        ("private", ctypes.c_uint32),
    )


class WindowsGrab:
    """Raises OSError where another program holds the keys."""

    def __init__(self, keys: Keys, pressed: Callable[[], None]) -> None:
        self._keys, self._pressed = keys, pressed
        self._ready = threading.Event()
        self._held = False
        self._id = 0
        self._thread = threading.Thread(target=self._run, name="okibi-hotkey", daemon=True)
        self._thread.start()
        self._ready.wait(5)
        if not self._held:
            raise OSError("taken")

    def _run(self) -> None:
        if sys.platform == "win32":
            user = ctypes.windll.user32
            self._id = ctypes.windll.kernel32.GetCurrentThreadId()
            mask = sum(MASKS[each] for each in self._keys.modifiers) | NO_REPEAT
            self._held = bool(user.RegisterHotKey(None, 1, mask, self._keys.windows_code))
            self._ready.set()
            message = _Message()
            while self._held and user.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
                if message.message == WM_HOTKEY:
                    self._pressed()
            user.UnregisterHotKey(None, 1)
        self._ready.set()

    def close(self) -> None:
        if sys.platform == "win32":
            ctypes.windll.user32.PostThreadMessageW(self._id, WM_QUIT, 0, 0)
        self._thread.join(2)
