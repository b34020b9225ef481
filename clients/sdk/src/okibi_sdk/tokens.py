"""The enrolment on disk: readable by its owner only (0600), on Windows sealed for the user by DPAPI."""

import base64
import ctypes
import json
import os
import sys
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Keys:
    """Who this installation is. With a ``token`` it is enrolled; with a ``secret`` it awaits its code."""

    server: str
    token: str = field(default="", repr=False)
    enrolment: str = ""
    secret: str = field(default="", repr=False)
    email: str = ""


class KeyFile:
    """One file, replaced as a whole. A file that can't be read is as good as none: enrol again."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> Keys | None:
        """The keys, or nothing. Never raises."""
        try:
            document = json.loads(_open(self.path.read_bytes()))
            known = {each.name for each in fields(Keys)}
            return Keys(**{name: str(value) for name, value in document.items() if name in known})
        except (OSError, ValueError, TypeError, AttributeError):
            return None

    def save(self, keys: Keys) -> None:
        """Replace what was kept. Raises OSError."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(_seal(json.dumps(asdict(keys)).encode()))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)


SEALED = b"okibi-dpapi:"


def _seal(plain: bytes) -> bytes:
    return SEALED + base64.b64encode(_dpapi("CryptProtectData", plain)) if sys.platform == "win32" else plain


def _open(kept: bytes) -> bytes:
    if not kept.startswith(SEALED):
        return kept
    return _dpapi("CryptUnprotectData", base64.b64decode(kept.removeprefix(SEALED)))


class _Blob(ctypes.Structure):
    """DATA_BLOB."""

    _fields_ = (("size", ctypes.c_uint32), ("data", ctypes.POINTER(ctypes.c_char)))


def _dpapi(function: str, content: bytes) -> bytes:
    """Seal or open for the user who is signed in to Windows. Raises OSError, also anywhere but on Windows."""
    if sys.platform != "win32":
        raise OSError(function)
    held = ctypes.create_string_buffer(content, len(content))
    given, made = _Blob(len(content), held), _Blob()
    done = getattr(ctypes.windll.crypt32, function)(
        ctypes.byref(given),
        None,
        None,
        None,
        None,
        1,
        ctypes.byref(made),  # 1: CRYPTPROTECT_UI_FORBIDDEN
    )
    if not done:
        raise ctypes.WinError()
    try:
        return ctypes.string_at(made.data, made.size)
    finally:
        ctypes.windll.kernel32.LocalFree(made.data)
