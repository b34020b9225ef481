"""Linux, Android and macOS: raw readings, and what they mean. The parsers are pure; the readers are thin."""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from okibi_sdk.environment.report import Value

ARCHITECTURES = {
    "x86_64": "x64",
    "amd64": "x64",
    "i386": "x86",
    "i686": "x86",
    "x86": "x86",
    "aarch64": "arm64",
    "arm64": "arm64",
    "arm64-v8a": "arm64",
    "armv7l": "arm",
    "armeabi-v7a": "arm",
}
PROPERTIES = (
    "ro.build.version.release",
    "ro.build.version.sdk",
    "ro.build.display.id",
    "ro.product.manufacturer",
    "ro.product.model",
    "ro.product.cpu.abi",
    "persist.sys.locale",
    "ro.product.locale",
)
"""Every property of Android that is read."""


@dataclass(frozen=True, slots=True)
class Readings:
    """As read. Texts of files (empty where there is none), free disk in bytes, Android's properties by name."""

    os_release: str = ""
    cpuinfo: str = ""
    max_frequency: str = ""  # kHz, /sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq
    meminfo: str = ""
    kernel: str = ""
    machine: str = ""
    disk_free: int | None = None
    locale: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    mac_version: str = ""
    memory: int | None = None  # bytes, where /proc/meminfo does not exist


def parse_linux(raw: Readings) -> dict[str, Value | None]:
    """The report's values of a Linux machine (os-release(5), proc(5))."""
    said = _os_release(raw.os_release)
    return {
        **_common(raw),
        "family": "linux",
        "name": said.get("PRETTY_NAME") or said.get("NAME") or "Linux",
        "edition": said.get("VARIANT", ""),
        "version": said.get("VERSION_ID", ""),
        "build": raw.kernel,
    }


def parse_android(raw: Readings) -> dict[str, Value | None]:
    """The report's values of an Android device. The model goes with the edition."""
    said = raw.properties
    release, level = said.get("ro.build.version.release", ""), said.get("ro.build.version.sdk", "")
    maker, model = said.get("ro.product.manufacturer", ""), said.get("ro.product.model", "")
    known = model if model.lower().startswith(maker.lower()) else f"{maker} {model}"
    locale = said.get("persist.sys.locale") or said.get("ro.product.locale") or raw.locale
    abi = said.get("ro.product.cpu.abi", "")
    return {
        **_common(raw),
        "family": "android",
        "name": f"Android {release}".strip(),
        "api_level": int(level) if level.isdecimal() else None,
        "edition": known.strip(),
        "version": release,
        "build": said.get("ro.build.display.id", ""),
        "architecture": ARCHITECTURES.get(abi, abi) or ARCHITECTURES.get(raw.machine, raw.machine),
        "locale": locale.replace("_", "-"),
    }


def parse_macos(raw: Readings) -> dict[str, Value | None]:
    """The report's values of a Mac."""
    return {**_common(raw), "family": "macos", "name": f"macOS {raw.mac_version}".strip(), "version": raw.mac_version}


def _common(raw: Readings) -> dict[str, Value | None]:
    named = raw.locale.partition(".")[0]
    return {
        "architecture": ARCHITECTURES.get(raw.machine.lower(), raw.machine.lower()),
        "cpu_mhz": _mhz(raw),
        "memory_mb": _memory(raw),
        "disk_free_mb": None if raw.disk_free is None else raw.disk_free // 1024**2,
        "locale": "" if named in {"C", "POSIX"} else named.replace("_", "-"),
    }


def _mhz(raw: Readings) -> int | None:
    """The most the processor can; failing that, what its first core runs at now."""
    if raw.max_frequency.strip().isdecimal():
        return int(raw.max_frequency) // 1000
    found = re.search(r"^cpu MHz\s*:\s*(\d+)", raw.cpuinfo, re.MULTILINE)
    return int(found[1]) if found else None


def _memory(raw: Readings) -> int | None:
    found = re.search(r"^MemTotal:\s+(\d+) kB", raw.meminfo, re.MULTILINE)
    if found:
        return int(found[1]) // 1024
    return None if raw.memory is None else raw.memory // 1024**2


def _os_release(text: str) -> dict[str, str]:
    found = {}
    for line in text.splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith("#"):
            found[name] = re.sub(r"\\(.)", r"\1", value.strip("\"'"))
    return found


# ---------------------------------------------------------------- reading


def read(disk: Path | None = None) -> Readings:
    """The readings of this machine. ``disk``: any place on the disk in question, else the home folder."""
    return Readings(
        os_release=_text("/etc/os-release") or _text("/usr/lib/os-release"),
        cpuinfo=_text("/proc/cpuinfo"),
        max_frequency=_text("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq"),
        meminfo=_text("/proc/meminfo"),
        kernel=platform.release(),
        machine=platform.machine(),
        disk_free=_free(disk or Path.home()),
        locale=os.environ.get("LC_ALL") or os.environ.get("LANG") or "",
        properties={name: value for name in PROPERTIES if (value := _property(name))} if is_android() else {},
        mac_version=platform.mac_ver()[0],
        memory=_pages(),
    )


def is_android() -> bool:
    """True in Chaquopy, Termux and CPython's own Android build."""
    return "ANDROID_ROOT" in os.environ and Path("/system/build.prop").parent.is_dir()


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _free(place: Path) -> int | None:
    try:
        return shutil.disk_usage(place).free
    except OSError:
        return None


def _pages() -> int | None:
    if sys.platform == "win32":
        return None
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return None


def _property(name: str) -> str:
    try:
        told = subprocess.run(  # noqa: S603 - one fixed program of the system, names from the table above
            ["/system/bin/getprop", name], capture_output=True, timeout=5, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return told.stdout.decode(errors="replace").strip()
