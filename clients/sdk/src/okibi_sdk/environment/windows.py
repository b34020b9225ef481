r"""Windows: raw readings of the registry and the kernel, and what they mean.

Sources: Microsoft, "How to: Determine which .NET Framework versions are installed" (the Release table);
``HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion``.
"""

import ctypes
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from okibi_sdk.environment.report import Value

if sys.platform == "win32":
    import winreg

CURRENT = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
NDP = r"SOFTWARE\Microsoft\NET Framework Setup\NDP"
CPU = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
SESSION = r"SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
NEEDED: Mapping[str, tuple[str, ...]] = {
    CURRENT: (
        "ProductName",
        "EditionID",
        "CurrentVersion",
        "CurrentBuild",
        "CurrentMajorVersionNumber",
        "CurrentMinorVersionNumber",
        "UBR",
        "DisplayVersion",
        "ReleaseId",
        "InstallationType",
        "CSDVersion",
    ),
    NDP + r"\v4\Full": ("Release", "Version", "Install"),
    NDP + r"\v3.5": ("Version", "Install"),
    NDP + r"\v2.0.50727": ("Version", "Install"),
    CPU: ("~MHz",),
    SESSION: ("PROCESSOR_ARCHITECTURE",),
}
"""Every value that is read: nothing else of the registry is looked at."""

RELEASES: tuple[tuple[int, str], ...] = (
    (533320, "4.8.1"),
    (528040, "4.8"),
    (461808, "4.7.2"),
    (461308, "4.7.1"),
    (460798, "4.7"),
    (394802, "4.6.2"),
    (394254, "4.6.1"),
    (393295, "4.6"),
    (379893, "4.5.2"),
    (378675, "4.5.1"),
    (378389, "4.5"),
)
"""The least release number of each version, newest first."""
ARCHITECTURES = {"amd64": "x64", "x86": "x86", "arm64": "arm64", "ia64": "ia64", "arm": "arm"}
WINDOWS_11 = 22000  # its first build; the registry still calls it "Windows 10"


@dataclass(frozen=True, slots=True)
class Readings:
    """As read: registry values by key and name, memory and free disk in bytes, the user's locale."""

    registry: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    memory: int | None = None
    disk_free: int | None = None
    locale: str = ""


def parse(raw: Readings) -> dict[str, Value | None]:
    """The report's values out of the readings; what was not there is ``None``."""
    current = raw.registry.get(CURRENT, {})
    build = _int(current.get("CurrentBuild"))
    release, dotnet = _dotnet(raw.registry)
    architecture = str(raw.registry.get(SESSION, {}).get("PROCESSOR_ARCHITECTURE") or "")
    revision = _int(current.get("UBR"))
    return {
        "family": "windows",
        "name": _name(current, build),
        "edition": str(current.get("EditionID") or ""),
        "version": _version(current, build),
        "build": "" if build is None else str(build) if revision is None else f"{build}.{revision}",
        "architecture": ARCHITECTURES.get(architecture.lower(), architecture.lower()),
        "dotnet_release": release,
        "dotnet_version": dotnet,
        "cpu_mhz": _int(raw.registry.get(CPU, {}).get("~MHz")),
        "memory_mb": None if raw.memory is None else raw.memory // 1024**2,
        "disk_free_mb": None if raw.disk_free is None else raw.disk_free // 1024**2,
        "locale": raw.locale.replace("_", "-"),
    }


def _name(current: Mapping[str, object], build: int | None) -> str:
    """``Windows 11 Pro 23H2``, ``Windows 7 Professional Service Pack 1``."""
    name = str(current.get("ProductName") or "").strip()
    client = str(current.get("InstallationType") or "Client") == "Client"
    if client and build is not None and build >= WINDOWS_11:
        name = name.replace("Windows 10", "Windows 11")
    more = str(current.get("CSDVersion") or current.get("DisplayVersion") or current.get("ReleaseId") or "").strip()
    return f"{name} {more}".strip() if name else ""


def _version(current: Mapping[str, object], build: int | None) -> str:
    """``10.0.19045``: since Windows 10 the numbers stand apart, ``CurrentVersion`` has stayed at 6.3."""
    major, minor = _int(current.get("CurrentMajorVersionNumber")), _int(current.get("CurrentMinorVersionNumber"))
    version = str(current.get("CurrentVersion") or "") if major is None else f"{major}.{minor or 0}"
    return f"{version}.{build}" if version and build is not None else version


def _dotnet(registry: Mapping[str, Mapping[str, object]]) -> tuple[int | None, str]:
    """Release number and version; before 4.5 there is no release number."""
    full = registry.get(NDP + r"\v4\Full", {})
    release = _int(full.get("Release"))
    if release is not None:
        return release, next((version for least, version in RELEASES if release >= least), "")
    if _int(full.get("Install")) == 1:
        return None, ".".join(str(full.get("Version") or "4.0").split(".")[:2])
    for key in (r"\v3.5", r"\v2.0.50727"):
        older = registry.get(NDP + key, {})
        if _int(older.get("Install")) == 1:
            return None, ".".join(str(older.get("Version") or key[2:]).split(".")[:2])
    return None, ""


def _int(value: object) -> int | None:
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.isdecimal() else None


# ---------------------------------------------------------------- reading, on Windows only


def read(disk: Path | None = None) -> Readings:
    """The readings of this machine. ``disk``: any place on the disk in question, else the system's."""
    place = disk or Path(os.environ.get("SYSTEMDRIVE", "C:") + "\\")
    try:
        free: int | None = shutil.disk_usage(place).free
    except OSError:
        free = None
    return Readings({key: _values(key, names) for key, names in NEEDED.items()}, _memory(), free, _locale())


def _values(key: str, names: tuple[str, ...]) -> dict[str, object]:
    found: dict[str, object] = {}
    if sys.platform == "win32":
        try:  # a 32-bit program sees the 64-bit registry too
            opened = winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY)
        except OSError:
            return found
        with opened:
            for name in names:
                try:
                    found[name] = winreg.QueryValueEx(opened, name)[0]
                except OSError:
                    continue
    return found


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        ("total", ctypes.c_uint64),
        ("available", ctypes.c_uint64),
        ("total_page", ctypes.c_uint64),
        ("available_page", ctypes.c_uint64),
        ("total_virtual", ctypes.c_uint64),
        ("available_virtual", ctypes.c_uint64),
        ("available_extended", ctypes.c_uint64),
    )


def _memory() -> int | None:
    if sys.platform == "win32":
        status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
        if ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
            return int(status.total)
    return None


def _locale() -> str:
    if sys.platform == "win32":
        name = ctypes.create_unicode_buffer(85)  # LOCALE_NAME_MAX_LENGTH
        if ctypes.windll.kernel32.GetUserDefaultLocaleName(name, len(name)):
            return name.value
    return ""
