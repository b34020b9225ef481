"""What environment is covered (scheme.md §2): reads what is reported or written, and judges it line by line.

Nothing said is never "unmet"; words that contradict each other are "unknown", with everything that was named.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from okibi.policy.platform_android import AndroidSystem, bare_android, find_android, of_api_level, of_version
from okibi.policy.platform_dotnet import DotNet, find_dotnet, parse_dotnet
from okibi.policy.platform_others import OtherSystem, find_others
from okibi.policy.platform_resources import Amount, Arch, find_arch, find_resources
from okibi.policy.platform_text import plain, tidy
from okibi.policy.platform_windows import WindowsSystem, find_windows, of_number
from okibi.policy.platform_windows_names import Kind

System = WindowsSystem | AndroidSystem | OtherSystem


class Place(StrEnum):
    """Where a part of the product runs."""

    WORKSTATION = "workstation"
    SERVER = "server"
    MOBILE = "mobile"


_SENT_FROM = re.compile(
    r"^[ \t>*_\-–—]{0,8}(?:отправлено (?:с|из|через|от)|послано с"
    r"|sent (?:from|via|with)|get outlook for|(?:скачать|получите) outlook)"
    r"\b.{0,120}$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row of scheme.md §2. ``None`` (or an empty mapping) means that the scheme asks for nothing there.

    ``os`` is the oldest system covered, by name ("Windows Vista", "Android 8.0"); ``dotnet`` the oldest .NET
    Framework; megahertz and megabytes (1 GB = 1024 MB); ``disk_mb`` per architecture.
    """

    place: Place
    os: str
    dotnet: str | None = None
    cpu_mhz: int | None = None
    ram_mb: int | None = None
    disk_mb: Mapping[Arch, int] = field(default_factory=dict)


SCHEME_DEFAULTS: Mapping[Place, Requirement] = {
    Place.WORKSTATION: Requirement(
        Place.WORKSTATION, "Windows Vista", "4.5", 1000, 512, {Arch.X86: 850, Arch.X64: 2 * 1024}
    ),
    Place.MOBILE: Requirement(Place.MOBILE, "Android 8.0"),
    Place.SERVER: Requirement(Place.SERVER, "Windows Server 2008 R2", "4.5", 2000, 4 * 1024, {Arch.X86: 20 * 1024}),
}
"""The rows of scheme.md §2, for callers that have no policy at hand."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What is known of a machine. Several values stand where several were named.

    ``one_machine``: everything describes one machine (a report, a form field); false for a letter, whose
    writer may mention an office computer, the server and a telephone in one breath. ``drive_mb``: whole disks; what
    is free on them is not said. ``unread``: words were ``said`` and nothing of them was understood.
    """

    systems: tuple[System, ...] = ()
    dotnet: tuple[DotNet, ...] = ()
    cpu_mhz: tuple[Amount, ...] = ()
    ram_mb: tuple[Amount, ...] = ()
    disk_mb: tuple[Amount, ...] = ()
    drive_mb: tuple[Amount, ...] = ()
    arch: tuple[Arch, ...] = ()
    one_machine: bool = True
    said: str = ""
    unread: bool = False

    @property
    def empty(self) -> bool:
        return not (
            self.systems or self.dotnet or self.cpu_mhz or self.ram_mb or self.disk_mb or self.drive_mb or self.arch
        )


def _read(text: str, *, one_machine: bool, place: Place | None = None) -> Environment:
    text = tidy(text)
    low = plain(text)
    systems: list[System] = []
    if place is Place.MOBILE and (bare := bare_android(low)):
        systems.append(bare)
    else:
        systems += find_windows(low, text, one_machine=one_machine and place is not Place.MOBILE)
        systems += find_android(low, text, one_machine=one_machine and place in {None, Place.MOBILE})
        systems += find_others(low, text, loose=one_machine and not systems)
    resources = find_resources(text)
    environment = Environment(
        systems=tuple(systems),
        dotnet=find_dotnet(low, text),
        cpu_mhz=resources.cpu_mhz,
        ram_mb=resources.ram_mb,
        disk_mb=resources.disk_mb,
        drive_mb=resources.drive_mb,
        arch=resources.arch,
        one_machine=one_machine,
        said=text.strip()[:500],
    )
    return replace(environment, unread=environment.empty and bool(environment.said))


def find_environment(text: str) -> Environment:
    """What a letter says of machines. Only explicit words count: "7 компьютеров" is not Windows 7.

    "Sent from my iPhone" says what the letter was written on, not what the product runs on: such lines are left out.
    """
    return _read(_SENT_FROM.sub("", text), one_machine=False)


def parse_environment(text: str, place: Place | None = None) -> Environment:
    """What the description of one machine says ("Win 7 x64", "8.1" where a mobile device was asked for)."""
    return _read(text, one_machine=True, place=place)


def with_values(
    environment: Environment,
    *,
    dotnet: str | None = None,
    cpu_mhz: int | None = None,
    ram_mb: int | None = None,
    disk_mb: int | None = None,
    arch: Arch | None = None,
) -> Environment:
    """The environment with explicit values, which outweigh what the words say. Negative amounts are dropped."""

    def amount(value: int | None, unit: str, before: tuple[Amount, ...]) -> tuple[Amount, ...]:
        return before if value is None or value < 0 else (Amount(value, f"{value} {unit}"),)

    return replace(
        environment,
        dotnet=(parse_dotnet(dotnet),) if dotnet and dotnet.strip() else environment.dotnet,
        cpu_mhz=amount(cpu_mhz, "MHz", environment.cpu_mhz),
        ram_mb=amount(ram_mb, "MB", environment.ram_mb),
        disk_mb=amount(disk_mb, "MB", environment.disk_mb),
        arch=(arch,) if arch else environment.arch,
    )


def _whole(value: object, divisor: int = 1) -> int | None:
    """A count out of a device's report, or nothing where it isn't a sensible one."""
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 20:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 10**18:
        return None
    return int(value // divisor)


def _reported_systems(report: Mapping[str, Any], place: Place | None) -> tuple[System, ...]:
    level = _whole(report.get("android_api"))
    if level is not None and (by_level := of_api_level(level, f"API {level}")):
        return (by_level,)
    version = str(report.get("android_version") or "")
    if version and (by_version := of_version(version, version)):
        return (by_version,)
    number = str(report.get("nt_version") or "").split(".")
    if len(number) > 1 and all(part.isdecimal() and len(part) < 9 for part in number):
        product = _whole(report.get("product_type"))  # Win32_OperatingSystem.ProductType: 1 workstation, 2 and 3 server
        kind = {1: Kind.CLIENT, 2: Kind.SERVER, 3: Kind.SERVER}.get(product or 0, Kind.UNSTATED)
        build = int(number[2]) if len(number) > 2 else _whole(report.get("build"))
        by_number = of_number((int(number[0]), int(number[1])), build, kind, ".".join(number))
        if by_number:
            return (by_number,)
    return parse_environment(str(report.get("os") or ""), place).systems


def environment_from_report(report: Mapping[str, Any], place: Place | None = None) -> Environment:
    """What a device or installation reports of itself.

    Keys, all optional: ``os`` (words), ``nt_version`` ("10.0.19045") with ``product_type`` (1 client, 2–3 server),
    ``android_version``, ``android_api``, ``dotnet`` (version) or ``dotnet_release`` (number), ``cpu_mhz``, ``ram_mb``
    or ``ram_bytes``, ``disk_free_mb`` or ``disk_free_bytes``, ``arch``. A value that makes no sense is as good as
    unsaid: no error.
    """
    ram, disk = _whole(report.get("ram_mb")), _whole(report.get("disk_free_mb"))
    arch = find_arch(str(report.get("arch") or "")) or find_arch(str(report.get("os") or ""))
    release = _whole(report.get("dotnet_release"))
    environment = Environment(
        systems=_reported_systems(report, place), arch=arch, said=str(report.get("os") or "")[:500]
    )
    return with_values(
        environment,
        dotnet=str(release) if release is not None else str(report.get("dotnet") or "") or None,
        cpu_mhz=_whole(report.get("cpu_mhz")),
        ram_mb=_whole(report.get("ram_bytes"), 1024**2) if ram is None else ram,
        disk_mb=_whole(report.get("disk_free_bytes"), 1024**2) if disk is None else disk,
    )
