"""What of Windows Python has no words for: files that one process holds, owners of folders, command lines.

Sources: Microsoft Learn, CreateFileW (dwShareMode), GetNamedSecurityInfoW, "Well-known SIDs", msiexec.
"""

import ctypes
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path, PureWindowsPath
from typing import Any

SYSTEM, ADMINISTRATORS, OWNER = "S-1-5-18", "S-1-5-32-544", "S-1-3-4"
INSTALLER = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"  # TrustedInstaller
_PROPERTY = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)=(.*)", re.DOTALL)


def tool(name: str) -> str:
    """A program of Windows itself by its whole path: a name alone is looked for in the current folder first."""
    root = os.environ.get("SYSTEMROOT") or "C:\\Windows"
    return f"{root}\\System32\\{name}.exe"


def command_line(command: Sequence[str]) -> str:
    """The words as one line. msiexec reads its line by rules of its own: ``NAME="value"``, never ``"NAME=value"``."""
    program, *words = command
    if PureWindowsPath(program).stem.lower() != "msiexec":
        return subprocess.list2cmdline(command)
    return " ".join([subprocess.list2cmdline([program]), *map(_for_msiexec, words)])


def _for_msiexec(word: str) -> str:
    found = _PROPERTY.fullmatch(word)
    if found and (not found[2] or re.search(r'[\s"]', found[2])):
        value = found[2].replace('"', '""')
        return f'{found[1]}="{value}"'
    return subprocess.list2cmdline([word])


def far(path: str) -> str:
    r"""The form of an absolute path that has no limit of 260 characters: ``\\?\C:\…``, ``\\?\UNC\server\share\…``."""
    path = path.replace("/", "\\")
    if path.startswith("\\\\?\\"):
        return path
    return f"\\\\?\\UNC\\{path[2:]}" if path.startswith("\\\\") else f"\\\\?\\{path}"


# ---------------------------------------------------------------- on Windows only


def exclusive(path: Path) -> int:
    """A descriptor of a file that nobody else can open while it, or what inherited it, is open. Raises OSError."""
    if sys.platform != "win32":
        raise OSError(path)
    import msvcrt  # noqa: PLC0415 - there is none elsewhere

    read_and_write, nobody, always, normal = 0xC0000000, 0, 4, 0x80
    create = _call("kernel32", "CreateFileW", ctypes.c_void_p)
    number, pointer = ctypes.c_uint32, ctypes.c_void_p
    create.argtypes = (ctypes.c_wchar_p, number, number, pointer, number, number, pointer)
    handle = create(str(path), read_and_write, nobody, None, always, normal, None)
    if handle in (None, ctypes.c_void_p(-1).value):
        raise ctypes.WinError(ctypes.get_last_error())
    return msvcrt.open_osfhandle(handle, os.O_RDWR)


def trusted(path: Path) -> bool:
    """Whether a file or folder belongs to the system, the administrators or who runs this. Raises OSError."""
    if sys.platform != "win32":
        return True
    return _owner(path) in {SYSTEM, ADMINISTRATORS, INSTALLER, _myself()}


def for_administrators(path: Path) -> None:
    """A file, or a folder with what will be in it, for system, administrators and owner alone. Raises OSError."""
    passed_on = "(OI)(CI)" if path.is_dir() else ""
    grants = [f"*{who}:{passed_on}F" for who in (SYSTEM, ADMINISTRATORS, OWNER)]
    done = subprocess.run(  # noqa: S603
        [tool("icacls"), str(path), "/inheritance:r", "/grant:r", *grants], check=False, capture_output=True
    )
    if done.returncode:
        raise OSError(done.returncode, "icacls", str(path))


def _call(library: str, name: str, result: Any = ctypes.c_int) -> Any:
    """A function of Windows whose error is kept. Raises OSError elsewhere."""
    if sys.platform != "win32":
        raise OSError(name)
    made = getattr(ctypes.WinDLL(library, use_last_error=True), name)
    made.restype = result
    return made


def _owner(path: Path) -> str:
    """The SID of who owns it. Raises OSError."""
    file_object, owner_alone = 1, 1
    owner, whole = ctypes.c_void_p(), ctypes.c_void_p()
    read = _call("advapi32", "GetNamedSecurityInfoW", ctypes.c_uint32)
    read.argtypes = (ctypes.c_wchar_p, ctypes.c_int, ctypes.c_uint32, *[ctypes.c_void_p] * 5)
    failed = read(str(path), file_object, owner_alone, ctypes.byref(owner), None, None, None, ctypes.byref(whole))
    if failed:
        raise OSError(failed, "GetNamedSecurityInfoW", str(path))
    return _freed(whole, lambda: _words_of(owner))


def _myself() -> str:
    """The SID of who runs this. Raises OSError."""
    process = _call("kernel32", "GetCurrentProcess", ctypes.c_void_p)()
    token, size, query, user = ctypes.c_void_p(), ctypes.c_uint32(), 8, 1
    opened = _call("advapi32", "OpenProcessToken")
    opened.argtypes = (ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p)
    if not opened(process, query, ctypes.byref(token)):
        raise OSError("OpenProcessToken")
    try:
        kept = (ctypes.c_void_p * 32)()  # TOKEN_USER: a pointer to the SID comes first, the SID itself behind
        told = _call("advapi32", "GetTokenInformation")
        told.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p)
        if not told(token, user, kept, ctypes.sizeof(kept), ctypes.byref(size)):
            raise OSError("GetTokenInformation")
        return _words_of(ctypes.c_void_p(kept[0]))
    finally:
        close = _call("kernel32", "CloseHandle")
        close.argtypes = (ctypes.c_void_p,)
        close(token)


def _words_of(sid: ctypes.c_void_p) -> str:
    words = ctypes.c_wchar_p()
    convert = _call("advapi32", "ConvertSidToStringSidW")
    convert.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
    if not convert(sid, ctypes.byref(words)):
        raise OSError("ConvertSidToStringSidW")
    return _freed(words, lambda: str(words.value))


def _freed(memory: Any, read: Callable[[], str]) -> str:
    try:
        return read()
    finally:
        free = _call("kernel32", "LocalFree", ctypes.c_void_p)
        free.argtypes = (ctypes.c_void_p,)
        free(memory)
