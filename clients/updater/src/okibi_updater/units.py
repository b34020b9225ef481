"""How the service starts with the machine: a systemd unit, or commands for PowerShell."""

import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from subprocess import list2cmdline

SYSTEMD = """# okibi-updater service print > /etc/systemd/system/okibi-updater.service
# systemctl daemon-reload && systemctl enable --now okibi-updater
[Unit]
Description=OKIBI updater
Wants=network-online.target
After=network-online.target

[Service]
Type=simple
ExecStart="{program}" --settings "{settings}" run
Restart=always
RestartSec=10
# An installation is brought to its end; what is left after that is ended too, and the next start goes back or on.
KillMode=mixed
TimeoutStopSec={limit}
UMask=0077
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
"""

WINDOWS = """# Windows PowerShell, as administrator. This Python has to be installed for all users, under Program Files:
# what a user may change must not run as SYSTEM.
New-Service -Name okibi-updater -DisplayName 'OKIBI updater' -StartupType Automatic `
  -BinaryPathName '{line}'
sc.exe config okibi-updater start= delayed-auto
sc.exe failure okibi-updater reset= 86400 actions= restart/10000/restart/60000/restart/600000
sc.exe failureflag okibi-updater 1
Start-Service okibi-updater
"""
_IN_VENV = (
    "import runpy,site,sys;site.addsitedir(sys.argv.pop(1));sys.argv[0]='okibi-updater';"
    "runpy.run_module('okibi_updater',run_name='__main__')"
)


def systemd(program: Path, settings: Path, limit: float) -> str:
    """The unit. ``limit``: seconds that the longest installer may take; a stop waits for it."""
    return SYSTEMD.format(program=program, settings=settings, limit=int(limit) + 60)


@dataclass(frozen=True, slots=True)
class Python:
    """What runs this. ``base``: the interpreter itself; ``packages``: of a virtual environment, else none."""

    frozen: bool
    base: str
    packages: str = ""


def this_python() -> Python:
    """The one that runs now."""
    base = str(getattr(sys, "_base_executable", "") or sys.executable)
    inside = sys.prefix != sys.base_prefix
    return Python(bool(getattr(sys, "frozen", False)), base, sysconfig.get_path("purelib") if inside else "")


def program(python: Python) -> list[str]:
    """How the service is started: never by a launcher.

    ``okibi-updater.exe`` of pip and ``python.exe`` of a virtual environment start another process, and Windows speaks
    with the one that it started itself.
    """
    if python.frozen:
        return [python.base]
    if python.packages:
        return [python.base, "-I", "-c", _IN_VENV, python.packages]
    return [python.base, "-I", "-m", "okibi_updater"]


def windows(settings: Path, python: Python) -> str:
    """The commands for PowerShell 5.1 and newer."""
    line = list2cmdline([*program(python), "--settings", str(settings), "service", "run"])
    return WINDOWS.format(line=_whole(line, python.base).replace("'", "''"))


def _whole(line: str, first: str) -> str:
    """The program in quotes: without them, a blank in its path lets another program run in its place."""
    return line if line.startswith('"') else line.replace(first, f'"{first}"', 1)
