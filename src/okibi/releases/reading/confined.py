"""Takes from this process, for good, what reading one file never needs: other files, the network, other programs.

As far as the kernel can: Landlock (5.13 and later) for files, seccomp for calls; where it can't, the limits of
:mod:`.child` still hold. Sources: the kernel's userspace-api/landlock and seccomp_filter; landlock(7), seccomp(2).
"""

import contextlib
import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2  # of prctl
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every processor
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_HANDLED = ((1 << 13) - 1, (1 << 14) - 1, (1 << 15) - 1, (1 << 15) - 1, (1 << 16) - 1)  # by Landlock's version
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")
# Calls by processor. First its word for the kernel; then sockets, new processes and programs, other processes, rights
# and owners of files, mounts, keys, and the doors round a filter.
_X86_64 = (
    "41 42 49 53 56 57 58 59 62 90 91 92 93 94 101 129 165 188 189 190 200 234 248 249 250 260 268 272 297 310 311 321 "
    "322 323 425 434 435 438 452"
)
_ARM64 = (
    "5 6 7 40 52 53 54 55 97 117 129 130 131 138 198 199 200 203 217 218 219 220 221 240 270 271 280 281 282 425 434 "
    "435 438 452"
)
_CALLS = {"x86_64": (0xC000003E, _X86_64), "aarch64": (0xC00000B7, _ARM64)}
_X32 = 0x40000000  # numbers from here on are x86-64's second set of the same calls
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # of the filter's machine
_ALLOWED, _REFUSED = 0x7FFF0000, 0x00050000 | 1  # EPERM


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


def confine(file: Path) -> None:
    """Leave nothing but reading this file and Python's own modules; what the kernel does not know is left out."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return
    with contextlib.suppress(OSError):
        _close_files(libc, [file, *_modules()])
    _close_calls(libc)


def _modules() -> list[Path]:
    """Where Python finds what it loads later: codecs, parts of packages, their libraries."""
    return [Path(each) for each in (*sys.path, *_LIBRARIES) if each and Path(each).exists()]


def _close_files(libc: ctypes.CDLL, readable: Iterable[Path]) -> None:
    version = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return
    handled = _HANDLED[min(version, len(_HANDLED)) - 1]
    rules = libc.syscall(_CREATE_RULESET, ctypes.byref(ctypes.c_uint64(handled)), 8, 0)
    if rules < 0:
        return
    for path in readable:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        allowed = _READ_FILE | _READ_DIR if path.is_dir() else _READ_FILE
        libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", allowed, place), 0)
        os.close(place)
    libc.syscall(_RESTRICT_SELF, rules, 0)
    os.close(rules)


def _close_calls(libc: ctypes.CDLL) -> None:
    known = _CALLS.get(platform.machine())
    if known is None:
        return
    word, calls = known[0], [int(each) for each in known[1].split()]
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, word), (_RETURN, 0, 0, _REFUSED), (_LOAD, 0, 0, 0)]
    left = len(calls)
    steps.append((_AT_LEAST, left + 1, 0, _X32))
    steps += [(_EQUAL, left - at, 0, call) for at, call in enumerate(calls)]
    steps += [(_RETURN, 0, 0, _ALLOWED), (_RETURN, 0, 0, _REFUSED)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.addressof(code))
    libc.prctl(_SECCOMP, _FILTER, ctypes.byref(program), 0, 0)
